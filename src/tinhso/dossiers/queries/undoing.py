"""What an officer may still take back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from tinhso.dossiers.lifecycle import UNDO
from tinhso.dossiers.models import Reversible


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act that can be taken back, and for how many seconds more."""

    code: str
    act: str
    seconds: int


def undoable(code: str, *, officer: UUID | None, at: datetime) -> Undoable | None:
    """The officer's own last act on the dossier, while nobody has acted since. One query."""
    if officer is None or not code:
        return None
    rows = Reversible.objects.filter(dossier__code=code, officer=officer, undone_at=None)
    row = rows.filter(dossier__version=F("version")).values_list("act", "done_at").first()
    if row is None:
        return None
    left = row[1] + UNDO[row[0]] - at
    return Undoable(code, row[0], int(left.total_seconds())) if left.total_seconds() >= 1 else None
