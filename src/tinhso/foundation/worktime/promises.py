"""The one deadline engine: a pure function of receipt, term, calendar, pauses and extensions.

Counting begins on the day after receipt; a term in hours begins at once. The last day ends with its last
session; a last day off moves to the end of the next working day (Civil Code 2015, art. 147-148). Extensions
count on from there. Pauses come last: for terms in working days and hours every working minute of a pause
moves the promise by exactly one; for calendar days and months the waited time is added up, rounded up to
whole days, and moves the last day. A late dossier stays exactly as late over a pause.
"""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tinhso.foundation.worktime.calendars import DAY, EPOCH, MINUTE, Calendar
from tinhso.foundation.worktime.contracts import Extension, OutsideCalendar, Pause, Term, Unit

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Promise:
    """When it is promised for, with all that led there; an open pause was counted up to `at`."""

    due_at: datetime
    start: datetime
    term: Term
    calendar: Calendar = field(repr=False)
    pauses: tuple[Pause, ...] = ()
    extensions: tuple[Extension, ...] = ()
    cut_off: time | None = None
    at: datetime | None = None

    @property
    def paused(self) -> bool:
        """Whether the clock stands still."""
        return any(pause.end is None for pause in self.pauses)


def promise(
    *,
    start: datetime,
    term: Term,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    cut_off: time | None = None,
    at: datetime | None = None,
) -> Promise:
    """The promise for what was received at `start`.

    `cut_off` (a local clock time, from the law of that day) makes a term in hours or within the day begin
    on the next working day when it was received later than that. A pause without an end counts up to `at`, or
    not at all without `at`. Raises OutsideCalendar; TypeError for a moment without a zone.
    """
    begin = (start - EPOCH) // MINUTE
    due, last_day = agreed(begin, term, extensions, calendar, cut_off)
    if pauses:
        spans = merged(pauses, begin, at)
        if term.unit is Unit.WORKING_DAY or term.unit is Unit.HOUR:
            worked = calendar.worked
            waited = 0
            for stopped, resumed in spans:
                waited += worked(resumed) - worked(stopped)
            if waited:
                due = calendar.reached(worked(due) + waited)
        else:
            stood = sum(resumed - stopped for stopped, resumed in spans)
            if stood:
                due = calendar.close(last_day - (-stood // DAY))
    return Promise(
        EPOCH + timedelta(minutes=due),
        start,
        term,
        calendar,
        tuple(pauses),
        tuple(extensions),
        cut_off,
        at,
    )


def merged(pauses: Sequence[Pause], begin: int, at: datetime | None) -> list[Span]:
    """The pauses as spans of minutes after `begin`: in order, without overlap."""
    spans: list[Span] = []
    for pause in pauses:
        end = pause.end or at
        if end is None:
            continue
        stopped, resumed = (pause.begin - EPOCH) // MINUTE, (end - EPOCH) // MINUTE
        if stopped < begin:
            stopped = begin
        if resumed > stopped:
            spans.append((stopped, resumed))
    if len(spans) < 2:
        return spans
    spans.sort()
    apart = [spans[0]]
    for stopped, resumed in spans[1:]:
        if stopped <= apart[-1][1]:
            if resumed > apart[-1][1]:
                apart[-1] = (apart[-1][0], resumed)
        else:
            apart.append((stopped, resumed))
    return apart


def agreed(
    begin: int, term: Term, extensions: Sequence[Extension], calendar: Calendar, cut_off: time | None
) -> tuple[int, int]:
    """Without pauses: the minute it is due, and the last day (index) before moving on from a day off."""
    unit = term.unit
    if unit is Unit.WORKING_DAY and term.amount:
        due = calendar.nth_close(calendar.day_of(begin), term.amount)
        last = -1
    elif unit is Unit.WORKING_DAY or unit is Unit.HOUR:
        due = _at_once(begin, term, calendar, cut_off)
        last = -1
    else:
        last = later(calendar, calendar.day_of(begin), term)
        due = calendar.close(last)
    for extension in extensions:
        due, last = extended(due, last, extension.term, calendar)
    return due, last


def extended(due: int, last: int, term: Term, calendar: Calendar) -> tuple[int, int]:
    """Count an extension on from a promise; `last` is −1 where the last day was no matter."""
    day = calendar.day_of(due)
    if term.unit is Unit.WORKING_DAY:
        due = calendar.nth_close(day, term.amount)
        return due, calendar.day_of(due)
    if term.unit is Unit.HOUR:
        due = calendar.reached(calendar.worked(due) + term.amount * 60)
        return due, calendar.day_of(due)
    last = later(calendar, day if last < 0 else last, term)
    return calendar.close(last), last


def counted_from(begin: int, calendar: Calendar, cut_off: time | None) -> int:
    """The minute from which a term in hours or within the day counts."""
    if cut_off is None:
        return begin
    day = calendar.day_of(begin)
    if begin - calendar.day_start(day) <= cut_off.hour * 60 + cut_off.minute:
        return begin
    return calendar.day_start(day + 1)


def _at_once(begin: int, term: Term, calendar: Calendar, cut_off: time | None) -> int:
    counted = counted_from(begin, calendar, cut_off)
    if term.amount:
        return calendar.reached(calendar.worked(counted) + term.amount * 60)
    day = calendar.day_of(counted)
    closes = calendar.close(day)
    return closes if counted <= closes else calendar.nth_close(day, 1)


def later(calendar: Calendar, day: int, term: Term) -> int:
    """The last day of a term in calendar days or months, by index. Raises OutsideCalendar."""
    if term.unit is Unit.CALENDAR_DAY:
        return day + term.amount
    begin = calendar.date_of(day)
    years, month = divmod(begin.month - 1 + term.amount, 12)
    year = begin.year + years
    if year > date.max.year:
        raise OutsideCalendar(calendar.code)
    length = months.monthrange(year, month + 1)[1]
    return (date(year, month + 1, min(begin.day, length)) - calendar.first).days
