"""Sessions at the till: opened with a float, counted, then taken over by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.foundation import legal, transactions
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import format_money
from tinhso.payments import ledger, subjects
from tinhso.payments.contracts import Differs, DrawerClosed, DrawerEnd, NoBeneficiary, NoSuchDrawer
from tinhso.payments.models import Drawer
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import depositing
from tinhso.payments.queries.beneficiaries import beneficiary

NOTES = "till_notes"
MOST = 10_000_000_000
MOST_PIECES = 100_000
LONGEST_TILL, LONGEST_SLIP, LONGEST = 40, 60, 500
transactions.explain(
    "drawer_one_open_of_a_cashier",
    gettext_lazy("Anh/chị đang có một ca thu chưa kiểm đếm. Hãy kiểm đếm ca ấy trước."),
)
transactions.explain(
    "drawer_one_open_at_a_till",
    gettext_lazy("Quầy này đang có người thu. Hãy chọn quầy khác, hoặc nhờ người ấy kiểm đếm và bàn giao."),
)


def open_drawer(*, till: str, float_in: int, unit: UUID, by: ActorRef, at: datetime) -> UUID:
    """Begin a session with the office's own change in the drawer. Raises Invalid, Conflict, NotAllowed."""
    name = _till(till)
    if not 0 <= float_in <= MOST:
        raise _wrong("dau-ca", _("Hãy ghi số tiền lẻ đầu ca, từ 0 đồng."))
    drawer = _new(name, unit=unit, float_in=float_in, by=by, at=at)
    with transactions.act("payments.open_drawer", by=by, at=at, on=subjects.of_drawer(drawer)) as work:
        drawer.save(force_insert=True)
        work.record(till=name, float=float_in)
    return drawer.id


def count(
    drawer_id: UUID, *, notes: Mapping[int, int], explanation: str, by: ActorRef, at: datetime
) -> Drawer:
    """Close one's own session by what was counted, pieces by value in đồng; a difference is booked.

    Raises Differs when there is one and nobody said why, Invalid, DrawerClosed, NotAllowed.
    """
    values = set(legal.value(NOTES, on=today(at)))
    if not set(notes) <= values or any(not 0 <= pieces <= MOST_PIECES for pieces in notes.values()):
        raise Invalid(_("Số tờ phải là số nguyên từ 0. Hãy xem lại các ô vừa nhập."))
    with transactions.act("payments.count", by=by, at=at, on=subjects.of_drawer(known(drawer_id))) as work:
        drawer = own(drawer_id, by=by)
        lies = ledger.till(drawer.id, drawer.agency_id)
        expected = drawer.float_in - drawer.carried + ledger.balance(lies)
        counted = sum(value * pieces for value, pieces in notes.items())
        why = explanation.strip()[:LONGEST]
        if counted != expected and not why:
            raise Differs(
                _(
                    "Đếm được %(counted)s, sổ ghi %(expected)s, lệch %(gap)s. Hãy đếm lại, hoặc ghi vì sao"
                    " lệch."
                )
                % {
                    "counted": format_money(counted),
                    "expected": format_money(expected),
                    "gap": format_money(abs(counted - expected)),
                },
                expected=expected,
                counted=counted,
                faults={"giai-thich": _("Hãy ghi vì sao lệch.")},
            )
        off = ledger.difference(drawer.agency_id)
        over = counted > expected
        ledger.write(
            [
                ledger.Move(
                    debit=lies if over else off,
                    credit=off if over else lies,
                    amount=abs(counted - expected),
                    why=Why.COUNTED,
                )
            ],
            by=by.name,
            at=at,
        )
        drawer.counted_at, drawer.expected, drawer.counted = at, expected, counted
        drawer.notes = {str(value): pieces for value, pieces in sorted(notes.items(), reverse=True) if pieces}
        drawer.explanation = why if counted != expected else ""
        drawer.save(update_fields=["counted_at", "expected", "counted", "notes", "explanation"])
        work.record(till=drawer.till, expected=expected, counted=counted, why=drawer.explanation)
    return drawer


