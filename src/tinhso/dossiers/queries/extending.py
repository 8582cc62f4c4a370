"""Later promises: who decides them, and those of a dossier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Dossier, Extension
from tinhso.dossiers.outcomes import ExtensionView
from tinhso.foundation import legal
from tinhso.foundation.moments import today

MOST = 200


def leaders_decide(submitted_at: datetime) -> bool:
    """Whether a leader decides a later promise: legal value `extension_decided_by`, by the day of receipt."""
    return bool(legal.value("extension_decided_by", on=today(submitted_at)) == "leader")


def may_extend(dossier: Dossier) -> bool:
    """Whether the rule of the day of receipt allows one more later promise (`extension_max`). One query."""
    given = Extension.objects.filter(dossier_id=dossier.id, granted=True).count()
    return given < legal.integer("extension_max", on=today(dossier.submitted_at))


def extensions(dossier_id: UUID) -> tuple[ExtensionView, ...]:
    """The later promises asked for or given, oldest first."""
    rows = Extension.objects.filter(dossier_id=dossier_id).order_by("asked_at", "id")
    return tuple(_view(one) for one in rows)


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A later promise that waits for a decision, with the dossier it is of."""

    code: str
    applicant: str
    view: ExtensionView


def awaiting(agencies: Sequence[UUID]) -> tuple[Awaiting, ...]:
    """What waits for a decision in agencies, the earliest promise first; no more than `MOST`. One query."""
    rows = Extension.objects.filter(decided_at=None, lapsed_at=None, dossier__agency_id__in=agencies)
    rows = rows.select_related("dossier").order_by("due_before", "id")[:MOST]
    return tuple(
        Awaiting(code=one.dossier.code, applicant=one.dossier.applicant_name, view=_view(one)) for one in rows
    )


def awaited(agencies: Sequence[UUID]) -> int:
    """How many wait for a decision, counted no further than `MOST`. One query."""
    rows = Extension.objects.filter(decided_at=None, lapsed_at=None, dossier__agency_id__in=agencies)
    return rows.values("id")[:MOST].count()


def _view(one: Extension) -> ExtensionView:
    return ExtensionView(
        id=one.id,
        asked_at=one.asked_at,
        asked_by=one.asked_by_name,
        reason=one.reason,
        until=one.until,
        due_before=one.due_before,
        due_after=one.due_after,
        decided_at=one.decided_at,
        decided_by=one.decided_by_name,
        granted=one.granted,
        answer=one.answer,
        lapsed=one.lapsed_at is not None,
    )
