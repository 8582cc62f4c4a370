"""What the national catalogue says of a procedure, beside what the province wrote of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tinhso.foundation.ids import new_id
from tinhso.procedures.contracts import Content
from tinhso.procedures.importer.recover import recover
from tinhso.procedures.models import ImportedRecord, Procedure
from tinhso.procedures.operations import index
from tinhso.search import api as search

SEEN = 20


@dataclass(frozen=True, slots=True)
class NationalRecord:
    """The newest record of a procedure: what could be read of it, and what could not, by field."""

    content: Content
    missing: dict[str, str]
    imported_at: datetime


def national_record(code: str) -> NationalRecord | None:
    """The newest record of the national catalogue; None when it was never read. One query."""
    row = ImportedRecord.objects.filter(procedure__code=code).order_by("-imported_at", "-id").first()
    if row is None:
        return None
    return NationalRecord(recover(row.raw).content, dict(row.missing), row.imported_at)


def place_in_search(*, code: str, content: Content, q: str) -> tuple[int, tuple[str, ...]]:
    """At which place (from 1; 0 for none of the first twenty) a procedure would be found once it says
    `content`, and the names of those found before it. Nothing is kept.
    """
    with transaction.atomic():
        known = Procedure.objects.filter(code=code).values_list("id", flat=True).first()
        own = known or new_id()
        search.put(index.entry(procedure_id=own, code=code, content=content, made_here=True))
        hits = search.find(q, kinds=(index.KIND,), limit=SEEN)
        transaction.set_rollback(True)
    place = next((at for at, hit in enumerate(hits, start=1) if hit.id == own), 0)
    before = hits[: place - 1] if place else hits[:3]
    return place, tuple(hit.title for hit in before)
