"""Appointments (lịch hẹn): what crosses pages, operations and the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation.errors import Conflict, Invalid, NotFound, Unable

Week = Mapping[int, tuple[tuple[int, int], ...]]
"""The hours of a week: by weekday (0 = Monday) from and to, in minutes of the local day."""


class BookingState(StrEnum):
    """Where a booking stands. A displaced one lost its time to a closed day and waits for a new one."""

    BOOKED = "booked"
    DISPLACED = "displaced"
    ARRIVED = "arrived"
    ABSENT = "absent"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_STATES[self][0])

    @property
    def is_open(self) -> bool:
        """Whether the person may still come, or choose another time."""
        return self in (BookingState.BOOKED, BookingState.DISPLACED)

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return _STATES[self][1]


_STATES = {
    BookingState.BOOKED: (gettext_noop("Đã hẹn"), "blue"),
    BookingState.DISPLACED: (gettext_noop("Cần chọn giờ khác"), "amber"),
    BookingState.ARRIVED: (gettext_noop("Đã đến"), "green"),
    BookingState.ABSENT: (gettext_noop("Không đến"), "red"),
    BookingState.CANCELLED: (gettext_noop("Đã huỷ"), "grey"),
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """How one service gives out appointments: hours of the week, minutes of each, how many at once.

    One may book `ahead_days` ahead, and cancel or change by oneself until `cancel_minutes` before.
    """

    week: Week
    minutes: int
    at_once: int
    ahead_days: int
    cancel_minutes: int


@dataclass(frozen=True, slots=True)
class OpeningView:
    """A pattern as it holds for a service from a day on until before `effective_to`."""

    id: UUID
    service: UUID
    pattern: Pattern
    effective_from: date
    effective_to: date | None


@dataclass(frozen=True, slots=True)
class Slot:
    """A time one can book (UTC), under which opening, for how many at once, and for how many it is free."""

    opening: UUID
    starts_at: datetime
    ends_at: datetime
    at_once: int
    free: int


@dataclass(frozen=True, slots=True)
class Booker:
    """Who an appointment is for: a signed-in person, or somebody by a phone number."""

    name: str
    phone: str = ""
    email: str = ""
    person: UUID | None = None
    language: str = ""


@dataclass(frozen=True, slots=True)
class BookingView:
    """A booking as its holder or an officer sees it. Name and phone are empty once erased."""

    id: UUID
    code: str
    token: str
    office: UUID
    office_name: str
    service: UUID
    service_letter: str
    service_name: str
    state: BookingState
    starts_at: datetime
    ends_at: datetime
    reason: str
    name: str
    phone: str
    person: UUID | None
    number: str


class SlotTaken(Conflict):
    """Somebody else was quicker, or the time is no longer given out."""

    code = "slot-taken"


class AlreadyBooked(Conflict):
    """The person has an open booking for this service; `token` is its address."""

    code = "already-booked"

    def __init__(self, message: str, *, token: str) -> None:
        super().__init__(message)
        self.token = token


class TooLate(Unable):
    """It is too late for that."""

    code = "too-late"


class TooEarly(Unable):
    """It is too early to check in."""

    code = "too-early"


class WrongBookingTurn(Unable):
    """The booking cannot do that now; the sentence says how it stands."""

    code = "wrong-booking-turn"


class TooManyBookings(Unable):
    """The limit of codes or bookings of a phone, a person or an address is reached."""

    code = "too-many-bookings"
    status = 429


class WrongCode(Invalid):
    """The one-time code is wrong or too old."""

    code = "wrong-code"


class NoSuchBooking(NotFound):
    """No such appointment."""

    code = "no-such-booking"
