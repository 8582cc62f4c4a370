"""Each agency's part of the way, on a clock of its own (liên thông nhiều cơ quan).

An agency answers for its own time only: its clock begins when the dossier reaches it, stands while it is
elsewhere or the dossier is paused, and is never shortened by the lateness of another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import agencies, marks
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.lifecycle import MEANINGS, Clock
from tinhso.dossiers.models import Dossier, Phase, Standing
from tinhso.dossiers.turning import SUBJECT, Turn
from tinhso.foundation import worktime
from tinhso.foundation.moments import today
from tinhso.tasks import api as tasks


def enter(taken: Turn, key: str, *, agency_id: UUID) -> datetime | None:
    """Begin a phase, or stay in it; until when its agency should be done (UTC), None once no clock runs.

    The phase before it ends now.
    """
    dossier, at = taken.dossier, taken.at
    now = Phase.objects.filter(dossier_id=dossier.id, ended_at=None).first()
    if MEANINGS[Status(dossier.status)].clock is Clock.ENDED:
        leave(dossier, at=at)
        return None
    if now and (now.key, now.agency_id) == (key, agency_id):
        return now.due_at
    leave(dossier, at=at)
    asked = agencies.asked(dossier, key)
    earlier = list(Phase.objects.filter(dossier_id=dossier.id, key=key).order_by("visit"))
    made = _counted(dossier, asked.term, agency_id=agency_id, visits=earlier, begins_at=at, at=at)
    Phase.objects.create(
        dossier_id=dossier.id,
        key=key,
        name=asked.name,
        visit=len(earlier) + 1,
        agency_id=agency_id,
        amount=asked.term.amount,
        unit=asked.term.unit.value,
        begins_at=at,
        due_at=made.due_at,
        words=list(worktime.explain(made)),
    )
    marks.put(dossier, marks.PHASED)
    taken.work.record(phase=key, phase_due=made.due_at.isoformat())
    return made.due_at


def leave(dossier: Dossier, *, at: datetime) -> None:
    """End the phase under way, if there is one."""
    Phase.objects.filter(dossier_id=dossier.id, ended_at=None).update(ended_at=at)


def renew(taken: Turn) -> None:
    """Count the phase under way anew, as after a pause, and move its work's deadline."""
    dossier = taken.dossier
    if marks.PHASED not in dossier.flags:
        return
    now = Phase.objects.filter(dossier_id=dossier.id, ended_at=None).first()
    if now is None:
        return
    earlier = list(
        Phase.objects.filter(dossier_id=dossier.id, key=now.key, visit__lt=now.visit).order_by("visit")
    )
    term = worktime.Term(now.amount, worktime.Unit(now.unit))
    made = _counted(
        dossier, term, agency_id=now.agency_id, visits=earlier, begins_at=now.begins_at, at=taken.at
    )
    Phase.objects.filter(id=now.id).update(due_at=made.due_at, words=list(worktime.explain(made)))
    tasks.set_due(subject=SUBJECT, subject_id=dossier.id, due_at=made.due_at)


def _counted(
    dossier: Dossier,
    term: worktime.Term,
    *,
    agency_id: UUID,
    visits: list[Phase],
    begins_at: datetime,
    at: datetime,
) -> worktime.Promise:
    spans = Standing.objects.filter(dossier_id=dossier.id).order_by("began_at")
    calendar = directory.working_calendar(agency_id, today(at))
    return counted(term, visits=visits, begins_at=begins_at, spans=spans, calendar=calendar, at=at)


def counted(
    term: worktime.Term,
    *,
    visits: Sequence[Phase],
    begins_at: datetime,
    spans: Iterable[Standing],
    calendar: worktime.Calendar,
    at: datetime | None,
) -> worktime.Promise:
    """The term from the first visit, moved by the time elsewhere and by every span the clock stood.

    `visits` are the earlier ones, `begins_at` is when this one began. A span that is still open counts up to
    `at`, without it not at all.
    """
    start = visits[0].begins_at if visits else begins_at
    ends = [visit.ended_at or begins_at for visit in visits]
    begins = [*(visit.begins_at for visit in visits[1:]), begins_at]
    away = [
        worktime.Pause(begin=left, end=back, reason=_("hồ sơ ở cơ quan khác"))
        for left, back in zip(ends, begins, strict=False)
    ]
    pauses = [
        worktime.Pause(begin=max(span.began_at, start), end=span.ended_at, reason=span.reason)
        for span in spans
        if span.ended_at is None or span.ended_at > start
    ]
    return worktime.promise(
        start=start,
        term=term,
        calendar=calendar,
        pauses=sorted([*away, *pauses], key=lambda pause: pause.begin),
        cut_off=worktime.cut_off(on=today(start)) if term.amount == 0 else None,
        at=at,
    )


def recounted(
    rows: Sequence[Phase], *, calendars: Mapping[UUID, worktime.Calendar]
) -> dict[Any, worktime.Promise]:
    """The deadline of each open phase as its agency's calendar counts now, by id. Two queries.

    A span that is still open is not counted, as it was not when the date was given.
    """
    ids = [row.dossier_id for row in rows]
    spans: dict[UUID, list[Standing]] = defaultdict(list)
    for span in Standing.objects.filter(dossier_id__in=ids, ended_at__isnull=False).order_by("began_at"):
        spans[span.dossier_id].append(span)
    earlier: dict[tuple[UUID, str], list[Phase]] = defaultdict(list)
    for visit in Phase.objects.filter(dossier_id__in=ids, ended_at__isnull=False).order_by("visit"):
        earlier[visit.dossier_id, visit.key].append(visit)
    return {
        row.id: counted(
            worktime.Term(row.amount, worktime.Unit(row.unit)),
            visits=earlier[row.dossier_id, row.key],
            begins_at=row.begins_at,
            spans=spans[row.dossier_id],
            calendar=calendars[row.agency_id],
            at=None,
        )
        for row in rows
    }
