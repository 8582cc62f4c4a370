"""How a promise stands now: late, due today, left, paused; what remains; when to warn."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from tinhso.foundation.worktime.calendars import minute, moment
from tinhso.foundation.worktime.contracts import Lateness, Measure, Standing, Warnings
from tinhso.foundation.worktime.promises import Promise, merged, promise
from tinhso.foundation.worktime.trace import in_working_time


def as_if_answered(promised: Promise, at: datetime) -> Promise:
    """The same promise as it would be if an open pause ended at this moment."""
    pauses = tuple(
        replace(each, end=max(at, each.begin)) if each.end is None else each for each in promised.pauses
    )
    return promise(
        start=promised.start,
        term=promised.term,
        calendar=promised.calendar,
        pauses=pauses,
        extensions=promised.extensions,
        cut_off=promised.cut_off,
    )


def remaining(promised: Promise, at: datetime) -> int:
    """Working minutes left, negative when late; while paused, as if answered now."""
    answered = as_if_answered(promised, at) if promised.paused else promised
    calendar = answered.calendar
    return calendar.worked(minute(answered.due_at)) - calendar.worked(minute(at))


def standing(promised: Promise, at: datetime) -> Lateness:
    """The short word for the desk at a moment (for finished work, the moment it was finished)."""
    stopped = min((pause.begin for pause in promised.pauses if pause.end is None), default=None)
    if stopped is None:
        return _running(promised, at)
    due_at = _when_stopped(promised).due_at
    kind = Standing.PAUSED_LATE if stopped > due_at else Standing.PAUSED
    number, unit = _between(promised, min(stopped, at), at)
    return Lateness(kind, number, unit, due_at)


def _when_stopped(promised: Promise) -> Promise:
    """The promise as it stood when the open pause began."""
    closed = [pause for pause in promised.pauses if pause.end is not None]
    return promise(
        start=promised.start,
        term=promised.term,
        calendar=promised.calendar,
        pauses=closed,
        extensions=promised.extensions,
        cut_off=promised.cut_off,
    )


def _running(promised: Promise, at: datetime) -> Lateness:
    calendar, due_at = promised.calendar, promised.due_at
    if at > due_at:
        number, unit = _between(promised, due_at, at)
        return Lateness(Standing.LATE, number, unit, due_at)
    today, last = calendar.day_of(minute(at)), calendar.day_of(minute(due_at))
    if today == last:
        return Lateness(Standing.TODAY, remaining(promised, at), Measure.MINUTE, due_at)
    return Lateness(Standing.LEFT, _days(promised, today, last), _measure(promised), due_at)


def _between(promised: Promise, begin: datetime, end: datetime) -> tuple[int, Measure]:
    """A span in the units of the term; within one day in hours or minutes of the clock."""
    calendar = promised.calendar
    first, last = calendar.day_of(minute(begin)), calendar.day_of(minute(end))
    if first < last:
        return max(_days(promised, first, last), 1), _measure(promised)
    minutes = minute(end) - minute(begin)
    return (minutes // 60, Measure.HOUR) if minutes >= 60 else (minutes, Measure.MINUTE)


def _days(promised: Promise, after: int, until: int) -> int:
    if in_working_time(promised.term):
        return promised.calendar.working_days(after, until)
    return until - after


def _measure(promised: Promise) -> Measure:
    return Measure.WORKING_DAY if in_working_time(promised.term) else Measure.DAY


def warnings(promised: Promise, *, percent: int) -> Warnings:
    """When to warn: `percent` of the working time used, pauses left out, and one working day before.

    Neither is before receipt or after the promise.
    """
    calendar = promised.calendar
    begin, due = minute(promised.start), minute(promised.due_at)
    spans = [(max(a, begin), min(b, due)) for a, b in merged(promised.pauses, begin, promised.at) if a < due]
    used = calendar.worked(due) - calendar.worked(begin)
    used -= sum(calendar.worked(end) - calendar.worked(start) for start, end in spans)
    left = used * (100 - percent) // 100
    edge = due
    for start, end in reversed(spans):
        free = calendar.worked(edge) - calendar.worked(end)
        if free >= left:
            break
        left -= free
        edge = start
    share = calendar.reached(max(calendar.worked(edge) - left, 0))
    return Warnings(share_at=_within(promised, share), day_before_at=_within(promised, _day_before(promised)))


def _day_before(promised: Promise) -> int:
    """One working day earlier: by the length of the working day before the one it is due on."""
    calendar, due = promised.calendar, minute(promised.due_at)
    total = calendar.worked(due)
    morning = calendar.day_start(calendar.day_of(due))
    before = calendar.worked(morning)
    if not before:
        return due
    eve = calendar.day_start(calendar.day_of(calendar.reached(before)))
    return calendar.reached(max(total - (before - calendar.worked(eve)), 0))


def _within(promised: Promise, at: int) -> datetime:
    return min(max(moment(at), promised.start), promised.due_at)
