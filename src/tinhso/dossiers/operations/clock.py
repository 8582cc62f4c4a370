"""The dossier's clock: every deadline comes from worktime, every promise is kept with its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.models import Dossier, Extension, Promise, Rebased, Standing, Supplement
from tinhso.dossiers.operations import phases, timers
from tinhso.dossiers.turning import SUBJECT, Turn
from tinhso.foundation import legal, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures
from tinhso.tasks import api as tasks

Recounted = dict[UUID, worktime.Promise]


def answer_by(*, agency_id: UUID, at: datetime) -> datetime:
    """Until when intake answers a dossier sent at `at` (UTC)."""
    return answer_promise(start=at, calendar=directory.working_calendar(agency_id, today(at))).due_at


def answer_promise(*, start: datetime, calendar: worktime.Calendar) -> worktime.Promise:
    """Intake's answer to what was sent at `start`: legal value `intake_answer_hours`, working hours."""
    hours = legal.integer("intake_answer_hours", on=today(start))
    term = worktime.Term(amount=hours, unit=worktime.Unit.HOUR)
    return worktime.promise(start=start, term=term, calendar=calendar)


def supplement_by(*, agency_id: UUID, at: datetime) -> datetime:
    """Until when the person may answer a request (UTC): legal value `supplement_answer_days`."""
    days = legal.integer("supplement_answer_days", on=today(at))
    term = worktime.Term(amount=days, unit=worktime.Unit.CALENDAR_DAY)
    return worktime.promise(
        start=at, term=term, calendar=directory.working_calendar(agency_id, today(at))
    ).due_at


def deemed_warning(*, agency_id: UUID, at: datetime) -> datetime:
    """Up to when (UTC) a promise is near enough to warn of what silence decides: `deemed_warning_days`."""
    days = legal.integer("deemed_warning_days", on=today(at))
    term = worktime.Term(amount=days, unit=worktime.Unit.WORKING_DAY)
    return worktime.promise(
        start=at, term=term, calendar=directory.working_calendar(agency_id, today(at))
    ).due_at


def promised(dossier: Dossier, *, at: datetime, later_by: int = 0) -> worktime.Promise:
    """The promise as it stands: the term from acceptance, extended by what was granted, moved by every span
    the clock stood. `later_by` adds an extension that is not granted yet, in working days.
    """
    if dossier.accepted_at is None:
        raise ValueError("nothing is promised before acceptance")
    term = term_of(dossier)
    if term is None:
        raise Invalid(_("Thủ tục này chưa ghi thời hạn giải quyết. Hãy báo người quản lý thủ tục."))
    spans = Standing.objects.filter(dossier_id=dossier.id).order_by("began_at")
    calendar = directory.working_calendar(dossier.agency_id, today(at))
    given = [extension_of(one) for one in granted(dossier.id)]
    if later_by:
        given.append(worktime.Extension(worktime.Term(later_by, worktime.Unit.WORKING_DAY)))
    return counted(
        start=dossier.accepted_at, term=term, calendar=calendar, spans=spans, extensions=given, at=at
    )


def term_of(dossier: Dossier) -> worktime.Term | None:
    """The term its promise is counted by; None for a procedure without one."""
    return terms_of([dossier])[dossier.id]


def terms_of(rows: Sequence[Dossier]) -> dict[UUID, worktime.Term | None]:
    """The term of each dossier: its version's, or an earlier one its promise stayed with. One query."""
    kept = [row.id for row in rows if marks.TERM_KEPT in row.flags]
    stayed = {
        id: worktime.Term(amount or 0, worktime.Unit(unit))
        for id, amount, unit in Rebased.objects.filter(dossier_id__in=kept, term_amount__isnull=False)
        .order_by("id")
        .values_list("dossier_id", "term_amount", "term_unit")
        if kept
    }
    return {row.id: stayed.get(row.id) or procedures.version(row.procedure_version_id).term for row in rows}


def granted(dossier_id: UUID) -> list[Extension]:
    """The extensions that count, in the order they were granted."""
    return list(Extension.objects.filter(dossier_id=dossier_id, granted=True).order_by("decided_at", "id"))


def extension_of(given: Extension) -> worktime.Extension:
    """An extension as the deadline engine counts it."""
    return worktime.Extension(worktime.Term(given.days, worktime.Unit.WORKING_DAY), given.reason)


