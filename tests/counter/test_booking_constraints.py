"""Tries to break every constraint of patterns, bookings and checks of phones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.counter.test_constraints import refused, twice
from tests.support.appointments import DAY, Appointments, appointments, clock, phones
from tinhso.counter.contracts import Taken
from tinhso.counter.models import Booking, Opening, PhoneCheck
from tinhso.counter.operations import bookings, phone_checks

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TEN = clock(MONDAY, 10)


@pytest.fixture
def place() -> Appointments:
    return appointments(at=AT)


@pytest.fixture
def booking(place: Appointments) -> Booking:
    return place.book(TEN, at=AT)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("booking_code_digits", {"code": "1234567x"}),
        ("booking_known_state", {"state": "lost", "ended_at": AT}),
        ("booking_is_somebodys", {"phone": None}),
        ("booking_ended_when_final", {"state": "absent"}),
        ("booking_ended_when_final", {"ended_at": AT}),
        ("booking_arrived_with_a_number", {"state": "arrived", "ended_at": AT}),
        ("booking_displaced_says_why", {"state": "displaced"}),
        ("booking_fits_its_opening", {"seat": 3}),
        ("booking_fits_its_opening", {"seat": 0}),
        ("booking_fits_its_opening", {"ends_at": TEN + timedelta(minutes=31)}),
    ],
)
def test_a_booking_that_cannot_be(booking: Booking, constraint: str, change: dict[str, object]) -> None:
    refused(constraint, lambda: Booking.objects.update(**change))


def test_a_booking_of_another_service_or_office_fits_no_opening(
    place: Appointments, booking: Booking
) -> None:
    refused("booking_fits_its_opening", lambda: Booking.objects.update(service=place.counter.b))
    other = appointments(at=AT).counter.queue
    refused("booking_fits_its_opening", lambda: Booking.objects.update(office=other))


def test_only_who_came_has_a_number(place: Appointments, booking: Booking) -> None:
    ticket = place.counter.take(at=AT)
    refused("booking_arrived_with_a_number", lambda: Booking.objects.update(ticket=ticket))
    mine = bookings.check_in(booking_id=booking.id, taken=Taken.APPOINTMENT, at=AT)
    second = place.book(TEN, phone=phones(1)[0], at=AT)
    rows = Booking.objects.filter(id=second.id)
    refused("ticket_id", lambda: rows.update(state="arrived", ended_at=AT, ticket=mine))


def another(booking: Booking, **change: object) -> Callable[[], object]:
    """The booking again, as somebody else's."""
    mine = {"code": "00000000", "token": "khac", "phone": b"2" * 32, **change}
    return twice(Booking.objects.get(id=booking.id), **mine)


def test_a_seat_is_never_given_twice(booking: Booking) -> None:
    refused("booking_seat_once", another(booking))
    later = TEN + timedelta(minutes=20)
    overlapping = another(booking, starts_at=later, ends_at=later + timedelta(minutes=30))
    refused("booking_seat_once", overlapping)
    another(booking, seat=2)()
    Booking.objects.filter(id=booking.id).update(state="cancelled", ended_at=AT)
    another(booking, code="00000001", token="nua", phone=b"3" * 32, state="booked", ended_at=None)()


def test_a_person_or_phone_has_one_open_booking_of_a_service(booking: Booking) -> None:
    refused("booking_one_open_per_phone", another(booking, seat=2, phone=booking.phone))
    Booking.objects.update(person=booking.id)
    refused("booking_one_open_per_person", another(booking, seat=2))
    refused("code", another(booking, seat=2, person=None, code=booking.code))
    refused("token", another(booking, seat=2, person=None, token=booking.token))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("opening_goes_forward", {"effective_to": MONDAY - DAY}),
        ("opening_stays", {"at_once": 3}),
        ("opening_stays", {"week": {}}),
        ("opening_stays", {"effective_from": MONDAY - DAY}),
    ],
)
def test_an_opening_that_changes(place: Appointments, constraint: str, change: dict[str, object]) -> None:
    refused(constraint, lambda: Opening.objects.update(**change))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("opening_sensible_minutes", {"minutes": 4}),
        ("opening_room_for_somebody", {"at_once": 0}),
        ("opening_sensible_ahead", {"ahead_days": 0}),
        ("opening_one_at_a_time", {"effective_from": MONDAY + 30 * DAY, "effective_to": MONDAY + 31 * DAY}),
    ],
)
def test_an_opening_that_cannot_be(place: Appointments, constraint: str, change: dict[str, object]) -> None:
    apart = {"effective_to": MONDAY} if constraint != "opening_one_at_a_time" else {}
    refused(constraint, twice(Opening.objects.get(), **{**apart, **change}))


def test_a_check_is_used_once_confirmed(place: Appointments) -> None:
    wish = phone_checks.Wish(place.counter.a, TEN, "Lê Thị Hai", "0912000111")
    phone_checks.ask(wish, address="10.0.0.1", at=AT)
    refused("phone_check_used_once_confirmed", lambda: PhoneCheck.objects.update(used_at=AT))
