"""The dossiers behind a figure: every count opens to the list of what was counted, walked along an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import DateField, F, Func, Q
from django.db.models.lookups import Exact, GreaterThan, LessThan, LessThanOrEqual

from tinhso.dossiers.contracts import Status, Via
from tinhso.dossiers.measures import Measure
from tinhso.dossiers.queries.counts import RUNNING, SOON_DAYS, STANDING
from tinhso.dossiers.queries.narrowing import Filter, Moment
from tinhso.foundation.moments import midnight, today


class Standing(StrEnum):
    """The figures of open dossiers, as `counts.Stands` has them."""

    OPEN = "open"
    LATE = "late"
    TODAY = "today"
    SOON = "soon"
    STANDING = "standing"
    PASSED = "passed"
    READY = "ready"
    UNACCEPTED = "unaccepted"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which of an agency's dossiers a figure is of; without an agency, of those that lie in `units`, whosever
    they are. `holder` is an officer, `untaken` says that there is none."""

    agency: UUID | None
    units: Sequence[UUID] = ()
    versions: Sequence[UUID] | None = None
    via: Sequence[Via] = ()
    step_name: str = ""
    holder: UUID | None = None
    untaken: bool = False

    def condition(self) -> Q:
        """As a condition."""
        also = Q()
        if self.versions is not None:
            also &= Q(procedure_version_id__in=list(self.versions))
        if self.via:
            also &= Q(via__in=[via.value for via in self.via])
        if self.step_name:
            also &= Q(step_name=self.step_name)
        if self.holder or self.untaken:
            also &= Q(holder=self.holder)
        return also


def open_behind(kind: Standing, part: Part, *, at: datetime) -> Filter:
    """The open dossiers of a figure at that moment, by deadline."""
    begins = midnight(today(at))
    ends = begins + timedelta(days=1)
    running = Q(status__in=[status.value for status in RUNNING])
    waiting = Q(status__in=STANDING)
    unanswered = Q(status=Status.SUBMITTED.value)
    also = {
        Standing.OPEN: ~Q(status=Status.DONE.value),
        Standing.LATE: running & Q(due_at__lt=at),
        Standing.TODAY: running & Q(due_at__gte=at, due_at__lt=ends),
        Standing.SOON: running & Q(due_at__gte=ends, due_at__lt=ends + timedelta(days=SOON_DAYS)),
        Standing.STANDING: waiting,
        Standing.PASSED: waiting & Q(due_at__lt=begins),
        Standing.READY: Q(status=Status.DONE.value),
        Standing.UNACCEPTED: unanswered,
        Standing.UNANSWERED: unanswered & Q(due_at__lt=at),
    }[kind]
    return Filter(agency=part.agency, units=part.units, open_only=True, also=also & part.condition())


class _Day(Func):
    """The legal day of a moment, inside the database."""

    function = "dossiers_day"
    output_field = DateField()


@dataclass(frozen=True, slots=True)
class _Told:
    """How the dossiers of a measure are found: by which moment, and what else holds of them."""

    moment: Moment
    also: Q = field(default_factory=Q)


_ACCEPTED = Q(accepted_at__isnull=False)
_SAME_DAY = Q(Exact(_Day("closed_at"), _Day("due_at")))
FLOWS: Mapping[Measure, _Told] = {
    Measure.SENT: _Told(Moment.SENT),
    Measure.ACCEPTED: _Told(Moment.ACCEPTED),
    Measure.HANDLED: _Told(Moment.CLOSED, Q(status__in=[Status.DONE.value, Status.RETURNED.value])),
    Measure.EARLY: _Told(Moment.CLOSED, _ACCEPTED & Q(LessThan(_Day("closed_at"), _Day("due_at")))),
    Measure.ON_TIME: _Told(
        Moment.CLOSED, _ACCEPTED & _SAME_DAY & Q(LessThanOrEqual(F("closed_at"), F("due_at")))
    ),
    Measure.LATE: _Told(Moment.CLOSED, _ACCEPTED & Q(GreaterThan(F("closed_at"), F("due_at")))),
    **{
        measure: _Told(Moment.ENDED, Q(status=measure.value))
        for measure in (Measure.RETURNED, Measure.REFUSED, Measure.WITHDRAWN, Measure.STOPPED)
    },
}
"""Every measure but OPEN, which stands by its deadline, and DUE and SETTLED, which only add up."""


def flow_behind(measures: Sequence[Measure], part: Part, *, since: date | None, until: date) -> Filter:
    """The dossiers counted as one of `measures`, of one moment, from a day up to another, newest first."""
    told = [FLOWS[measure] for measure in measures]
    moment = told[0].moment
    also = Q()
    for each in told:
        also |= each.also
    also &= Q(**{f"{moment.value}__lt": midnight(until)})
    if since is not None:
        also &= Q(**{f"{moment.value}__gte": midnight(since)})
    return Filter(agency=part.agency, units=part.units, moment=moment, also=also & part.condition())


def pending_behind(part: Part, *, until: date, late: bool | None = None) -> Filter:
    """Accepted dossiers under way when the day `until` began: all, those late then, or the others.

    One whose clock stands is late for nobody, as in `open_behind`.
    """
    end = midnight(until)
    also = Q(accepted_at__lt=end) & (Q(closed_at=None) | Q(closed_at__gte=end))
    if late is not None:
        overdue = Q(due_at__lt=end) & ~Q(status__in=STANDING)
        also &= overdue if late else ~overdue
    return Filter(agency=part.agency, moment=Moment.ACCEPTED, also=also & part.condition())