def counted(
    *,
    start: datetime,
    term: worktime.Term,
    calendar: worktime.Calendar,
    spans: Iterable[Standing] = (),
    extensions: Sequence[worktime.Extension] = (),
    at: datetime,
) -> worktime.Promise:
    """A procedure's term counted from `start`, extended, and moved by every span the clock stood."""
    return worktime.promise(
        start=start,
        term=term,
        calendar=calendar,
        pauses=[worktime.Pause(begin=span.began_at, end=span.ended_at, reason=span.reason) for span in spans],
        extensions=extensions,
        cut_off=worktime.cut_off(on=today(start)) if term.amount == 0 else None,
        at=at,
    )


def standing_of(ids: Collection[UUID]) -> dict[UUID, list[Standing]]:
    """The spans in which the clocks of these dossiers stood, by dossier, in order. One query."""
    spans: dict[UUID, list[Standing]] = defaultdict(list)
    for span in Standing.objects.filter(dossier_id__in=ids).order_by("began_at"):
        spans[span.dossier_id].append(span)
    return spans


def recounted(rows: Sequence[Dossier], *, calendars: Mapping[UUID, worktime.Calendar]) -> Recounted:
    """The promise of each open dossier as its calendar counts now, by id; `calendars` by agency. 3 queries.

    Before acceptance it is intake's time to answer. A span that is still open is not counted, as it was not
    when the date was given. A procedure without a term promises nothing.
    """
    ids = [row.id for row in rows]
    spans = standing_of(ids)
    answers = Supplement.objects.filter(dossier_id__in=ids, answered_at__isnull=False).order_by()
    answered = dict(answers.values_list("dossier_id").annotate(last=Max("answered_at")))
    later: defaultdict[UUID, list[worktime.Extension]] = defaultdict(list)
    for given in Extension.objects.filter(dossier_id__in=ids, granted=True).order_by("decided_at", "id"):
        later[given.dossier_id].append(extension_of(given))
    found: Recounted = {}
    terms = terms_of(rows)
    for row in rows:
        calendar = calendars[row.agency_id]
        if row.accepted_at is None:
            found[row.id] = answer_promise(start=answered.get(row.id, row.submitted_at), calendar=calendar)
            continue
        term = terms[row.id]
        if term is not None:
            ended = [span for span in spans.get(row.id, ()) if span.ended_at is not None]
            start = row.accepted_at
            found[row.id] = counted(
                start=start, term=term, calendar=calendar, spans=ended, extensions=later[row.id], at=start
            )
    return found


def would_promise(version_id: UUID, *, agency_id: UUID, at: datetime) -> datetime | None:
    """What accepting at `at` would promise (UTC); None for a procedure without a term."""
    term = procedures.version(version_id).term
    if term is None:
        return None
    return counted(
        start=at, term=term, calendar=directory.working_calendar(agency_id, today(at)), at=at
    ).due_at


def promise(taken: Turn, *, cause: str) -> datetime:
    """Compute the promise anew, keep it with its words, and move the open work's deadline. UTC."""
    made = promised(taken.dossier, at=taken.at)
    taken.dossier.due_at = made.due_at
    Promise.objects.create(
        dossier_id=taken.dossier.id,
        made_at=taken.at,
        due_at=made.due_at,
        cause=cause,
        words=list(worktime.explain(made)),
    )
    tasks.set_due(subject=SUBJECT, subject_id=taken.dossier.id, due_at=made.due_at)
    phases.renew(taken)
    return made.due_at


def answer_anew(taken: Turn) -> None:
    """Count intake's time to answer from now, on the dossier and on its open work."""
    due = answer_by(agency_id=taken.dossier.agency_id, at=taken.at)
    taken.dossier.due_at = due
    tasks.set_due(subject=SUBJECT, subject_id=taken.dossier.id, due_at=due)


def stand(taken: Turn, *, reason: str) -> None:
    """Stop the clock. The database refuses a second open span."""
    Standing.objects.create(dossier_id=taken.dossier.id, began_at=taken.at, reason=reason)


def run_again(taken: Turn, *, cause: str) -> datetime:
    """Let the clock run again and give the promise that follows (UTC)."""
    Standing.objects.filter(dossier_id=taken.dossier.id, ended_at=None).update(ended_at=taken.at)
    timers.renew(taken.dossier, at=taken.at)
    return promise(taken, cause=cause)


def end_standing(taken: Turn) -> None:
    """Close an open span of a dossier that ends while its clock stands."""
    Standing.objects.filter(dossier_id=taken.dossier.id, ended_at=None).update(ended_at=taken.at)
