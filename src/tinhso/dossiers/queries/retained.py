"""What stays of a person's dossiers after they ask for erasure, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.retention import kept_until
from tinhso.foundation.refs import OwnerRef
from tinhso.procedures import api as procedures


@dataclass(frozen=True, slots=True)
class Retained:
    """One dossier: kept until that day, for ever when `until` is None; `open` while it is handled."""

    code: str
    name: str
    open: bool
    until: date | None


def retained(owner: OwnerRef, *, most: int = 200) -> tuple[Retained, ...]:
    """The owner's dossiers, newest first, with the day until which the law keeps each. Two queries."""
    rows = list(
        Dossier.objects.filter(owner_kind=owner.kind, owner_id=owner.id).order_by("-submitted_at")[:most]
    )
    names = procedures.names({row.procedure_version_id for row in rows})
    return tuple(
        Retained(row.code, names[row.procedure_version_id], row.finished_at is None, kept_until(row))
        for row in rows
    )
