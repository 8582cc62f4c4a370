"""Stored calendars as administrators see them: which there are, their days set apart, their hours."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tinhso.foundation.refs import CalendarRef
from tinhso.foundation.worktime.calendars import DayKind, Sessions
from tinhso.foundation.worktime.models import CalendarDay, CalendarHours, WorkCalendar


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One calendar; what it does not say itself, the one under `parent` says."""

    code: str
    name: str
    parent: str


@dataclass(frozen=True, slots=True)
class SetDay:
    """One day that a calendar sets apart from the rule. `sessions` are minutes of the day."""

    day: date
    kind: DayKind
    name: str
    sessions: Sessions
    legal_basis: str


def calendars() -> tuple[CalendarLine, ...]:
    """Every calendar, by name. One query."""
    return tuple(
        CalendarLine(row.code, row.name, row.parent_id or "")
        for row in WorkCalendar.objects.order_by("name", "code")
    )


def below(ref: CalendarRef) -> frozenset[str]:
    """The codes of the calendar and of all that rest on it, over any number of steps. One query."""
    children: dict[str, list[str]] = defaultdict(list)
    for line in calendars():
        children[line.parent].append(line.code)
    found, step = {ref.code}, [ref.code]
    while step:
        step = [code for above in step for code in children[above] if code not in found]
        found.update(step)
    return frozenset(found)


def set_days(ref: CalendarRef, *, since: date) -> tuple[SetDay, ...]:
    """The days that this calendar itself sets apart from a day on, in order. One query."""
    rows = CalendarDay.objects.filter(calendar=ref.code, day__gte=since).order_by("day")
    return tuple(
        SetDay(
            row.day,
            DayKind(row.kind),
            row.name,
            tuple((opens, closes) for opens, closes in row.sessions),
            row.legal_basis,
        )
        for row in rows
    )


def week(ref: CalendarRef, *, on: date) -> dict[int, Sessions]:
    """The hours of its own that hold on a day, by weekday (0 = Monday); empty when its parent's hold."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    rows = CalendarHours.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), calendar=ref.code)
    for row in rows.filter(valid_from__lte=on).order_by("weekday", "opens"):
        found[row.weekday].append((row.opens, row.closes))
    return {weekday: tuple(sessions) for weekday, sessions in found.items()}
