"""Receipts as their person, higher rooms, the desk and whoever holds a code read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import legal
from tinhso.foundation.ids import read
from tinhso.foundation.moments import midnight, today
from tinhso.payments.contracts import page_of
from tinhso.payments.models import Receipt, ReceiptDue, ReceiptLookup, ReceiptPaper
from tinhso.payments.receipt_contracts import (
    NoSuchReceipt,
    PaperKind,
    ReceiptState,
    ReceiptView,
    TooManyReceiptLookups,
)
from tinhso.payments.receipt_facts import seven

PAGE = 50
DIGITS = re.compile(r"[0-9]{1,7}")
KINDS = {"pdf": "pdf_id", "xml": "xml_id"}


def receipts_about(kind: str, subject: UUID) -> tuple[ReceiptView, ...]:
    """The receipts of a higher room's subject, oldest first, for who may see all of it. Two queries."""
    return _views(Receipt.objects.filter(bill__about_kind=kind, bill__about_id=subject))


def receipts_of(bill: UUID) -> tuple[ReceiptView, ...]:
    """The receipts of a bill, oldest first. Two queries."""
    return _views(Receipt.objects.filter(bill=bill))


def waits(bill: UUID) -> bool:
    """Whether a paid bill waits for its receipt, or for the agency's signature on it. Two queries."""
    unsigned = ReceiptPaper.objects.filter(receipt__bill=bill, sealed_at=None, kind=PaperKind.ISSUED)
    return ReceiptDue.objects.filter(bill=bill).exists() or unsigned.exists()


def _views(rows: QuerySet[Receipt]) -> tuple[ReceiptView, ...]:
    found = rows.select_related("series", "bill").prefetch_related("papers").order_by("issued_at", "number")
    return tuple(_view(row) for row in found)


def _view(row: Receipt) -> ReceiptView:
    sealed = {paper.kind for paper in row.papers.all() if paper.sealed_at}
    return ReceiptView(
        id=row.id,
        bill=row.bill_id,
        symbol=row.series.symbol,
        number=seven(row.number),
        amount=row.amount,
        issued_at=row.issued_at,
        state=ReceiptState(row.state),
        code=row.code,
        files=f"{page_of(row.bill.token)}bien-lai/{row.code}." if sealed else "",
    )


def newest_file(receipt: Receipt, ending: str) -> UUID:
    """The file of a receipt as it stands: of an ended one, the one that says so, once it is made.

    Raises NoSuchReceipt while there is none.
    """
    by_kind = {paper.kind: paper for paper in receipt.papers.all() if paper.sealed_at}
    paper: ReceiptPaper | None = by_kind.get(PaperKind.VOIDED) or by_kind.get(PaperKind.ISSUED)
    file: UUID | None = getattr(paper, KINDS[ending]) if paper else None
    if file is None:
        raise NoSuchReceipt(_("Biên lai đang được ký số. Hãy thử lại sau ít phút."))
    return file


def by_code(code: str) -> Receipt | None:
    """The receipt of a look-up code, as typed. Two queries."""
    plain = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())[:20]
    rows = Receipt.objects.select_related("series", "bill", "replaced_by__series")
    return rows.prefetch_related("papers").filter(code=plain).first()


def looked_up(code: str, *, address: str, at: datetime) -> Receipt:
    """A receipt by its code, for anybody. Raises NoSuchReceipt; TooManyReceiptLookups after too many codes
    that led nowhere from this address (legal values `receipt_lookups…`)."""
    day = today(at)
    window = timedelta(minutes=legal.integer("receipt_lookups_window", on=day))
    ReceiptLookup.objects.filter(at__lte=at - window).delete()
    if ReceiptLookup.objects.filter(address=address).count() >= legal.integer("receipt_lookups", on=day):
        raise TooManyReceiptLookups(
            _("Máy này đã tra sai mã nhiều lần. Hãy thử lại sau %(minutes)d phút.")
            % {"minutes": int(window.total_seconds() // 60)}
        )
    found = by_code(code)
    if found is None:
        ReceiptLookup.objects.create(address=address, at=at)
        raise NoSuchReceipt(_("Không có biên lai nào mang mã này. Hãy xem lại 10 chữ và số của mã."))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of receipts is narrowed to; empty is all. `text` is a number or a look-up code."""

    text: str = ""
    series: UUID | None = None
    day: date | None = None
    state: str = ""
    waiting: bool = False


def listed(agencies: Iterable[UUID], asked: Asked, *, after: str = "") -> tuple[list[Receipt], str]:
    """Receipts of these agencies, the latest first, and the cursor of the next page. Three queries beside
    those for the units of each agency."""
    rows = Receipt.objects.filter(
        unit_id__in=[unit.id for agency in agencies for unit in directory.units_ever(agency)]
    )
    text = "".join(asked.text.split()).upper()
    if text:
        rows = rows.filter(Q(number=int(text)) if DIGITS.fullmatch(text) else Q(code=text))
    if asked.series is not None:
        rows = rows.filter(series=asked.series)
    if asked.day is not None:
        begin, end = midnight(asked.day), midnight(asked.day + timedelta(days=1))
        rows = rows.filter(issued_at__gte=begin, issued_at__lt=end)
    if asked.state in set(ReceiptState):
        rows = rows.filter(state=asked.state)
    if asked.waiting:
        rows = rows.filter(changes__decided_at=None, changes__isnull=False)
    last = rows.filter(id=cursor).first() if (cursor := read(after)) else None
    if last is not None:
        rows = rows.filter(Q(issued_at__lt=last.issued_at) | Q(issued_at=last.issued_at, id__lt=last.id))
    found = list(
        rows.select_related("series", "bill")
        .prefetch_related("papers", "changes")
        .order_by("-issued_at", "-id")[: PAGE + 1]
    )
    return found[:PAGE], str(found[PAGE - 1].id) if len(found) > PAGE else ""
