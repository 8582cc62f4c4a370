"""Receipts go to the tax side in the order of their numbers, after their files are sealed."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tinhso.foundation import files, http, signing, transactions
from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.payments import subjects
from tinhso.payments.channels.tax import Document, TaxRefused, tax_side
from tinhso.payments.models import ReceiptPaper
from tinhso.payments.operations.sealing_receipts import scope_of
from tinhso.payments.receipt_contracts import PaperKind, TaxState

logger = logging.getLogger(__name__)
BATCH = 200


def series_waiting() -> list[UUID]:
    """Series with a sealed file that the tax side has not; none while it is not joined. One query."""
    if not tax_side().ready():
        return []
    rows = ReceiptPaper.objects.filter(tax=TaxState.WAITING, sealed_at__isnull=False)
    return list(rows.order_by("series").values_list("series", flat=True).distinct())


def hand_over(series: UUID, *, at: datetime, most: int = BATCH) -> int:
    """Hand over what waits of a series, by number, up to the first whose file is not made; how many were
    taken or refused. A receipt that ended follows once the tax side has it. Call with no transaction open.

    When the tax side gives no word the rest goes on waiting.
    """
    done = 0
    for row in _waiting(series)[:most]:
        if row.kind == PaperKind.ISSUED and row.sealed_at is None:
            break
        if row.kind == PaperKind.VOIDED and not _follows(row):
            continue
        try:
            _hand(row, at=at)
        except (http.Unanswered, Unable) as fault:
            logger.warning("receipt %s was not handed to the tax side: %s", row.receipt_id, fault)
            break
        done += 1
    return done


def again(receipt_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Have what the tax side refused of a receipt handed over again. Raises NotAllowed."""
    rows = ReceiptPaper.objects.filter(receipt=receipt_id, tax=TaxState.REFUSED)
    for row in rows.select_related("receipt__bill"):
        with transactions.act(
            "payments.hand_receipt", by=by, at=at, on=subjects.of_receipt(row.receipt)
        ) as work:
            rows.filter(id=row.id).update(tax=TaxState.WAITING, tax_at=None)
            work.record(number=row.number, kind=row.kind, again=True)


def _waiting(series: UUID) -> QuerySet[ReceiptPaper]:
    rows = ReceiptPaper.objects.filter(series=series, tax=TaxState.WAITING)
    return rows.select_related("receipt__bill").order_by("number", "kind")


def _follows(row: ReceiptPaper) -> bool:
    """Whether the file that ends a receipt can be handed over."""
    first = ReceiptPaper.objects.filter(receipt=row.receipt_id, kind=PaperKind.ISSUED, tax=TaxState.HANDED)
    return row.sealed_at is not None and first.exists()


def _hand(row: ReceiptPaper, *, at: datetime) -> None:
    if row.xml_id is None:
        raise LookupError("a sealed receipt has its XML")
    xml = files.read(row.xml_id)
    beside = signing.sign_beside(xml, agency=scope_of(row.receipt.agency_id, at=at))
    outcome: dict[str, object] = {"tax_at": at, "tax_reason": "", "tax_reference": ""}
    try:
        outcome["tax_reference"] = tax_side().hand(Document(PaperKind(row.kind), xml, beside), at=at)
        outcome["tax"] = TaxState.HANDED.value
    except TaxRefused as refusal:
        outcome |= {"tax": TaxState.REFUSED.value, "tax_reason": refusal.message}
    on = subjects.of_receipt(row.receipt)
    with transactions.act("payments.hand_receipt", by=SYSTEM, at=at, on=on) as work:
        ReceiptPaper.objects.filter(id=row.id, tax=TaxState.WAITING).update(**outcome)
        work.record(number=row.number, kind=row.kind, tax=str(outcome["tax"]))
