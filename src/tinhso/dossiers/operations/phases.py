"""Each agency's part of the way, on a clock of its own (liên thông nhiều cơ quan).

An agency answers for its own time only: its clock begins when the dossier reaches it, stands while it is
elsewhere or the dossier is paused, and is never shortened by the lateness of another.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
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
    counted = _counted(dossier, asked.term, agency_id=agency_id, visits=earlier, begins_at=at, at=at)
    Phase.objects.create(
        dossier_id=dossier.id,
        key=key,
        name=asked.name,
        visit=len(earlier) + 1,
        agency_id=agency_id,
        amount=asked.term.amount,
        unit=asked.term.unit.value,
        begins_at=at,
        due_at=counted.due_at,
        words=list(worktime.explain(counted)),
    )
    marks.put(dossier, marks.PHASED)
    taken.work.record(phase=key, phase_due=counted.due_at.isoformat())
    return counted.due_at


def leave(dossier: Dossier, *, at: datetime) -> None:
    """End the phase under way, if there is one."""
    Phase.objects.filter(dossier_id=dossier.id, ended_at=None).update(ended_at=at)


def renew(taken: Turn) -> None:
    """Count the phase under way anew, as after a pause, and move its work's deadline."""
    dossier = taken.dossier
    if marks.PHASED not in dossier.flags:
        return
    now = Phase.objects.filter(dossier_id=dossier.id, ended_at=None).first()
    if now is not None:
        _anew(dossier, now, at=taken.at)


def recount(below: Collection[str], *, at: datetime) -> None:
    """Count the phases under way anew that rest on these calendars.

    While the clock stands nothing is counted: its end counts anew anyway.
    """
    under_way = Phase.objects.filter(ended_at=None, dossier__finished_at=None, dossier__stopped_since=None)
    agencies = [
        id
        for id in under_way.order_by().values_list("agency_id", flat=True).distinct()
        if directory.agency(id, today(at)).calendar.code in below
    ]
    for now in under_way.filter(agency_id__in=agencies).select_related("dossier").order_by("id"):
        with transaction.atomic():
            _anew(now.dossier, now, at=at)


def _anew(dossier: Dossier, now: Phase, *, at: datetime) -> None:
    earlier = list(
        Phase.objects.filter(dossier_id=dossier.id, key=now.key, visit__lt=now.visit).order_by("visit")
    )
    term = worktime.Term(now.amount, worktime.Unit(now.unit))
    counted = _counted(dossier, term, agency_id=now.agency_id, visits=earlier, begins_at=now.begins_at, at=at)
    Phase.objects.filter(id=now.id).update(due_at=counted.due_at, words=list(worktime.explain(counted)))
    tasks.set_due(subject=SUBJECT, subject_id=dossier.id, due_at=counted.due_at)


def _counted(
    dossier: Dossier,
    term: worktime.Term,
    *,
    agency_id: UUID,
    visits: list[Phase],
    begins_at: datetime,
    at: datetime,
) -> worktime.Promise:
    """The term from the first visit, moved by the time elsewhere and by every span the clock stood."""
    start = visits[0].begins_at if visits else begins_at
    ends = [visit.ended_at or begins_at for visit in visits]
    begins = [*(visit.begins_at for visit in visits[1:]), begins_at]
    away = [
        worktime.Pause(begin=left, end=back, reason=_("hồ sơ ở cơ quan khác"))
        for left, back in zip(ends, begins, strict=False)
    ]
    stood = Standing.objects.filter(dossier_id=dossier.id).exclude(ended_at__lte=start).order_by("began_at")
    pauses = [
        worktime.Pause(begin=max(span.began_at, start), end=span.ended_at, reason=span.reason)
        for span in stood
    ]
    calendar = worktime.calendar(directory.agency(agency_id, today(at)).calendar)
    return worktime.promise(
        start=start,
        term=term,
        calendar=calendar,
        pauses=sorted([*away, *pauses], key=lambda pause: pause.begin),
        cut_off=worktime.cut_off(on=today(start)) if term.amount == 0 else None,
        at=at,
    )
