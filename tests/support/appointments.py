"""An office that gives out appointments, for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from tests.support.counters import Counters, counters
from tinhso.counter.appointment_contracts import Booker, Pattern
from tinhso.counter.models import Booking, Service
from tinhso.counter.operations import bookings, openings
from tinhso.counter.queries import openings as given
from tinhso.foundation import worktime
from tinhso.foundation.moments import LOCAL, today
from tinhso.foundation.refs import SYSTEM

WEEK = dict.fromkeys(range(6), ((7 * 60 + 30, 10 * 60 + 30), (13 * 60 + 30, 16 * 60)))
DAY = timedelta(days=1)
ALWAYS = Pattern(
    dict.fromkeys(range(7), ((0, 24 * 60),)), minutes=10, at_once=3, ahead_days=3, cancel_minutes=30
)
PATTERN = Pattern(week=WEEK, minutes=30, at_once=2, ahead_days=14, cancel_minutes=60)


@dataclass(frozen=True, slots=True)
class Appointments:
    """A counter whose service A gives out 30 minutes, two at once."""

    counter: Counters
    opening: UUID

    @property
    def service(self) -> Service:
        return Service.objects.select_related("office").get(id=self.counter.a)

    def book(
        self, starts_at: datetime, *, phone: str = "0912345678", name: str = "Trần Văn Tám", at: datetime
    ) -> Booking:
        """A booking by phone number."""
        who = Booker(name=name, phone=phone)
        return bookings.book(service_id=self.counter.a, starts_at=starts_at, who=who, at=at)

    def next(self, *, at: datetime) -> datetime:
        """The next free time."""
        return given.next_free(self.service, at=at, most=1)[0].starts_at


def appointments(*, at: datetime, pattern: Pattern = PATTERN) -> Appointments:
    """A new office with appointments from today on."""
    place = counters(at=at)
    opening = openings.open_from(service_id=place.a, pattern=pattern, first=today(at), by=SYSTEM, at=at)
    assert opening is not None
    return Appointments(place, opening)


def round_the_clock(*, at: datetime) -> Appointments:
    """An office that works and gives out appointments at every hour, for tests that run at any."""
    made = appointments(at=at, pattern=ALWAYS)
    ref = given.calendar_of(made.service.office, on=today(at))
    for number in range(ALWAYS.ahead_days + 1):
        worktime.set_day(
            ref,
            today(at) + number * DAY,
            kind=worktime.DayKind.HOURS,
            sessions=((0, 24 * 60),),
            name="Trực",
            by=SYSTEM,
            at=at,
        )
    return made


def clock(day: date, hour: int, minute: int = 0) -> datetime:
    """A local time of a day."""
    return datetime.combine(day, time(hour, minute), tzinfo=LOCAL)


def phones(count: int) -> list[str]:
    """So many mobile numbers."""
    return [f"09{10_000_000 + n:08d}" for n in range(count)]
