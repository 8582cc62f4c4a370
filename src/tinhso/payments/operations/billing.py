"""Bills: issued from finished charge lines, taken back, or let go by decision."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.statements import Found, Rows, Statement, together
from tinhso.payments import codes, ledger, subjects, trouble
from tinhso.payments.contracts import (
    About,
    AttemptState,
    BillCancelled,
    BillClosed,
    BillState,
    Charge,
    NoBeneficiary,
    NoSuchBill,
    Payer,
    PaymentSettled,
    PaymentUndone,
)
from tinhso.payments.models import Attempt, Bill, BillLine
from tinhso.payments.models.ledger import Why
from tinhso.payments.queries.beneficiaries import beneficiary, revenue_codes

transactions.explain(
    "bill_one_open_of_a_subject",
    gettext_lazy("Hồ sơ này đã có một khoản đang chờ nộp. Hãy mở khoản ấy, không lập thêm."),
)
LOCKED = Rows(Bill, "WHERE id = %s FOR UPDATE")
SETTLED = "UPDATE payments_bill SET state = 'settled', ended_at = %s WHERE id = %s"
SHORT = "SELECT id FROM payments_problem WHERE bill_id = %s AND kind = 'partial' AND closed_at IS NULL"
MOST = 10_000_000_000
"""A single bill above ten thousand million đồng is a slip of the keyboard."""


def issue(
    about: About,
    charges: Sequence[Charge],
    *,
    agency: UUID,
    unit: UUID,
    payer: Payer,
    occasion: str,
    by: ActorRef,
    at: datetime,
) -> UUID | None:
    """Issue a bill for what is due of the charges; None when nothing is. Joins the caller's act.

    Raises Invalid for sums that cannot be, NoBeneficiary, NotAllowed, Conflict while another is open.
    """
    total = _checked(charges)
    if not total:
        return None
    if beneficiary(agency, on=today(at)) is None:
        raise NoBeneficiary(
            _("Cơ quan này chưa khai tài khoản nhận tiền. Hãy báo kế toán khai trước khi thu phí.")
        )
    revenues = revenue_codes(charges, on=today(at))
    number = _number()
    bill = Bill(
        id=new_id(),
        number=number,
        reference=codes.make(number),
        token=secrets.token_urlsafe(12),
        about_kind=about.kind,
        about_id=about.id,
        about_code=about.code,
        title=about.title,
        service=about.service,
        link=about.link,
        occasion=occasion,
        agency_id=agency,
        unit_id=unit,
        payer=payer.name,
        payer_address=payer.address,
        owner_kind=payer.owner_kind,
        owner_id=payer.owner,
        total=total,
        issued_at=at,
        issued_by=by.name or _("Hệ thống"),
    )
    with transactions.act("payments.issue", by=by, at=at, on=subjects.of_bill(bill)) as work:
        bill.save(force_insert=True)
        BillLine.objects.bulk_create(
            BillLine(
                bill=bill,
                place=place,
                code=charge.code,
                kind=charge.kind,
                name=charge.name,
                amount=charge.amount,
                exempted=charge.exempted,
                exempt_ground=charge.exempt_ground,
                ground=charge.ground,
                revenue=revenue,
            )
            for place, (charge, revenue) in enumerate(zip(charges, revenues, strict=True))
        )
        ledger.write(
            (
                ledger.Move(
                    debit=ledger.receivable(agency),
                    credit=ledger.revenue(agency, revenue),
                    amount=charge.due,
                    why=Why.CHARGED,
                    bill=bill.id,
                )
                for charge, revenue in zip(charges, revenues, strict=True)
            ),
            by=bill.issued_by,
            at=at,
        )
        work.record(reference=bill.reference, about=about.code, total=total)
    return bill.id


def cancel(bill_id: UUID, *, reason: str, by: ActorRef, at: datetime) -> None:
    """Take a bill back of which nothing was paid. Raises NoSuchBill, BillClosed, Invalid without a reason."""
    if not reason.strip():
        raise Invalid(_("Hãy ghi vì sao huỷ khoản thu này."), faults={"reason": _("Hãy ghi lý do.")})
    with transactions.act("payments.cancel", by=by, at=at, on=subjects.of_bill(known(bill_id))) as work:
        bill = locked(bill_id)
        if bill.state != BillState.OPEN or ledger.owed(bill.id) != bill.total:
            raise BillClosed(_("Khoản này đã có tiền nộp nên không huỷ được. Hãy lập đề nghị hoàn tiền."))
        ledger.write(
            (
                ledger.Move(
                    debit=ledger.revenue(bill.agency_id, line.revenue),
                    credit=ledger.receivable(bill.agency_id),
                    amount=line.amount - line.exempted,
                    why=Why.CANCELLED,
                    bill=bill.id,
                )
                for line in bill.lines.all()
            ),
            by=by.name,
            at=at,
        )
        bill.state, bill.ended_at, bill.reason = BillState.CANCELLED.value, at, reason.strip()
        bill.save(update_fields=["state", "ended_at", "reason"])
        Attempt.objects.filter(bill=bill, state=AttemptState.UNDER_WAY).update(
            state=AttemptState.EXPIRED.value, ended_at=at
        )
        work.emit(BillCancelled(bill=bill.id, about=subjects.about_of(bill), at=at))
        work.record(reference=bill.reference, reason=bill.reason)


def waive(bill: Bill, *, amount: int, refund: UUID, by: ActorRef, at: datetime) -> None:
    """Let go of `amount` of what is left of a locked bill, within the act in which a second person agreed
    (`refund` is the waiver)."""
    bill.waived += amount
    bill.save(update_fields=["waived"])
    ledger.write(
        [
            ledger.Move(
                debit=ledger.waived(bill.agency_id),
                credit=ledger.receivable(bill.agency_id),
                amount=amount,
                why=Why.WAIVED,
                bill=bill.id,
                refund=refund,
            )
        ],
        by=by.name,
        at=at,
    )


def settled_when_nothing_left(bill: Bill, work: transactions.Work, *, online: bool, at: datetime) -> bool:
    """Close a locked bill of which nothing is left, and tell higher rooms; whether it was."""
    if ledger.owed(bill.id):
        return False
    settled(bill, work, online=online, at=at)
    return True


def settled(bill: Bill, work: transactions.Work, *, online: bool, at: datetime) -> None:
    """Close a locked bill, unless it is closed already, and tell higher rooms."""
    if closing := settling(bill, at=at):
        has_settled(bill, work, together(closing)[-1], online=online, at=at)


def settling(bill: Bill, *, at: datetime) -> list[Statement]:
    """What closes a locked bill, for those who have more to write in the same round trip and then say
    `has_settled` with what the last of these found; nothing when it is closed already."""
    if bill.state != BillState.OPEN:
        return []
    bill.state, bill.ended_at = BillState.SETTLED.value, max(at, bill.issued_at)
    return [(SETTLED, [bill.ended_at, bill.id]), (SHORT, [bill.id])]


def has_settled(bill: Bill, work: transactions.Work, short: Found, *, online: bool, at: datetime) -> None:
    """Lay to rest what was short, and tell higher rooms."""
    trouble.lay_all([id for (id,) in short], _("Đã nộp đủ phần còn thiếu."), at=at)
    came = bill.total - bill.waived
    work.emit(
        PaymentSettled(
            bill=bill.id,
            reference=bill.reference,
            about=subjects.about_of(bill),
            amount=came,
            online=online,
            at=at,
        )
    )


def opened_again(bill: Bill, work: transactions.Work, *, left: int, reason: str, at: datetime) -> None:
    """Open a locked bill of which `left` is owed again, and tell higher rooms when it was settled."""
    if bill.state == BillState.OPEN:
        return
    bill.state, bill.ended_at = BillState.OPEN.value, None
    bill.save(update_fields=["state", "ended_at"])
    about = subjects.about_of(bill)
    work.emit(PaymentUndone(bill=bill.id, about=about, left=left, reason=reason, at=at))


def locked(bill_id: UUID) -> Bill:
    """The bill, held until the act ends. Raises NoSuchBill."""
    bill = Bill.objects.select_for_update().filter(id=bill_id).first()
    if bill is None:
        raise NoSuchBill(_("Không có khoản thu này."))
    return bill


def locked_with_rest(bill_id: UUID) -> tuple[Bill, int]:
    """The bill, held until the act ends, and what is left to pay of it. One round trip. Raises NoSuchBill."""
    rows, sums = together([(LOCKED.text, [bill_id]), ledger.owing([bill_id])])
    found = LOCKED.made(rows)
    if not found:
        raise NoSuchBill(_("Không có khoản thu này."))
    return found[0], int(sums[0][1]) if sums else 0


def known(bill_id: UUID) -> Bill:
    """The bill. Raises NoSuchBill."""
    bill = Bill.objects.filter(id=bill_id).first()
    if bill is None:
        raise NoSuchBill(_("Không có khoản thu này."))
    return bill


def _checked(charges: Sequence[Charge]) -> int:
    total = 0
    for charge in charges:
        if not 0 <= charge.exempted <= charge.amount:
            raise Invalid(_("Khoản «%(name)s» có số miễn giảm lớn hơn số phải nộp.") % {"name": charge.name})
        total += charge.due
    if total > MOST:
        raise Invalid(_("Số phải nộp lớn hơn mức một lần nộp. Hãy kiểm tra lại biểu phí."))
    return total


def _number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('payments_bill_number')")
        return int(cursor.fetchone()[0])
