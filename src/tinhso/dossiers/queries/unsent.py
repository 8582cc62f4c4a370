"""What an officer is still writing: always their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import ActDraft


@dataclass(frozen=True, slots=True)
class Unsent:
    """A form begun and not sent: of which dossier and act, and what was typed, by box."""

    code: str
    slug: str
    fields: Mapping[str, str]
    saved_at: datetime


def unsent(officer: UUID, *, dossier: UUID | None = None, limit: int = 8) -> tuple[Unsent, ...]:
    """An officer's forms begun and not sent, last saved first; of one dossier where given. One query."""
    rows = ActDraft.objects.filter(officer=officer)
    if dossier is not None:
        rows = rows.filter(dossier_id=dossier)
    found = rows.order_by("-saved_at", "-id").values_list("dossier__code", "slug", "fields", "saved_at")
    return tuple(Unsent(*row) for row in found[:limit])


def typed(officer: UUID, *, dossier: UUID, slug: str) -> Unsent | None:
    """What the officer typed into the form of one act, if they left it unsent. One query."""
    rows = ActDraft.objects.filter(officer=officer, dossier_id=dossier, slug=slug)
    row = rows.values_list("dossier__code", "slug", "fields", "saved_at").first()
    return Unsent(*row) if row else None
