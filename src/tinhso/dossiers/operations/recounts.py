"""A calendar is corrected: every open promise that rests on it is counted anew, and what moved is kept.

Corrections are tried first: `preview` makes the change, counts, and takes everything back. `run` walks open
dossiers by keyset in batches, each a transaction of its own, and goes on where it was when begun again. It
starts only once every process has read the calendar anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.dossiers.contracts import Status
from tinhso.dossiers.events import CalendarCorrected
from tinhso.dossiers.models import Dossier, MovedPromise, Recount
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import clock, recount_between
from tinhso.dossiers.turning import SUBJECT, subject_of
from tinhso.foundation import audit, events, transactions, worktime
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef, CalendarRef, SubjectRef
from tinhso.foundation.statements import together
from tinhso.tasks import api as tasks

BATCH = 2000
EXAMPLES = 20
SETTLES = timedelta(seconds=10)
"""How long the correction waits, so that no process promises by the old calendar any more."""
PROMISED = (Status.ACCEPTED, Status.PROCESSING, Status.SUPPLEMENT, Status.OBLIGATION, Status.PAUSED)
RECOUNTED = (Status.SUBMITTED, *PROMISED)
NEEDED = (
    "id",
    "code",
    "status",
    "agency_id",
    "unit_id",
    "holder",
    "procedure_version_id",
    "owner_kind",
    "owner_id",
    "submitted_at",
    "accepted_at",
    "due_at",
    "version",
    "flags",
    "filed_under",
    "joint",
)
UPDATE = """
    UPDATE dossiers_dossier d
    SET due_at = moved.due, version = d.version + 1, changed_at = %s, changed_by = %s
    FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[]) AS moved (id, version, due)
    WHERE d.id = moved.id AND d.version = moved.version RETURNING d.id
"""
PROMISES = (
    "INSERT INTO dossiers_promise (dossier_id, made_at, due_at, cause, words)"
    " SELECT id, %s, due, 'recount', words::jsonb"
    " FROM unnest(%s::uuid[], %s::timestamptz[], %s::text[]) AS moved (id, due, words)"
)
HISTORY = (
    "INSERT INTO dossiers_historyentry (dossier_id, at, act, actor_name, status, note, public)"
    " SELECT id, %s, 'recount', %s, status, note, public"
    " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::bool[]) AS moved (id, status, note, public)"
)
MOVED = (
    "INSERT INTO dossiers_movedpromise (recount_id, dossier_id, agency, what, row, was, becomes)"
    " SELECT %s, id, agency, 'promise', '', was, becomes"
    " FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::timestamptz[])"
    " AS moved (id, agency, was, becomes)"
)


@dataclass(frozen=True, slots=True)
class Correction:
    """One change of a calendar: what it is in words, and how it is made."""

    calendar: CalendarRef
    calendar_name: str
    what: str
    make: Callable[[ActorRef, datetime], None]


@dataclass(frozen=True, slots=True)
class Move:
    """A promise before and after; `promise` says how the new one came about."""

    dossier: Dossier
    was: datetime
    promise: worktime.Promise


@dataclass(frozen=True, slots=True)
class Looked:
    """What would become of a correction: how many promises were counted and moved, and the first of these.

    `between` is how many deadlines between agencies would move.
    """

    counted: int
    moved: int
    between: int
    examples: tuple[tuple[str, datetime, datetime], ...]


def day_off_or_on(
    calendar: worktime.CalendarLine,
    day: date,
    *,
    kind: worktime.DayKind | None,
    name: str,
    basis: str,
    sessions: worktime.Sessions = (),
    what: str = "",
) -> Correction:
    """Set a day of a calendar apart; with no `kind` let it follow the rule again. `what` says it in words."""
    ref = CalendarRef(calendar.code)

    def make(by: ActorRef, at: datetime) -> None:
        if kind is None:
            worktime.clear_day(ref, day, by=by, at=at)
        else:
            worktime.set_day(
                ref, day, kind=kind, name=name, sessions=sessions, legal_basis=basis, by=by, at=at
            )

    return Correction(ref, calendar.name, what or name, make)


def hours(
    calendar: worktime.CalendarLine,
    week: Mapping[int, worktime.Sessions],
    *,
    valid_from: date,
    what: str,
) -> Correction:
    """Let other office hours hold from a day on."""
    ref = CalendarRef(calendar.code)

    def make(by: ActorRef, at: datetime) -> None:
        worktime.set_hours(ref, week=dict(week), valid_from=valid_from, by=by, at=at)

    return Correction(ref, calendar.name, what, make)


def preview(correction: Correction, *, by: ActorRef, at: datetime) -> Looked:
    """What would move, counted as it would be; nothing stays. Raises what making the change raises."""
    counted = moved = 0
    examples: list[tuple[str, datetime, datetime]] = []
    with transaction.atomic():
        correction.make(by, at)
        calendars = recount_between.calendars(correction.calendar, _agencies(), at=at)
        for rows in _batches(calendars, after=None):
            counted += len(rows)
            for move in _moves(rows, calendars=calendars):
                moved += 1
                if len(examples) < EXAMPLES:
                    examples.append((move.dossier.code, move.was, move.promise.due_at))
        between = recount_between.look(correction.calendar, at=at)
        transaction.set_rollback(True)
    worktime.forget()
    return Looked(counted, moved, between, tuple(examples))


def correct(correction: Correction, *, by: ActorRef, at: datetime) -> UUID:
    """Make the change and ask for the count, whose job is the caller's; its id."""
    asked = new_id()
    with transactions.act("dossiers.recount", by=by, at=at, on=SubjectRef("recount", asked)) as work:
        correction.make(by, at)
        ask(
            correction.calendar,
            name=correction.calendar_name,
            what=correction.what.strip(),
            by=by,
            at=at,
            recount_id=asked,
        )
        work.record(calendar=correction.calendar.code, what=correction.what.strip())
    return asked


