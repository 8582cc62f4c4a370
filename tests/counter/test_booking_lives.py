"""Random lives of bookings: whatever people, officers and calendars do, no seat is given twice."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.appointments import DAY, Appointments, appointments, clock, phones
from tinhso.counter import lifecycle
from tinhso.counter.appointment_contracts import BookingState, Pattern, Slot, WrongBookingTurn
from tinhso.counter.contracts import Taken
from tinhso.counter.models import Booking
from tinhso.counter.models.appointments import HOLDS_A_SEAT, OPEN
from tinhso.counter.operations import bookings, following
from tinhso.counter.queries import openings
from tinhso.counter.slots import seats_left
from tinhso.foundation import worktime
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM

MONDAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 07:00 on a Monday
TIMES = [clock(MONDAY + n * DAY, hour, minute) for n in (0, 1) for hour in (9, 10) for minute in (0, 30)]
NARROW = Pattern({0: ((540, 660),), 1: ((540, 660),)}, minutes=30, at_once=2, ahead_days=3, cancel_minutes=0)
PHONES = phones(6)

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.sampled_from(PHONES), st.sampled_from(TIMES)),
        st.tuples(st.just("change"), st.integers(0, 9), st.sampled_from(TIMES)),
        st.tuples(st.just("cancel"), st.integers(0, 9), st.booleans()),
        st.tuples(st.just("come"), st.integers(0, 9), st.just(None)),
        st.tuples(st.just("wait"), st.integers(5, 300), st.just(None)),
        st.tuples(st.sampled_from(["close", "open"]), st.integers(0, 1), st.just(None)),
    ),
    max_size=25,
)


class Life:
    """One office and a clock that runs."""

    def __init__(self) -> None:
        self.place: Appointments = appointments(at=AT, pattern=NARROW)
        self.at = AT
        self.ref = openings.calendar_of(self.place.service.office, on=MONDAY)

    def do(self, step: tuple[str, object, object]) -> None:
        act, one, two = step
        if act == "wait":
            self.at += timedelta(minutes=int(str(one)))
            bookings.mark_absent(at=self.at)
        elif act == "book":
            self.place.book(two, phone=str(one), at=self.at)  # type: ignore[arg-type]  # a moment
        elif act in ("close", "open"):
            self._calendar(act, MONDAY + int(str(one)) * DAY)
        else:
            self._turn(act, int(str(one)), two)

    def _calendar(self, act: str, day: date) -> None:
        if act == "close":
            kind = worktime.DayKind.CLOSED
            worktime.set_day(self.ref, day, kind=kind, name="Lũ", by=SYSTEM, at=self.at)
        else:
            worktime.clear_day(self.ref, day, by=SYSTEM, at=self.at)
        following.follow(self.ref, why="Lũ", at=self.at)

    def _turn(self, act: str, number: int, more: object) -> None:
        rows = list(Booking.objects.order_by("booked_at", "id").values_list("id", flat=True))
        id = rows[number % len(rows)] if rows else new_id()
        if act == "change":
            bookings.change(booking_id=id, starts_at=more, at=self.at)  # type: ignore[arg-type]  # a moment
        elif act == "cancel":
            by, reason = (self.place.counter.hoa, "Thử") if more else (SYSTEM, "")
            bookings.cancel(booking_id=id, by=by, reason=reason, at=self.at)
        else:
            bookings.check_in(booking_id=id, taken=Taken.APPOINTMENT, at=self.at)

    def holds(self) -> None:
        """What must be true after every step."""
        rows = list(Booking.objects.select_related("ticket"))
        seats = Counter((row.starts_at, row.seat) for row in rows if row.state in HOLDS_A_SEAT)
        assert set(seats.values()) <= {1}
        assert all(row.seat <= NARROW.at_once for row in rows)
        phones_open = Counter(bytes(row.phone) for row in rows if row.phone and row.state in OPEN)
        assert set(phones_open.values()) <= {1}
        calendar = worktime.calendar(self.ref)
        for row in rows:
            works = bool(worktime.working_minutes(row.starts_at, row.ends_at, calendar))
            if row.state == BookingState.BOOKED and row.starts_at > self.at:
                assert works
            if row.ticket:
                assert (row.state, row.ticket.appointed_at) == ("arrived", row.starts_at)
        for slots in openings.times(self.place.service, at=self.at).values():
            for slot in slots:
                held = sum(row.state in HOLDS_A_SEAT and row.starts_at == slot.starts_at for row in rows)
                assert slot.free == NARROW.at_once - held


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_whatever_happens_no_seat_is_given_twice_and_nobody_is_booked_on_a_closed_day(
    steps: list[tuple[str, object, object]],
) -> None:
    with transaction.atomic():
        life = Life()
        for step in steps:
            with suppress(Unable):
                life.do(step)
            life.holds()
        transaction.set_rollback(True)
    worktime.forget()


@given(act=st.sampled_from(sorted(lifecycle.BOOKING_TURNS)), state=st.sampled_from(list(BookingState)))
def test_a_final_booking_turns_no_more(act: str, state: BookingState) -> None:
    if state.value in OPEN and state in lifecycle.BOOKING_TURNS[act]:
        assert lifecycle.booking_goes(act, state) in BookingState
    else:
        with pytest.raises(WrongBookingTurn):
            lifecycle.booking_goes(act, state)


@given(
    begins=st.integers(0, 20),
    length=st.integers(1, 10),
    at_once=st.integers(1, 4),
    held=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 10), st.integers(1, 5)), max_size=12),
)
def test_a_seat_is_left_when_nobody_has_it_at_any_minute(
    begins: int, length: int, at_once: int, held: list[tuple[int, int, int]]
) -> None:
    def span(start: int, minutes: int) -> tuple[datetime, datetime]:
        return AT + timedelta(minutes=start), AT + timedelta(minutes=start + minutes)

    slot = Slot(new_id(), *span(begins, length), at_once, at_once)
    left = seats_left(slot, [(*span(start, minutes), seat) for start, minutes, seat in held])
    mine = set(range(begins, begins + length))
    busy = {seat for start, minutes, seat in held if mine & set(range(start, start + minutes))}
    assert left == tuple(seat for seat in range(1, at_once + 1) if seat not in busy)
