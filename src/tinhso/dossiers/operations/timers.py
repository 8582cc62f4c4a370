"""Clocks of a process beside a dossier: set when their step begins, dropped when it is done.

They count by the calendar of the agency that has the dossier and stand while its clock stands. Each rings by
a queued job; one that comes twice, or too early, finds nothing to do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.models import Dossier, Standing, Timer
from tinhso.dossiers.outcomes import TimerKind, TimerState
from tinhso.foundation import jobs, worktime
from tinhso.foundation.moments import today
from tinhso.workflow import api as workflow

RING = "dossiers.ring_timer"
RUNS = TimerState.RUNS.value


@dataclass(frozen=True, slots=True)
class Wanted:
    """A clock that should run."""

    step: str
    kind: TimerKind
    amount: int
    unit: str


def agree(
    dossier: Dossier,
    process: UUID,
    ready: Sequence[workflow.ReadyTask],
    *,
    at: datetime,
    ended: str = "",
    handed: bool = False,
) -> None:
    """Let just those clocks run that the process asks for where it stands now.

    Clocks of the step that `ended` are dropped in any case, so that a second visit counts anew; those on the
    dossier's step begin when it was `handed` out, or are new in a changed process. Nothing is read for a
    process without clocks.
    """
    if marks.TIMED not in dossier.flags and not workflow.process(process).timed:
        return
    wanted = _wanted(process, ready, in_hand=dossier.step)
    known = list(Timer.objects.filter(dossier_id=dossier.id))
    runs = {one.element: one for one in known if one.state == RUNS}
    gone = [one for one in runs.values() if one.step == ended or one.element not in wanted]
    _drop(gone, at=at)
    kept = {name: one for name, one in runs.items() if one not in gone}
    before = {one.element for one in known}
    for element, clock in wanted.items():
        if element in kept:
            _change(dossier, kept[element], clock, at=at)
        elif clock.kind is TimerKind.WAIT or handed or element not in before:
            kept[element] = _begin(dossier, element, clock, at=at)
    (marks.put if kept else marks.take)(dossier, marks.TIMED)


def _wanted(process: UUID, ready: Iterable[workflow.ReadyTask], *, in_hand: str) -> dict[str, Wanted]:
    found = {}
    for task in ready:
        if task.wait and task.wait.what is workflow.WaitsFor.TIME:
            found[task.step] = Wanted(task.step, TimerKind.WAIT, task.wait.amount, task.wait.unit)
        step = workflow.step(process, task.step) if task.step == in_hand else None
        for limit in step.limits if step else ():
            kind = TimerKind.GO if limit.goes else TimerKind.TELL
            found[limit.element] = Wanted(task.step, kind, limit.amount, limit.unit)
    return found


def _begin(dossier: Dossier, element: str, clock: Wanted, *, at: datetime) -> Timer:
    made = Timer(
        dossier_id=dossier.id,
        agency_id=directory.units([dossier.unit_id])[dossier.unit_id].agency_id,
        element=element,
        step=clock.step,
        kind=clock.kind.value,
        amount=clock.amount,
        unit=clock.unit,
        began_at=at,
    )
    made.due_at = _counted_now([made], at=at)[made.id].due_at
    made.save(force_insert=True)
    queue([made])
    return made


def _change(dossier: Dossier, timer: Timer, clock: Wanted, *, at: datetime) -> None:
    """A clock that a changed process gives another time counts it from when it began."""
    if (timer.amount, timer.unit, timer.kind) == (clock.amount, clock.unit, clock.kind):
        return
    timer.amount, timer.unit, timer.kind = clock.amount, clock.unit, clock.kind.value
    timer.save(update_fields=["amount", "unit", "kind"])
    renew(dossier, at=at)


def renew(dossier: Dossier, *, at: datetime) -> None:
    """Count the clocks that run anew, as after a pause."""
    if marks.TIMED not in dossier.flags:
        return
    rows = list(Timer.objects.filter(dossier_id=dossier.id, state=RUNS))
    made = _counted_now(rows, at=at)
    for row in rows:
        row.due_at = made[row.id].due_at
    Timer.objects.bulk_update(rows, ["due_at"])
    queue(rows)


def end(dossier: Dossier, *, at: datetime) -> None:
    """The dossier is final: no clock runs any more."""
    if marks.TIMED in dossier.flags:
        _drop(Timer.objects.filter(dossier_id=dossier.id, state=RUNS), at=at)
        marks.take(dossier, marks.TIMED)


def revive(dossier: Dossier, *, dropped_at: datetime) -> None:
    """Let clocks run on that an act dropped which was taken back."""
    dropped = Timer.objects.filter(dossier_id=dossier.id, state=TimerState.DROPPED.value, ended_at=dropped_at)
    back = list(dropped)
    dropped.update(state=RUNS, ended_at=None)
    queue(back)


def _drop(timers: Iterable[Timer], *, at: datetime) -> None:
    Timer.objects.filter(id__in=[one.id for one in timers]).update(
        state=TimerState.DROPPED.value, ended_at=at
    )


def queue(timers: Iterable[Timer]) -> None:
    """Let clocks ring at their time."""
    job = jobs.jobs.get(RING)
    jobs.insert([job.call({"timer_id": str(one.id)}, at=one.due_at) for one in timers])


def _counted_now(rows: Sequence[Timer], *, at: datetime) -> dict[Any, worktime.Promise]:
    agencies = {row.agency_id for row in rows}
    calendars = {agency: directory.working_calendar(agency, today(at)) for agency in agencies}
    return counted(rows, calendars=calendars, at=at)


def counted(
    rows: Sequence[Timer], *, calendars: Mapping[UUID, worktime.Calendar], at: datetime | None = None
) -> dict[Any, worktime.Promise]:
    """When each rings as its agency's calendar counts, by id. One query.

    A span of standing that is still open counts up to `at`, without it not at all.
    """
    spans: dict[UUID, list[Standing]] = defaultdict(list)
    for span in Standing.objects.filter(dossier_id__in={row.dossier_id for row in rows}).order_by("began_at"):
        spans[span.dossier_id].append(span)
    return {
        row.id: worktime.promise(
            start=row.began_at,
            term=worktime.Term(row.amount, worktime.Unit(row.unit)),
            calendar=calendars[row.agency_id],
            pauses=[worktime.Pause(begin=s.began_at, end=s.ended_at) for s in spans[row.dossier_id]],
            at=at,
        )
        for row in rows
    }
