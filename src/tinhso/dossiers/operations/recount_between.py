"""A calendar is corrected: deadlines between agencies that count working time are counted anew too.

Phases, opinions and hand-overs each rest on the calendar of the agency that answers for them, which need not
be the dossier's own. Counting again what was counted moves nothing, so a run that broke off begins again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model, QuerySet

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import OpinionState
from tinhso.dossiers.models import Dossier, MovedPromise, Opinion, Phase, Recount, Timer, Transfer
from tinhso.dossiers.operations import opinions, passing, phases, timers
from tinhso.dossiers.outcomes import Movable
from tinhso.dossiers.turning import OPINION, SUBJECT, subject_of
from tinhso.foundation import audit, worktime
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, CalendarRef
from tinhso.tasks import api as tasks

Calendars = Mapping[UUID, worktime.Calendar]
Counted = dict[Any, worktime.Promise]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of deadline: the open rows with `answers` (who answers for each) and `of` (its dossier), how
    many are counted at once, and which work bears the deadline. Where nothing is alarmed of it, `moved` says
    what else is done with rows that moved.
    """

    what: Movable
    rows: Callable[[], QuerySet[Any]]
    counted: Callable[[Sequence[Any], Calendars], Counted]
    worded: bool = False
    work: str = ""
    moved: Callable[[Sequence[Any]], None] | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A row with the deadline that it gets."""

    row: Any
    promise: worktime.Promise


def _phases() -> QuerySet[Phase]:
    return Phase.objects.filter(ended_at=None).annotate(answers=F("agency_id"), of=F("dossier_id"))


def _opinions() -> QuerySet[Opinion]:
    asked = Opinion.objects.filter(state=OpinionState.ASKED.value)
    return asked.annotate(answers=F("agency_id"), of=F("request__dossier_id"))


def _transfers() -> QuerySet[Transfer]:
    return Transfer.objects.filter(**passing.OPEN).annotate(answers=F("taker_id"), of=F("dossier_id"))


def _timers() -> QuerySet[Timer]:
    return Timer.objects.filter(state=timers.RUNS).annotate(answers=F("agency_id"), of=F("dossier_id"))


KINDS = (
    Kind(
        Movable.PHASE,
        _phases,
        lambda rows, calendars: phases.recounted(rows, calendars=calendars),
        worded=True,
        work=SUBJECT,
    ),
    Kind(
        Movable.OPINION,
        _opinions,
        lambda rows, calendars: {
            row.id: opinions.counted(asked_at=row.asked_at, calendar=calendars[row.answers]) for row in rows
        },
        worded=True,
        work=OPINION,
    ),
    Kind(
        Movable.TRANSFER,
        _transfers,
        lambda rows, calendars: {
            row.id: passing.counted(sent_at=row.sent_at, calendar=calendars[row.answers]) for row in rows
        },
    ),
    Kind(
        Movable.TIMER,
        _timers,
        lambda rows, calendars: timers.counted(rows, calendars=calendars),
        moved=timers.queue,
    ),
)


def calendars(
    corrected: CalendarRef, agencies: Collection[UUID], *, at: datetime
) -> dict[UUID, worktime.Calendar]:
    """The calendars of those of these agencies that count by the corrected one or one below it."""
    below = worktime.below(corrected)
    refs = {id: directory.agency(id, today(at)).calendar for id in agencies}
    return {id: worktime.calendar(ref) for id, ref in refs.items() if ref.code in below}


def phased(dossiers: Sequence[Dossier]) -> frozenset[UUID]:
    """Those whose open work bears the deadline of a phase. One query, none when no dossier has phases."""
    ids = [dossier.id for dossier in dossiers if marks.PHASED in dossier.flags]
    under_way = Phase.objects.filter(dossier_id__in=ids, ended_at=None) if ids else Phase.objects.none()
    return frozenset(under_way.values_list("dossier_id", flat=True))


def look(corrected: CalendarRef, *, at: datetime) -> int:
    """How many deadlines would move."""
    return sum(len(moves) for kind in KINDS for moves in _walked(kind, corrected, at=at, size=2000))


def run(recount: Recount, *, at: datetime, size: int) -> None:
    """Move every deadline between agencies that rests on the corrected calendar, and list it."""
    for kind in KINDS:
        for moves in _walked(kind, CalendarRef(recount.calendar), at=at, size=size):
            _write(recount, kind, moves, at=at)


def _walked(kind: Kind, corrected: CalendarRef, *, at: datetime, size: int) -> Iterator[list[Move]]:
    rows = kind.rows()
    counts = calendars(corrected, set(rows.order_by().values_list("answers", flat=True).distinct()), at=at)
    theirs = rows.filter(answers__in=list(counts)).order_by("id")
    found = list(theirs[:size])
    while found:
        made = kind.counted(found, counts)
        yield [Move(row, made[row.id]) for row in found if made[row.id].due_at != row.due_at]
        found = list(theirs.filter(id__gt=found[-1].id)[:size])


@transaction.atomic
def _write(recount: Recount, kind: Kind, moves: Sequence[Move], *, at: datetime) -> None:
    """One batch. Rows that ended meanwhile are left, and those that somebody moved, by the corrected calendar
    already; one that moves is alarmed anew when it is late again.
    """
    open_now = kind.rows().filter(id__in=[move.row.id for move in moves])
    dues = dict(open_now.select_for_update(of=("self",)).values_list("id", "due_at"))
    made = [move for move in moves if dues.get(move.row.id) == move.row.due_at]
    if not made:
        return
    was = {move.row.id: move.row.due_at for move in made}
    for move in made:
        move.row.due_at = move.promise.due_at
        if kind.moved is None:
            move.row.alarmed_at = None
        if kind.worded:
            move.row.words = list(worktime.explain(move.promise))
    changed = ["due_at", *([] if kind.moved else ["alarmed_at"]), *(["words"] if kind.worded else [])]
    model: type[Model] = type(made[0].row)
    model._default_manager.bulk_update([move.row for move in made], changed)
    if kind.moved:
        kind.moved([move.row for move in made])
    if kind.work:
        due_of = {move.row.of if kind.work == SUBJECT else move.row.id: move.promise.due_at for move in made}
        tasks.set_due_of(subject=kind.work, dues=due_of)
    MovedPromise.objects.bulk_create(
        MovedPromise(
            recount=recount,
            dossier_id=move.row.of,
            agency=move.row.answers,
            what=kind.what.value,
            row=str(move.row.id),
            was=was[move.row.id],
            becomes=move.promise.due_at,
        )
        for move in made
    )
    dossiers = Dossier.objects.in_bulk([move.row.of for move in made])
    audit.append(
        [
            audit.entry_of(
                "dossiers.recount",
                by=SYSTEM,
                at=at,
                on=subject_of(dossiers[move.row.of]),
                details={
                    "recount": str(recount.id),
                    kind.what.value: str(move.row.id),
                    "was": was[move.row.id].isoformat(),
                    "becomes": move.promise.due_at.isoformat(),
                },
            )
            for move in made
        ]
    )
