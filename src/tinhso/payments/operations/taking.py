"""Money taken at the till for one bill, and taken back within the same session."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import format_money
from tinhso.payments import ledger, subjects
from tinhso.payments.contracts import (
    AttemptState,
    BillClosed,
    BillState,
    Channel,
    NoSuchBill,
    Told,
    UnderWay,
)
from tinhso.payments.models import Bill, Drawer, Entry, Money, Taking
from tinhso.payments.models.ledger import Why
from tinhso.payments.operations import receiving, tills
from tinhso.payments.operations.billing import locked, opened_again

MOST = 10_000_000_000
LONGEST = 300
APPROVAL = re.compile(r"[0-9A-Z]{4,12}")
transactions.explain(
    "taking_approval_once",
    gettext_lazy(
        "Mã chuẩn chi này đã dùng cho một lần thu khác hôm nay. Hãy xem lại giấy in của máy quẹt thẻ."
    ),
)


def take(
    drawer_id: UUID,
    bill_id: UUID,
    *,
    given: int | None,
    approval: str,
    knowing: bool,
    by: ActorRef,
    at: datetime,
) -> Taking:
    """Take all that is left of a bill: by card when `approval` is typed, else in cash; `given` None is the
    exact sum.

    Raises UnderWay while an attempt may still bring the money and the cashier is not `knowing`, BillClosed,
    NoSuchBill for a bill of another agency, Invalid, Conflict for a code that was used, DrawerClosed.
    """
    drawer = tills.known(drawer_id)
    with transactions.act("payments.take", by=by, at=at, on=subjects.of_drawer(drawer)) as work:
        drawer = tills.own(drawer_id, by=by)
        bill = _payable(bill_id, drawer, knowing=knowing, at=at)
        left = ledger.owed(bill.id)
        channel, laid_down, code = _read(given, approval, left=left)
        id = new_id()
        source = f"{receiving.TILL}{drawer.id.hex}"
        receiving.receive(
            Told(
                source=source,
                channel=channel,
                transaction=id.hex,
                amount=left,
                paid_at=at,
                reference=bill.reference,
                content=code,
            ),
            at=at,
        )
        last = drawer.takings.aggregate(last=Max("number"))["last"] or 0
        taking = Taking.objects.create(
            id=id,
            drawer=drawer,
            unit_id=drawer.unit_id,
            number=last + 1,
            bill=bill,
            money=Money.objects.get(source=source, transaction=id.hex),
            channel=channel.value,
            amount=left,
            given=laid_down,
            approval=code,
            taken_on=today(at),
            taken_at=at,
        )
        work.record(bill=bill.reference, number=taking.number, channel=channel.value, amount=left)
    return taking


def undo(taking_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Take a taking back by counter-entries, in the session that took it; its bill is to be paid again.

    Raises Invalid without a reason, Conflict when it was undone or something else became of the money.
    """
    why = reason.strip()[:LONGEST]
    if not why:
        raise Invalid(_("Hãy ghi vì sao huỷ lần thu này."), faults={"ly-do": _("Hãy ghi lý do.")})
    found = taking_of(taking_id)
    with transactions.act("payments.undo", by=by, at=at, on=subjects.of_drawer(found.drawer)) as work:
        drawer = tills.own(found.drawer_id, by=by)
        taking = drawer.takings.get(id=taking_id)
        if taking.undone_at is not None:
            raise Conflict(_("Lần thu này đã huỷ rồi."))
        bill = locked(taking.bill_id)
        booked = list(Entry.objects.filter(money=taking.money_id, why=Why.PAID))
        if ledger.paid(bill.id) < taking.amount:
            raise Conflict(_("Khoản này đã có quyết định hoàn tiền nên không huỷ được lần thu."))
        ledger.write(
            (
                ledger.Move(
                    debit=entry.credit_id,
                    credit=entry.debit_id,
                    amount=entry.amount,
                    why=Why.PAID,
                    bill=bill.id,
                    money=taking.money_id,
                )
                for entry in booked
            ),
            by=by.name,
            at=at,
        )
        taking.undone_at, taking.undone_by, taking.undone_why = at, by.name, why
        taking.save(update_fields=["undone_at", "undone_by", "undone_why"])
        opened_again(bill, work, left=taking.amount, reason=why, at=at)
        work.record(bill=bill.reference, number=taking.number, amount=taking.amount, reason=why)


def taking_of(taking_id: UUID) -> Taking:
    """One taking with its drawer and bill. Raises NotFound."""
    found = Taking.objects.select_related("drawer", "bill").filter(id=taking_id).first()
    if found is None:
        raise NotFound(_("Không có lần thu này."))
    return found


def _payable(bill_id: UUID, drawer: Drawer, *, knowing: bool, at: datetime) -> Bill:
    bill = locked(bill_id)
    if bill.agency_id != drawer.agency_id:
        raise NoSuchBill(_("Khoản này không thu ở cơ quan này."))
    if bill.state != BillState.OPEN:
        raise BillClosed(_("Khoản này đã nộp đủ hoặc đã huỷ. Đừng thu nữa."))
    waits = bill.attempts.filter(state=AttemptState.UNDER_WAY, expires_at__gt=at)
    if not knowing and waits.exists():
        raise UnderWay(
            _("Người nộp có một lần thanh toán trực tuyến đang chờ kết quả. Hãy hỏi đã chuyển tiền chưa.")
        )
    return bill


def _read(given: int | None, approval: str, *, left: int) -> tuple[Channel, int, str]:
    code = "".join(approval.split()).upper()
    if code and given is not None:
        raise _wrong("khach-dua", _("Chỉ điền một ô: tiền mặt khách đưa, hoặc mã chuẩn chi của thẻ."))
    if code:
        if not APPROVAL.fullmatch(code):
            raise _wrong(
                "chuan-chi", _("Mã chuẩn chi có 4 đến 12 chữ và số. Hãy xem giấy in của máy quẹt thẻ.")
            )
        return Channel.CARD, left, code
    if given is not None and not left <= given <= MOST:
        raise _wrong("khach-dua", _("Khách đưa thiếu: phải thu %(left)s.") % {"left": format_money(left)})
    return Channel.CASH, left if given is None else given, ""


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, faults={field: sentence})
