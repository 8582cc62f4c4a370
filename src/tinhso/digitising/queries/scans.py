"""Scans as officers see them: the tray of their offices, one scan, those of a dossier."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.digitising.contracts import (
    ArrivalState,
    ArrivalView,
    NoSuchScan,
    Page,
    ScanState,
    ScanView,
    TextState,
    Way,
)
from tinhso.digitising.models import Arrival, Scan, Source
from tinhso.foundation import files, ids
from tinhso.foundation.text import fold

PAGE = 50


def scan(scan_id: UUID, *, units: Collection[UUID] | None = None) -> ScanView:
    """One scan; with `units`, only if it lies with one of them. Two queries. Raises NoSuchScan."""
    rows = Scan.objects.filter(id=scan_id)
    if units is not None:
        rows = rows.filter(unit__in=units)
    found = _views(rows)
    if not found:
        raise NoSuchScan(_("Không tìm thấy bản quét này."))
    return found[0]


def tray(units: Collection[UUID], *, q: str = "", before: str = "") -> tuple[tuple[ScanView, ...], str]:
    """A page of what nobody has attached yet, the newest first, and the cursor of the next. Two queries.

    `q` is looked for in names and in what was read on the pages.
    """
    rows = Scan.objects.filter(unit__in=units, state=ScanState.TRAY.value).order_by("-id")
    if q.strip():
        rows = rows.filter(sought__contains=fold(q))
    cursor = ids.read(before)
    if cursor is not None:
        rows = rows.filter(id__lt=cursor)
    found = _views(rows[: PAGE + 1])
    return tuple(found[:PAGE]), str(found[PAGE - 1].id) if len(found) > PAGE else ""


def waiting(units: Collection[UUID]) -> int:
    """How many lie in the tray. One query."""
    return Scan.objects.filter(unit__in=units, state=ScanState.TRAY.value).count()


def of_dossier(dossier_id: UUID) -> tuple[ScanView, ...]:
    """Scans of one dossier, attached or aimed at it, the newest first. Two queries."""
    rows = Scan.objects.filter(dossier_id=dossier_id).exclude(state=ScanState.DROPPED.value)
    return tuple(_views(rows.order_by("-id")[:PAGE]))


def arrivals(units: Collection[UUID]) -> tuple[ArrivalView, ...]:
    """Files in the scanners' folders that are no scan yet. One query."""
    rows = Arrival.objects.filter(unit__in=units, state__in=[ArrivalState.WAITING, ArrivalState.FAULTY])
    return tuple(
        ArrivalView(
            id=row.id,
            place=row.path.split("/")[1] if row.path.count("/") > 1 else "",
            name=row.path.rsplit("/", 1)[-1],
            size=row.size,
            state=ArrivalState(row.state),
            fault=row.fault,
            seen_at=row.seen_at,
        )
        for row in rows.order_by("-seen_at")[:PAGE]
    )


def every_page(scan_id: UUID, *, at: datetime) -> list[Page]:
    """All pages that the scan's files have, in their order. Opens the files: slow."""
    sources = list(Source.objects.filter(scan=scan_id).order_by("place"))
    return [
        Page(source.place, page)
        for source in sources
        for page in range(files.page_count(source.file_id, at=at))
    ]


def _views(rows: QuerySet[Scan]) -> list[ScanView]:
    found = list(rows)
    sources: dict[UUID, list[UUID]] = {}
    for source in Source.objects.filter(scan__in=[row.id for row in found]).order_by("place"):
        sources.setdefault(source.scan_id, []).append(source.file_id)
    return [
        ScanView(
            id=row.id,
            unit=row.unit_id,
            way=Way(row.way),
            place=row.place,
            name=row.name,
            state=ScanState(row.state),
            received_at=row.received_at,
            received_by=row.received_by,
            dossier=row.dossier_id,
            paper=row.paper,
            pages=tuple(Page(*page) for page in row.pages),
            sources=tuple(sources.get(row.id, ())),
            file_id=row.file_id,
            text_state=TextState(row.text_state),
            texts=tuple(tuple(pages) for pages in row.texts),
        )
        for row in found
    ]
