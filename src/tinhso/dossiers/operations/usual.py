"""Counting how long dossiers of each procedure take, so that pages need not."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from tinhso.directory import api as directory
from tinhso.dossiers.contracts import Status
from tinhso.dossiers.models import Dossier, MonthTime, Supplement, UsualTime
from tinhso.dossiers.spread import percentile, thirds, winsorised_mean
from tinhso.foundation import legal, worktime
from tinhso.foundation.moments import midnight, today
from tinhso.procedures import api as procedures

MONTHS = 12
Of = tuple[str, UUID | None]
"""A procedure by its code, in one agency or in all."""
OfMonth = tuple[str, UUID | None, date]


def count(*, at: datetime) -> int:
    """Count anew how long results took that came within `usual_time_days`, and the mean of each month since
    the last one kept; how many procedures and agencies have a time.

    Working days of the agency's own calendar, from sending to the result, without the time in which papers
    asked for were awaited. Months are kept for good: those gone by do not change.
    """
    day = today(at)
    since = at - timedelta(days=legal.integer("usual_time_days", on=day))
    month = _months_back(day)
    last = MonthTime.objects.order_by("-month").values_list("month", flat=True).first()
    month = max(month, last) if last else month
    lately: dict[Of, list[float]] = defaultdict(list)
    monthly: dict[OfMonth, list[float]] = defaultdict(list)
    begin = midnight(month)
    for code, agency, closed_at, days in _taken(since=min(since, begin), at=at):
        for place in (None, agency):
            if closed_at >= since:
                lately[code, place].append(days)
            if closed_at >= begin:
                monthly[code, place, today(closed_at).replace(day=1)].append(days)
    with transaction.atomic():
        UsualTime.objects.all().delete()
        UsualTime.objects.bulk_create(_usual(lately, at=at))
        MonthTime.objects.filter(month__gte=month).delete()
        MonthTime.objects.bulk_create(_months(monthly, day=day))
    return UsualTime.objects.count()


def _months_back(day: date) -> date:
    months = day.year * 12 + day.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _taken(*, since: datetime, at: datetime) -> Iterator[tuple[str, UUID, datetime, float]]:
    """Of each dossier whose result came since: procedure, agency, when, and the working days it took."""
    closed = Dossier.objects.filter(
        closed_at__gte=since, closed_at__lte=at, status__in=[Status.DONE.value, Status.RETURNED.value]
    )
    versions = closed.order_by().values_list("procedure_version_id", flat=True).distinct()
    codes = {id: brief.code for id, brief in procedures.briefs(list(versions)).items()}
    calendars: dict[UUID, worktime.Calendar] = {}
    awaited = _awaited(since=since, at=at)
    rows = closed.values_list("id", "procedure_version_id", "agency_id", "submitted_at", "closed_at")
    for id, version, agency, sent, done in rows.iterator():
        if done is None:
            continue
        if agency not in calendars:
            calendars[agency] = directory.working_calendar(agency, today(at))
        calendar = calendars[agency]
        minutes = worktime.working_minutes(sent, done, calendar)
        minutes -= sum(
            worktime.working_minutes(asked, min(answered, done), calendar)
            for asked, answered in awaited.get(id, ())
        )
        yield codes[version], agency, done, minutes / max(1, calendar.day_minutes)


def _awaited(*, since: datetime, at: datetime) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """When papers were awaited, of each of these dossiers."""
    found: dict[UUID, list[tuple[datetime, datetime]]] = defaultdict(list)
    rows = Supplement.objects.filter(dossier__closed_at__gte=since, dossier__closed_at__lte=at)
    for dossier, asked, answered in rows.values_list("dossier_id", "asked_at", "answered_at").iterator():
        if answered is not None:
            found[dossier].append((asked, answered))
    return found


def _usual(lately: dict[Of, list[float]], *, at: datetime) -> Iterator[UsualTime]:
    """The times of those with `usual_time_cases_min` cases or more; a part of a day counts as one."""
    day = today(at)
    percent = legal.integer("usual_time_percent", on=day)
    least = legal.integer("usual_time_cases_min", on=day)
    for (code, agency), taken in lately.items():
        if len(taken) < max(least, 3):
            continue
        taken.sort()
        days, fast, middle, slow = (
            max(1, math.ceil(percentile(part, percent))) for part in (taken, *thirds(taken))
        )
        yield UsualTime(
            procedure=code,
            agency_id=agency,
            cases=len(taken),
            percent=percent,
            days=days,
            fast=fast,
            middle=middle,
            slow=slow,
            counted_at=at,
        )


def _months(monthly: dict[OfMonth, list[float]], *, day: date) -> Iterator[MonthTime]:
    percent = legal.integer("usual_time_trim_percent", on=day)
    for (code, agency, month), taken in monthly.items():
        mean = round(winsorised_mean(sorted(taken), percent), 1)
        yield MonthTime(procedure=code, agency_id=agency, month=month, cases=len(taken), mean=mean)
