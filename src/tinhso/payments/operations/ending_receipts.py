"""A receipt ends: voided, or replaced by another; by two people, or because its money went back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.directory import api as directory
from tinhso.foundation import transactions
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.foundation.text import format_money, normal
from tinhso.identity import api as identity
from tinhso.payments import caretakers, ledger, subjects
from tinhso.payments.models import Receipt, ReceiptChange, ReceiptDue
from tinhso.payments.operations.billing import locked
from tinhso.payments.operations.four_eyes import apart
from tinhso.payments.operations.issuing_receipts import paper_of
from tinhso.payments.receipt_contracts import (
    ChangeKind,
    NoSuchReceipt,
    PaperKind,
    ReceiptEnded,
    ReceiptState,
)
from tinhso.tasks import api as tasks

SHORTEST, LONGEST = 5, 500
DECIDE = "payments.decide_receipt"
transactions.explain(
    "receipt_change_one_open", gettext_lazy("Biên lai này đã có đề nghị đang chờ duyệt. Hãy tải lại trang.")
)


def undone(bill: UUID, *, reason: str, at: datetime) -> None:
    """What had settled a bill was taken back: its receipt is voided, or it waits for none any more.

    Within the act that holds the bill.
    """
    ReceiptDue.objects.filter(bill=bill).delete()
    for receipt in _standing_of(bill):
        on = subjects.of_receipt(receipt)
        with transactions.act("payments.void_receipt", by=SYSTEM, at=at, on=on) as work:
            _end(receipt, ReceiptState.VOIDED, reason=reason, at=at)
            work.record(number=receipt.number, reason=reason)


def given_back(bill: UUID, *, amount: int, at: datetime) -> None:
    """Money of a paid bill goes back: its receipt is voided when nothing is left, else replaced by one over
    the rest. Within the act that holds the bill; what it changes not in the sum paid, it changes not here."""
    paid = ledger.paid(bill)
    with translation.override("vi"):
        reason = _("Hoàn lại %(amount)s cho người nộp") % {"amount": format_money(amount)}
    if not paid:
        undone(bill, reason=reason, at=at)
    for receipt in _standing_of(bill).exclude(amount=paid):
        on = subjects.of_receipt(receipt)
        with transactions.act("payments.replace_receipt", by=SYSTEM, at=at, on=on) as work:
            _replace(receipt, reason=reason, at=at)
            work.record(number=receipt.number, reason=reason)


def _standing_of(bill: UUID) -> QuerySet[Receipt]:
    rows = Receipt.objects.select_for_update(of=("self",)).select_related("bill")
    return rows.filter(bill=bill, state=ReceiptState.ISSUED)


def propose(
    receipt_id: UUID,
    kind: ChangeKind,
    *,
    reason: str,
    payer: str = "",
    payer_address: str = "",
    by: ActorRef,
    at: datetime,
) -> None:
    """Ask that a receipt be voided, or replaced by one that names its payer rightly; another decides.

    Raises Invalid with its faults, ReceiptEnded, Conflict while another change waits, NotAllowed.
    """
    row = _receipt(receipt_id)
    words, name, place = normal(reason)[:LONGEST], normal(payer)[:200], normal(payer_address)[:300]
    faults = {}
    if len(words) < SHORTEST:
        faults["ly-do"] = _("Hãy ghi lý do, để người duyệt và cơ quan thuế đọc lại hiểu vì sao.")
    if kind is ChangeKind.REPLACE and not name:
        faults["nguoi-nop"] = _("Hãy ghi họ tên người nộp, đúng như sẽ ghi trên biên lai mới.")
    elif kind is ChangeKind.REPLACE and (name, place) == (row.facts["payer"], row.facts["payer_address"]):
        faults["nguoi-nop"] = _("Họ tên và địa chỉ đều như biên lai cũ. Hãy sửa chỗ sai.")
    if faults:
        raise Invalid(_("Chưa gửi được đề nghị. Hãy xem lại các ô được đánh dấu."), faults=faults)
    if kind is ChangeKind.VOID:
        name = place = ""
    on = subjects.of_receipt(row)
    care = caretakers.unit_for([directory.unit(row.unit_id).agency_id], at=at) or row.unit_id
    with transactions.act("payments.propose_receipt", by=by, at=at, on=on) as work:
        receipt = _standing(receipt_id)
        ReceiptChange.objects.create(
            receipt=receipt,
            kind=kind.value,
            reason=words,
            payer=name,
            payer_address=place,
            proposed_by=subjects.somebody(by),
            proposed_name=by.name,
            proposed_at=at,
        )
        tasks.give(
            subject=subjects.RECEIPT,
            subject_id=receipt.id,
            act=DECIDE,
            title=_("%(what)s số %(number)s: %(why)s")
            % {"what": kind.label, "number": f"{receipt.number:07d}", "why": words},
            role=identity.Role.ACCOUNTANT.value,
            unit_id=care,
            holder=None,
            due_at=None,
            by=by,
            at=at,
        )
        work.record(number=receipt.number, kind=kind.value)


def decide(receipt_id: UUID, *, agreed: bool, remark: str = "", by: ActorRef, at: datetime) -> None:
    """Agree to the change that waits, or refuse it with a remark. Whoever proposed it does not decide.

    Raises Conflict when none waits or it is one's own, Invalid for a refusal without a remark, NotAllowed.
    """
    words = normal(remark)[:LONGEST]
    if not agreed and len(words) < SHORTEST:
        raise Invalid(
            _("Hãy ghi vì sao không đồng ý."), faults={"nhan-xet": _("Hãy ghi vì sao không đồng ý.")}
        )
    with transactions.act(DECIDE, by=by, at=at, on=subjects.of_receipt(_receipt(receipt_id))) as work:
        receipt = _standing(receipt_id)
        change = receipt.changes.select_for_update().filter(decided_at=None).first()
        if change is None:
            raise Conflict(_("Biên lai này không có đề nghị nào đang chờ. Hãy tải lại trang."))
        if not apart(by, DECIDE, subjects.of_receipt(receipt), [change.proposed_by], at=at):
            raise Conflict(_("Người đề nghị không tự duyệt. Hãy để kế toán khác xem và duyệt."))
        change.decided_by, change.decided_name, change.decided_at = (
            by.id,
            by.name,
            max(at, change.proposed_at),
        )
        change.agreed, change.remark = agreed, words
        change.save(update_fields=["decided_by", "decided_name", "decided_at", "agreed", "remark"])
        if agreed and change.kind == ChangeKind.VOID:
            _end(receipt, ReceiptState.VOIDED, reason=change.reason, at=at)
        elif agreed:
            _replace(
                receipt,
                reason=change.reason,
                payer=change.payer,
                payer_address=change.payer_address,
                at=at,
            )
        tasks.close(subject=subjects.RECEIPT, subject_id=receipt.id, by=by, at=at)
        work.record(number=receipt.number, kind=change.kind, agreed=agreed)


def _replace(
    receipt: Receipt, *, reason: str, payer: str = "", payer_address: str = "", at: datetime
) -> None:
    _end(receipt, ReceiptState.REPLACED, reason=reason, at=at)
    ReceiptDue.objects.create(
        bill_id=receipt.bill_id,
        agency_id=receipt.agency_id,
        since=at,
        replaces=receipt,
        reason=reason,
        payer=payer,
        payer_address=payer_address,
    )


def _end(receipt: Receipt, state: ReceiptState, *, reason: str, at: datetime) -> None:
    receipt.state, receipt.reason, receipt.ended_at = state.value, reason, max(at, receipt.issued_at)
    receipt.save(update_fields=["state", "reason", "ended_at"])
    paper_of(receipt, PaperKind.VOIDED, at=at).save(force_insert=True)


def _receipt(receipt_id: UUID) -> Receipt:
    row = Receipt.objects.select_related("bill").filter(id=receipt_id).first()
    if row is None:
        raise NoSuchReceipt(_("Không có biên lai này."))
    return row


def _standing(receipt_id: UUID) -> Receipt:
    """The receipt, held until the act ends; its bill first, as whoever undoes a payment does."""
    locked(Receipt.objects.values_list("bill_id", flat=True).get(id=receipt_id))
    row = Receipt.objects.select_for_update(of=("self",)).select_related("bill").get(id=receipt_id)
    if row.state != ReceiptState.ISSUED:
        raise ReceiptEnded(_("Biên lai này đã huỷ hoặc đã thay thế. Hãy tải lại trang."))
    return row
