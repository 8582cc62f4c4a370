"""Days on which an office is closed, from today on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tinhso.dossiers.models import Closure


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day on which an office is closed, and why."""

    agency: UUID
    day: date
    reason: str
    closed_by: str


def closed_days(agencies: Iterable[UUID], *, on: date) -> tuple[ClosedDay, ...]:
    """The closed days of agencies that have not gone by, the next first. One query."""
    rows = Closure.objects.filter(agency_id__in=list(agencies), day__gte=on, lifted_at=None)
    return tuple(
        ClosedDay(agency=row.agency_id, day=row.day, reason=row.reason, closed_by=row.closed_by)
        for row in rows.order_by("day", "id")
    )