def take_over(drawer_id: UUID, *, unit: UUID, by: ActorRef, at: datetime) -> UUID:
    """Go on with the counted money of another cashier, in a session of one's own; its id.

    Raises NotAllowed for the one who counted, DrawerClosed, Conflict.
    """
    with transactions.act(
        "payments.take_over", by=by, at=at, on=subjects.of_drawer(known(drawer_id))
    ) as work:
        old = _received(drawer_id, by=by)
        if old.unit_id != unit:
            raise NoSuchDrawer(_("Không có ca thu này ở bộ phận của anh/chị."))
        lies = ledger.till(old.id, old.agency_id)
        carried = ledger.balance(lies)
        new = _new(old.till, unit=unit, float_in=old.counted or 0, by=by, at=at)
        new.carried, new.came_from = carried, old
        _end(old, DrawerEnd.HANDED, by=by, at=at)
        new.save(force_insert=True)
        going, coming = (lies, ledger.till(new.id, new.agency_id))
        if carried < 0:
            going, coming = coming, going
        ledger.write(
            [ledger.Move(debit=coming, credit=going, amount=abs(carried), why=Why.DEPOSITED)],
            by=by.name,
            at=at,
        )
        work.record(till=old.till, counted=old.counted, from_=old.cashier)
    return new.id


def deposit(drawer_id: UUID, *, slip: str, by: ActorRef, at: datetime) -> Drawer:
    """Say that what people paid is on its way to the agency's account, by the bank's slip, which a second
    person saw; the bank's own list ends the way.

    The office's own change goes back to its fund. Raises Invalid without the slip's number, NoBeneficiary,
    NotAllowed for the one who counted, DrawerClosed.
    """
    number = slip.strip()[:LONGEST_SLIP]
    with transactions.act("payments.deposit", by=by, at=at, on=subjects.of_drawer(known(drawer_id))) as work:
        drawer = _received(drawer_id, by=by)
        lies = ledger.till(drawer.id, drawer.agency_id)
        amount = max(ledger.balance(lies), 0)
        if amount and not number:
            raise _wrong("giay-nop", _("Hãy ghi số giấy nộp tiền của ngân hàng."))
        to = beneficiary(drawer.agency_id, on=today(at))
        if to is None:
            raise NoBeneficiary(_("Cơ quan này chưa khai tài khoản nhận tiền. Hãy báo kế toán khai trước."))
        drawer.deposited, drawer.slip = amount, number if amount else ""
        _end(drawer, DrawerEnd.DEPOSITED, by=by, at=at)
        if amount:
            depositing.send(drawer, account=to.account, amount=amount, slip=number, by=by, at=at)
        work.record(till=drawer.till, amount=amount, slip=drawer.slip)
    return drawer


def known(drawer_id: UUID) -> Drawer:
    """The session. Raises NoSuchDrawer."""
    found = Drawer.objects.filter(id=drawer_id).first()
    if found is None:
        raise NoSuchDrawer(_("Không có ca thu này."))
    return found


def own(drawer_id: UUID, *, by: ActorRef) -> Drawer:
    """One's own session that is still open, held until the act ends. Raises NotAllowed, DrawerClosed."""
    drawer = Drawer.objects.select_for_update().get(id=drawer_id)
    if drawer.cashier_id != by.id:
        raise NotAllowed(_("Ca thu này của người khác. Hãy mở ca thu của anh/chị."))
    if drawer.counted_at is not None:
        raise DrawerClosed(_("Ca thu này đã kiểm đếm. Hãy mở ca mới để thu tiếp."))
    return drawer


def _received(drawer_id: UUID, *, by: ActorRef) -> Drawer:
    drawer = Drawer.objects.select_for_update().get(id=drawer_id)
    if drawer.counted_at is None:
        raise DrawerClosed(_("Ca thu này chưa kiểm đếm. Hãy nhờ người thu kiểm đếm trước."))
    if drawer.ended_at is not None:
        raise DrawerClosed(_("Tiền của ca thu này đã có người nhận."))
    if drawer.cashier_id == by.id:
        raise NotAllowed(_("Người kiểm đếm không tự nhận tiền. Hãy nhờ người khác nhận."))
    return drawer


def _new(till: str, *, unit: UUID, float_in: int, by: ActorRef, at: datetime) -> Drawer:
    if by.id is None:
        raise NotAllowed(_("Chỉ thu ngân mở được ca thu."))
    return Drawer(
        id=new_id(),
        agency_id=directory.units([unit])[unit].agency_id,
        unit_id=unit,
        till=till,
        cashier_id=by.id,
        cashier=by.name,
        opened_at=at,
        float_in=float_in,
    )


def _end(drawer: Drawer, how: DrawerEnd, *, by: ActorRef, at: datetime) -> None:
    drawer.ended, drawer.ended_at, drawer.receiver_id, drawer.receiver = how.value, at, by.id, by.name
    drawer.save(update_fields=["ended", "ended_at", "receiver_id", "receiver", "deposited", "slip"])


def _till(typed: str) -> str:
    name = " ".join(typed.split())[:LONGEST_TILL]
    if not name:
        raise _wrong("quay", _("Hãy ghi tên quầy, ví dụ: Quầy 3."))
    return name


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, faults={field: sentence})