def ask(
    calendar: CalendarRef, *, name: str, what: str, by: ActorRef, at: datetime, recount_id: UUID | None = None
) -> UUID:
    """Ask, inside the act that changed a calendar, for a count of what rests on it; its job is the page's."""
    row = Recount.objects.create(
        id=recount_id or new_id(),
        calendar=calendar.code,
        calendar_name=name,
        what=what,
        asked_by=by.id,
        asked_by_name=by.name,
        asked_at=at,
    )
    events.deliver(CalendarCorrected(calendar, what=what, at=at))
    return row.id


def run(recount_id: UUID, *, at: datetime, batch: int = BATCH) -> int:
    """Count every open promise anew that rests on the corrected calendar, then deadlines between agencies.

    How many dates moved. Safe to repeat.
    """
    recount = Recount.objects.get(id=recount_id)
    worktime.forget()
    if recount.finished_at is None:
        calendars = recount_between.calendars(CalendarRef(recount.calendar), _agencies(), at=at)
        for rows in _batches(calendars, after=recount.reached, size=batch):
            _write(recount, rows, calendars=calendars, at=at)
        recount_between.run(recount, at=at, size=batch)
        Recount.objects.filter(id=recount.id).update(finished_at=at)
    return MovedPromise.objects.filter(recount=recount).count()


def _agencies() -> set[UUID]:
    """The agencies that have open dossiers."""
    standing = Dossier.objects.filter(finished_at=None).order_by().values_list("agency_id", flat=True)
    return set(standing.distinct())


def _batches(
    calendars: Mapping[UUID, worktime.Calendar], *, after: UUID | None, size: int = BATCH
) -> Iterator[list[Dossier]]:
    open_ones = Dossier.objects.filter(
        finished_at=None,
        due_at__isnull=False,
        agency_id__in=list(calendars),
        status__in=[status.value for status in RECOUNTED],
    )
    rows = open_ones.only(*NEEDED).order_by("id")
    found = list((rows.filter(id__gt=after) if after else rows)[:size])
    while found:
        yield found
        found = list(rows.filter(id__gt=found[-1].id)[:size])


