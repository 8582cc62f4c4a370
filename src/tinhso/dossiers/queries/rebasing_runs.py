"""Reads of runs that take dossiers over to a newer version: which there were, how far, and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from tinhso.dossiers.models import Rebasing, RebasingFault
from tinhso.foundation.errors import NotFound

PAGE, LATEST, REASONS = 50, 20, 8


class RunState(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RunView:
    """One run. `able` and `unable` count what was tried; `total` was counted when it was asked for."""

    id: UUID
    procedure: str
    name: str
    trial: bool
    reason: str
    ground: str
    new_term: bool
    asked_by: UUID
    by: str
    asked_at: datetime
    total: int
    able: int
    unable: int
    state: RunState
    ended_at: datetime | None
    cancelled_by: str

    @property
    def tried(self) -> int:
        """How many dossiers were tried."""
        return self.able + self.unable

    @property
    def ended(self) -> bool:
        """Whether nothing more will be tried."""
        return self.state in (RunState.FINISHED, RunState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Failed:
    """A dossier that a run could not take over."""

    id: int
    code: str
    why: str


def runs(officer: UUID | None) -> tuple[RunView, ...]:
    """An officer's latest runs, newest first. One query."""
    if officer is None:
        return ()
    rows = Rebasing.objects.filter(asked_by=officer).order_by("-asked_at", "-id")
    return tuple(_view(row) for row in rows[:LATEST])


def a_run(id: UUID, *, officer: UUID | None) -> RunView:
    """One run, for who asked for it. Raises NotFound."""
    row = Rebasing.objects.filter(id=id).first()
    if row is None or row.asked_by != officer:
        raise NotFound(_("Không có lần chuyển này."))
    return _view(row)


def _view(row: Rebasing) -> RunView:
    state = RunState.RUNNING if row.reached else RunState.WAITING
    if row.finished_at is not None:
        state = RunState.FINISHED
    if row.cancelled_at is not None:
        state = RunState.CANCELLED
    return RunView(
        id=row.id,
        procedure=row.procedure,
        name=row.procedure_name,
        trial=row.trial,
        reason=row.reason,
        ground=row.ground,
        new_term=row.new_term,
        asked_by=row.asked_by,
        by=row.asked_by_name,
        asked_at=row.asked_at,
        total=row.total,
        able=row.able,
        unable=row.unable,
        state=state,
        ended_at=row.finished_at or row.cancelled_at,
        cancelled_by=row.cancelled_by_name,
    )


def reasons(id: UUID) -> tuple[tuple[str, int], ...]:
    """Why dossiers of a run stayed, the commonest reasons first. One query."""
    rows = RebasingFault.objects.filter(rebasing_id=id).order_by().values_list("why").annotate(n=Count("id"))
    return tuple(rows.order_by("-n", "why")[:REASONS])


def failed(id: UUID, *, after: int = 0) -> tuple[Failed, ...]:
    """The dossiers of a run that stayed, by keyset. One query."""
    rows = RebasingFault.objects.filter(rebasing_id=id, id__gt=after).order_by("id")
    found = rows.values_list("id", "dossier__code", "why")[:PAGE]
    return tuple(Failed(number, code, why) for number, code, why in found)
