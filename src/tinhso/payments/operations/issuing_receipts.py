"""Receipts: what is paid waits for one, numbers are drawn in their order, none is left out and none twice.

Who draws numbers holds the row of the series until the end of the transaction that writes the receipts; the
database refuses any number but the next. Files are made afterwards (`sealing_receipts`).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db import connection
from django.utils import translation

from tinhso.directory import api as directory
from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.foundation.statements import together
from tinhso.payments import contracts, ledger, subjects
from tinhso.payments.models import Bill, Receipt, ReceiptDue, ReceiptPaper, ReceiptSeries
from tinhso.payments.operations import receipt_series
from tinhso.payments.queries.beneficiaries import beneficiary
from tinhso.payments.receipt_contracts import PaperKind
from tinhso.payments.receipt_facts import LAST_NUMBER, ReceiptFacts, ReceiptLine, ReceiptRef
from tinhso.payments.sharing import shared

logger = logging.getLogger(__name__)
BATCH = 200
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Those that nobody reads one for another."""
CODE_LENGTH = 10
WAITS = """
INSERT INTO payments_receiptdue (bill_id, agency_id, since, reason, payer, payer_address)
SELECT id, agency_id, %s, '', '', '' FROM payments_bill WHERE id = %s ON CONFLICT (bill_id) DO NOTHING
"""
CLAIM = """
SELECT d.bill_id FROM payments_receiptdue d JOIN payments_bill b ON b.id = d.bill_id
WHERE d.agency_id = %s AND b.state = 'settled' ORDER BY d.since, d.bill_id LIMIT %s
FOR UPDATE OF d SKIP LOCKED FOR KEY SHARE OF b SKIP LOCKED
"""
"""A bill that somebody holds to undo its payment is left for later, so that neither waits for the other."""


def wait(bill: UUID, *, at: datetime) -> None:
    """A bill is paid: it waits for its receipt, within the running act. One round trip."""
    together([(WAITS, [at, bill])])


def issue_waiting(*, at: datetime, most: int = BATCH) -> int:
    """Write the receipts that bills wait for, at most so many of each agency; how many.

    Any number of callers may do so at once. What no series stands for goes on waiting, and the accountants
    are told. A fault of one agency stops no other.
    """
    written = 0
    waiting = ReceiptDue.objects.filter(bill__state=contracts.BillState.SETTLED).order_by("agency")
    for agency in list(waiting.values_list("agency", flat=True).distinct()):
        try:
            written += _issue(agency, most=most, at=at)
        except Exception:  # whatever is wrong with one agency, the others' receipts are due too
            logger.exception("no receipts could be written for agency %s", agency)
    return written


def _issue(agency: UUID, *, most: int, at: datetime) -> int:
    to = beneficiary(agency, on=today(at))
    with transactions.act("payments.issue_receipts", by=SYSTEM, at=at) as work:
        series = (
            ReceiptSeries.objects.select_for_update(no_key=True, of=("self",))
            .filter(agency=agency, period__contains=today(at), next_number__lte=LAST_NUMBER)
            .first()
        )
        claimed = _claimed(agency, most=most) if series and to else []
        work.leave_no_entry()
        if series is not None and to is not None and claimed:
            work.told, work.on = True, subjects.of_series(series)
            receipts = _written(series, to, claimed[: LAST_NUMBER + 1 - series.next_number], at=at)
            work.record(first=series.next_number, count=len(receipts))
            return len(receipts)
    if series is None or to is None:
        receipt_series.none_stands(agency, at=at)
    return 0


def _claimed(agency: UUID, *, most: int) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [agency, most])
        return [bill for (bill,) in cursor.fetchall()]


def _written(
    series: ReceiptSeries, to: contracts.Beneficiary, claimed: Sequence[UUID], *, at: datetime
) -> list[Receipt]:
    """Receipts of the claimed bills under a locked series; a bill that was waived whole gets none."""
    waits = ReceiptDue.objects.select_related("bill", "replaces__series").prefetch_related("bill__lines")
    found = {one.bill_id: one for one in waits.filter(bill__in=claimed)}
    stands, ways = ledger.standing(claimed), ledger.ways_of_all(claimed)
    agency, number = directory.names([series.agency_id])[series.agency_id], series.next_number
    receipts: list[Receipt] = []
    for id in claimed:
        paid = stands[id].paid - stands[id].refunded
        if not paid:
            continue
        with translation.override("vi"):
            facts = _facts(
                found[id],
                series,
                agency=agency,
                tax_code=to.tax_code,
                number=number + len(receipts),
                paid=paid,
                ways=[contracts.Channel(way).label for way in ways.get(id, ())],
                at=at,
            )
        receipts.append(_row(found[id], series, facts, at=at))
    Receipt.objects.bulk_create(receipts)
    ReceiptPaper.objects.bulk_create(paper_of(one, PaperKind.ISSUED, at=at) for one in receipts)
    ReceiptDue.objects.filter(bill__in=claimed).delete()
    return receipts


def paper_of(receipt: Receipt, kind: PaperKind, *, at: datetime) -> ReceiptPaper:
    """The files of a receipt that are to be made now."""
    return ReceiptPaper(
        receipt=receipt, series_id=receipt.series_id, number=receipt.number, kind=kind.value, due_at=at
    )


def _row(due: ReceiptDue, series: ReceiptSeries, facts: ReceiptFacts, *, at: datetime) -> Receipt:
    return Receipt(
        id=new_id(),
        series=series,
        number=facts.number,
        agency_id=series.agency_id,
        unit_id=due.bill.unit_id,
        bill=due.bill,
        code=facts.code,
        facts=kept(facts),
        amount=facts.total,
        issued_at=max(at, due.bill.issued_at),
        replaces=due.replaces,
    )


def kept(facts: ReceiptFacts) -> dict[str, object]:
    """Facts as JSON; `facts_of` reads them."""
    return {name: msgspec.to_builtins(value) for name, value in asdict(facts).items()}


def _facts(
    due: ReceiptDue,
    series: ReceiptSeries,
    *,
    agency: str,
    tax_code: str,
    number: int,
    paid: int,
    ways: Sequence[str],
    at: datetime,
) -> ReceiptFacts:
    bill, before = due.bill, due.replaces
    said: Mapping[str, str] = before.facts if before else {}
    code = "".join(secrets.choice(LETTERS) for _place in range(CODE_LENGTH))
    return ReceiptFacts(
        form=series.form,
        symbol=series.symbol,
        number=number,
        agency=agency,
        agency_tax_code=tax_code,
        agency_address=series.address,
        payer=due.payer or said.get("payer", bill.payer),
        payer_address=due.payer_address or said.get("payer_address", bill.payer_address),
        payer_id="",
        lines=_lines(bill, paid),
        issued_on=today(at),
        dossier=bill.about_code,
        paid_by="; ".join(ways),
        code=code,
        address=f"{settings.ORIGIN}/bien-lai/{code}/",
        replaces=ReceiptRef(before.series.symbol, before.number, today(before.issued_at)) if before else None,
        replacing_reason=due.reason,
    )


def _lines(bill: Bill, paid: int) -> tuple[ReceiptLine, ...]:
    """The lines of a bill over what was paid, shared out as refunds are where that is not all of it."""
    dues = {f"{line.place:05d}": line.amount - line.exempted for line in bill.lines.all()}
    parts = shared(paid, dues)
    return tuple(
        ReceiptLine(line.name, part, line.revenue)
        for line in bill.lines.all()
        if (part := parts[f"{line.place:05d}"])
    )
