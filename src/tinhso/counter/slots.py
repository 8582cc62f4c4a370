"""The times an opening gives out on a day. Pure: asked with a pattern and a calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from tinhso.counter.appointment_contracts import OpeningView, Slot
from tinhso.foundation import worktime
from tinhso.foundation.moments import midnight

Held = tuple[datetime, datetime, int]
"""A seat that is taken: from, to, which."""


def of_day(opening: OpeningView, calendar: worktime.Calendar, day: date) -> tuple[Slot, ...]:
    """All times of a day, free or not, in order.

    A time counts only when the calendar works through the whole of it, so that holidays, closed days and
    made-up Saturdays need no pattern of their own. Raises OutsideCalendar.
    """
    if not opening.effective_from <= day or (opening.effective_to and day >= opening.effective_to):
        return ()
    return tuple(
        slot for slot in _by_the_week(opening, day) if works_through(calendar, slot.starts_at, slot.ends_at)
    )


def works_through(calendar: worktime.Calendar, begins: datetime, ends: datetime) -> bool:
    """Whether the calendar works without a break between two moments. Raises OutsideCalendar."""
    return worktime.working_minutes(begins, ends, calendar) == (ends - begins) // timedelta(minutes=1)


def _by_the_week(opening: OpeningView, day: date) -> Iterator[Slot]:
    pattern = opening.pattern
    begin = midnight(day)
    for begins, ends in pattern.week.get(day.weekday(), ()):
        for minute in range(begins, ends - pattern.minutes + 1, pattern.minutes):
            starts_at = (begin + timedelta(minutes=minute)).astimezone(UTC)
            ends_at = starts_at + timedelta(minutes=pattern.minutes)
            yield Slot(opening.id, starts_at, ends_at, pattern.at_once, pattern.at_once)


def with_room(slots: Iterable[Slot], held: Iterable[Held]) -> tuple[Slot, ...]:
    """The slots with how many seats each has left."""
    taken = tuple(held)
    return tuple(replace(slot, free=len(seats_left(slot, taken))) for slot in slots)


def seats_left(slot: Slot, held: Iterable[Held]) -> tuple[int, ...]:
    """The seats nobody has at any moment of the slot, the lowest first."""
    gone = {seat for begins, ends, seat in held if begins < slot.ends_at and ends > slot.starts_at}
    return tuple(seat for seat in range(1, slot.at_once + 1) if seat not in gone)
