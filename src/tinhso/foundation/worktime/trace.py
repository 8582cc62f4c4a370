"""The way from receipt to promise, step by step, as data. Words are made of it elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from tinhso.foundation.worktime.calendars import DAY, minute, moment
from tinhso.foundation.worktime.contracts import NamedDay, Step, StepKind, Term, Unit
from tinhso.foundation.worktime.promises import Promise, agreed, counted_from, extended, merged


def steps(promised: Promise) -> tuple[Step, ...]:
    """What was counted, left out, moved, extended and waited for, in the order in which it counts."""
    return tuple(_steps(promised))


def in_working_time(term: Term) -> bool:
    """Whether a term counts working time only (hours, working days)."""
    return term.unit in (Unit.WORKING_DAY, Unit.HOUR)


def _steps(promised: Promise) -> Iterator[Step]:
    yield Step(StepKind.RECEIVED, at=promised.start, term=promised.term)
    if in_working_time(promised.term):
        yield from _cut_off(promised)
        yield from _days(promised)
    else:
        yield from _moved(promised)
    yield from _extensions(promised)
    yield from _pauses(promised)
    yield Step(StepKind.DUE, at=promised.due_at)


def _cut_off(promised: Promise) -> Iterator[Step]:
    term, calendar = promised.term, promised.calendar
    if promised.cut_off is None or (term.unit is Unit.WORKING_DAY and term.amount):
        return
    begin = minute(promised.start)
    counted = counted_from(begin, calendar, promised.cut_off)
    if counted != begin:
        opens = calendar.reached(calendar.worked(counted) + 1) - 1
        yield Step(StepKind.CUT_OFF, at=promised.start, until=moment(opens))


def _days(promised: Promise) -> Iterator[Step]:
    calendar = promised.calendar
    received = calendar.day_of(minute(promised.start))
    # A term in hours begins on the day itself, so a day off on that day counts too.
    after = received if promised.term.unit is Unit.WORKING_DAY and promised.term.amount else received - 1
    until = calendar.date_of(calendar.day_of(minute(promised.due_at)))
    off = calendar.named(calendar.off, calendar.date_of(after), until)
    if off:
        yield Step(StepKind.DAYS_OFF, at=promised.start, until=promised.due_at, days=off)
    made_up = calendar.named(calendar.made_up, calendar.date_of(after), until)
    if made_up:
        yield Step(StepKind.MADE_UP, at=promised.start, until=promised.due_at, days=made_up)


def _moved(promised: Promise) -> Iterator[Step]:
    calendar, begin = promised.calendar, minute(promised.start)
    _due, last = agreed(begin, promised.term, promised.extensions, calendar, None)
    stood = sum(end - start for start, end in merged(promised.pauses, begin, promised.at))
    last -= -stood // DAY
    if calendar.is_working(last):
        return
    day = calendar.date_of(last)
    named = tuple(each for each in calendar.off if each.day == day) or (NamedDay(day, ""),)
    yield Step(StepKind.MOVED, at=moment(calendar.day_start(last)), until=promised.due_at, days=named)


def _extensions(promised: Promise) -> Iterator[Step]:
    due, last = agreed(minute(promised.start), promised.term, (), promised.calendar, promised.cut_off)
    for extension in promised.extensions:
        before = due
        due, last = extended(due, last, extension.term, promised.calendar)
        yield Step(
            StepKind.EXTENDED,
            at=moment(before),
            until=moment(due),
            term=extension.term,
            reason=extension.reason,
        )


def _pauses(promised: Promise) -> Iterator[Step]:
    calendar = promised.calendar
    for pause in sorted(promised.pauses, key=lambda each: each.begin):
        if pause.end is None:
            yield Step(StepKind.PAUSED_STILL, at=pause.begin, reason=pause.reason)
            continue
        for begin, end in merged([pause], minute(promised.start), None):
            yield Step(
                StepKind.PAUSED,
                at=moment(begin),
                until=moment(end),
                term=promised.term,
                minutes=calendar.worked(end) - calendar.worked(begin),
                reason=pause.reason,
            )