def _moves(rows: Sequence[Dossier], *, calendars: Mapping[UUID, worktime.Calendar]) -> list[Move]:
    counted = clock.recounted(rows, calendars=calendars)
    return [
        Move(row, row.due_at, counted[row.id])
        for row in rows
        if row.due_at is not None and row.id in counted and counted[row.id].due_at != row.due_at
    ]


def _write(
    recount: Recount, rows: Sequence[Dossier], *, calendars: Mapping[UUID, worktime.Calendar], at: datetime
) -> None:
    """One batch: what moved is written; what somebody changed meanwhile is counted again."""
    reached, counted, moved = rows[-1].id, len(rows), 0
    with transaction.atomic():
        entries: list[audit.Entry] = []
        while rows:
            moves = _moves(rows, calendars=calendars)
            done = _updated(moves, at=at)
            made = [move for move in moves if move.dossier.id in done]
            _tell_of(made, recount=recount, at=at)
            entries += [_entry(move, recount=recount, at=at) for move in made]
            moved += len(made)
            missed = [move.dossier.id for move in moves if move.dossier.id not in done]
            rows = list(Dossier.objects.filter(id__in=missed, finished_at=None).only(*NEEDED))
        Recount.objects.filter(id=recount.id).update(
            reached=reached, counted=F("counted") + counted, moved=F("moved") + moved
        )
        audit.append(entries)


def _updated(moves: Sequence[Move], *, at: datetime) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            UPDATE,
            [
                at,
                SYSTEM.name,
                [move.dossier.id for move in moves],
                [move.dossier.version for move in moves],
                [move.promise.due_at for move in moves],
            ],
        )
        return frozenset(id for (id,) in cursor.fetchall())


def _tell_of(moves: Sequence[Move], *, recount: Recount, at: datetime) -> None:
    """The open work, the kept promises, the history and the list of what moved. Five statements."""
    words = {moment: in_words(moment) for move in moves for moment in (move.was, move.promise.due_at)}
    ids = [move.dossier.id for move in moves]
    was, becomes = [move.was for move in moves], [move.promise.due_at for move in moves]
    promised = [move for move in moves if move.dossier.accepted_at is not None]
    notes = [
        _("Từ %(was)s thành %(becomes)s. %(what)s")
        % {"was": words[before], "becomes": words[after], "what": recount.what}
        for before, after in zip(was, becomes, strict=True)
    ]
    phased = recount_between.phased([move.dossier for move in moves])
    dues = {id: due for id, due in zip(ids, becomes, strict=True) if id not in phased}
    tasks.set_due_of(subject=SUBJECT, dues=dues)
    together(
        [
            (
                PROMISES,
                [
                    at,
                    [move.dossier.id for move in promised],
                    [move.promise.due_at for move in promised],
                    [orjson.dumps(worktime.explain(move.promise)).decode() for move in promised],
                ],
            ),
            (
                HISTORY,
                [
                    at,
                    SYSTEM.name,
                    ids,
                    [move.dossier.status for move in moves],
                    notes,
                    [move.dossier.accepted_at is not None for move in moves],
                ],
            ),
            (MOVED, [recount.id, ids, [move.dossier.agency_id for move in moves], was, becomes]),
        ]
    )


def _entry(move: Move, *, recount: Recount, at: datetime) -> audit.Entry:
    return audit.entry_of(
        "dossiers.recount",
        by=SYSTEM,
        at=at,
        on=subject_of(move.dossier),
        details={
            "recount": str(recount.id),
            "was": move.was.isoformat(),
            "becomes": move.promise.due_at.isoformat(),
            "version": move.dossier.version + 1,
        },
    )
