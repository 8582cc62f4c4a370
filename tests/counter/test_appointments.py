"""Appointments: what is given out, booking at once by many, coming early, late and not at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from tests.support.appointments import DAY, PATTERN, Appointments, appointments, clock, phones
from tests.support.counters import MINUTE
from tinhso.counter.appointment_contracts import (
    AlreadyBooked,
    SlotTaken,
    TooEarly,
    TooLate,
    TooManyBookings,
    WrongBookingTurn,
)
from tinhso.counter.contracts import Need, Taken
from tinhso.counter.models import Booking, Opening
from tinhso.counter.operations import bookings, calling, following, openings
from tinhso.counter.queries import openings as given
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.refs import SYSTEM

MONDAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 on a Monday


@pytest.fixture
def place(db: None) -> Appointments:
    return appointments(at=AT)


def test_times_lie_in_the_pattern_and_in_the_office_calendar(place: Appointments) -> None:
    found = given.times(place.service, at=AT)

    today_left = [f"{slot.starts_at.astimezone(clock(MONDAY, 9).tzinfo):%H:%M}" for slot in found[MONDAY]]
    assert today_left == ["09:30", "10:00", "13:30", "14:00", "14:30", "15:00", "15:30"]
    assert {slot.free for slot in found[MONDAY]} == {2}
    assert MONDAY + 6 * DAY not in found  # a Sunday
    assert max(found) == MONDAY + 14 * DAY
    assert not given.times(place.service, at=AT, on=MONDAY + 15 * DAY)


def test_a_booked_seat_is_gone_and_comes_back_when_given_back(place: Appointments) -> None:
    at_ten = clock(MONDAY, 10)
    one, two, three = phones(3)
    first = place.book(at_ten, phone=one, at=AT)
    place.book(at_ten, phone=two, at=AT)
    with pytest.raises(SlotTaken):
        place.book(at_ten, phone=three, at=AT)
    officer = place.counter.hoa
    bookings.cancel(booking_id=first.id, reason="Người hẹn gọi điện huỷ", by=officer, at=AT)
    assert place.book(at_ten, phone=three, at=AT).seat == first.seat


@pytest.mark.parametrize("when", [clock(MONDAY, 8), clock(MONDAY, 10, 15), clock(MONDAY + 30 * DAY, 10)])
def test_only_times_given_out_can_be_booked(place: Appointments, when: datetime) -> None:
    with pytest.raises(SlotTaken):
        place.book(when, at=AT)


def test_one_person_has_one_open_booking_of_a_service(place: Appointments) -> None:
    first = place.book(clock(MONDAY, 10), at=AT)
    with pytest.raises(AlreadyBooked) as again:
        place.book(clock(MONDAY, 14), phone="+84 912 345 678", at=AT)
    assert again.value.token == first.token


def test_a_phone_books_only_so_often_a_day(place: Appointments) -> None:
    for _n in range(3):
        booking = place.book(clock(MONDAY + DAY, 10), at=AT)
        bookings.cancel(booking_id=booking.id, at=AT)
    with pytest.raises(TooManyBookings):
        place.book(clock(MONDAY + DAY, 10), at=AT)
    assert place.book(clock(MONDAY + 2 * DAY, 10), at=AT + DAY)


def test_a_change_keeps_the_code_and_frees_the_old_time(place: Appointments) -> None:
    booking = place.book(clock(MONDAY + DAY, 10), at=AT)
    bookings.change(booking_id=booking.id, starts_at=clock(MONDAY + DAY, 14), at=AT)
    booking.refresh_from_db()
    assert booking.starts_at == clock(MONDAY + DAY, 14)
    assert given.times(place.service, at=AT, on=MONDAY + DAY)[MONDAY + DAY][5].free == 2
    with pytest.raises(SlotTaken):
        bookings.change(booking_id=booking.id, starts_at=clock(MONDAY + DAY, 11), at=AT)


def test_a_person_changes_an_appointment_only_so_often_and_the_office_helps(place: Appointments) -> None:
    booking = place.book(clock(MONDAY + DAY, 10), at=AT)
    hours = [14, 10, 14, 10, 14]
    for hour in hours:
        bookings.change(booking_id=booking.id, starts_at=clock(MONDAY + DAY, hour), at=AT)
    with pytest.raises(TooManyBookings, match="đổi giúp"):
        bookings.change(booking_id=booking.id, starts_at=clock(MONDAY + DAY, 10), at=AT)
    bookings.change(booking_id=booking.id, starts_at=clock(MONDAY + DAY, 10), by=place.counter.hoa, at=AT)


def test_close_to_the_hour_only_an_officer_changes_or_cancels(place: Appointments) -> None:
    booking = place.book(clock(MONDAY, 10), at=AT)
    late = AT + MINUTE
    with pytest.raises(TooLate):
        bookings.cancel(booking_id=booking.id, at=late)
    with pytest.raises(TooLate):
        bookings.change(booking_id=booking.id, starts_at=clock(MONDAY, 14), at=late)
    with pytest.raises(Invalid):
        bookings.cancel(booking_id=booking.id, by=place.counter.hoa, at=late)
    bookings.cancel(booking_id=booking.id, reason="Máy hỏng", by=place.counter.hoa, at=late)
    with pytest.raises(WrongBookingTurn):
        bookings.cancel(booking_id=booking.id, reason="Máy hỏng", by=place.counter.hoa, at=late)


def test_an_officer_of_another_office_touches_nothing(place: Appointments) -> None:
    booking = place.book(clock(MONDAY, 10), at=AT)
    other = appointments(at=AT).counter.hoa
    with pytest.raises(NotAllowed):
        bookings.cancel(booking_id=booking.id, reason="Thử", by=other, at=AT)
    with pytest.raises(NotAllowed):
        bookings.check_in(booking_id=booking.id, taken=Taken.OFFICER, by=other, at=AT)
    with pytest.raises(NotAllowed):
        openings.open_from(service_id=place.counter.a, pattern=PATTERN, first=MONDAY, by=other, at=AT)


def test_who_comes_early_is_called_at_the_hour_and_before_that_only_when_nobody_waits(
    place: Appointments,
) -> None:
    counter = place.counter
    booking = place.book(clock(MONDAY, 10), at=AT - 3 * DAY)
    with pytest.raises(TooEarly):
        bookings.check_in(booking_id=booking.id, taken=Taken.APPOINTMENT, at=AT - MINUTE)
    mine = bookings.check_in(booking_id=booking.id, taken=Taken.APPOINTMENT, at=AT)
    others = [counter.take(need=Need.ELDERLY, at=AT + MINUTE), counter.take(at=AT + 2 * MINUTE)]
    called = calling.call_next(window_id=counter.one, by=counter.hoa, at=AT + 10 * MINUTE)
    assert called.id == others[0].id
    at_ten = calling.call_next(window_id=counter.one, by=counter.hoa, at=clock(MONDAY, 10))
    assert (at_ten.id, at_ten.appointed_at) == (mine.id, clock(MONDAY, 10))


def test_who_is_late_is_next_while_the_appointment_holds_then_marked_absent(place: Appointments) -> None:
    one, two = phones(2)
    ten = clock(MONDAY, 10)
    late, absent = place.book(ten, phone=one, at=AT), place.book(ten, phone=two, at=AT)
    place.counter.take(at=AT)
    assert bookings.mark_absent(at=ten + 15 * MINUTE) == 0
    ticket = bookings.check_in(booking_id=late.id, taken=Taken.APPOINTMENT, at=ten + 15 * MINUTE)
    called = calling.call_next(window_id=place.counter.one, by=place.counter.hoa, at=ten + 16 * MINUTE)
    assert called.id == ticket.id
    with pytest.raises(TooLate):
        bookings.check_in(booking_id=absent.id, taken=Taken.APPOINTMENT, at=ten + 16 * MINUTE)
    assert bookings.mark_absent(at=ten + 16 * MINUTE) == 1
    absent.refresh_from_db()
    assert (absent.state, absent.ended_at) == ("absent", ten + 16 * MINUTE)


def test_a_new_pattern_takes_over_from_its_day_and_what_is_booked_stays(place: Appointments) -> None:
    booking = place.book(clock(MONDAY + 7 * DAY, 10), at=AT)
    shorter = PATTERN.__class__(
        week={0: ((9 * 60, 11 * 60),)}, minutes=40, at_once=1, ahead_days=14, cancel_minutes=60
    )
    first = MONDAY + 3 * DAY
    openings.open_from(service_id=place.counter.a, pattern=shorter, first=first, by=SYSTEM, at=AT)

    found = given.times(place.service, at=AT)
    assert [len(found[MONDAY + n * DAY]) for n in (1, 2)] == [11, 11]
    assert MONDAY + 3 * DAY not in found  # a Thursday, no longer given
    # the one seat is taken from 10:00 to 10:30 by who booked under the old pattern
    assert [slot.free for slot in found[MONDAY + 7 * DAY]] == [1, 0, 0]
    booking.refresh_from_db()
    assert booking.state == "booked"
    openings.open_from(service_id=place.counter.a, pattern=None, first=MONDAY, by=SYSTEM, at=AT)
    assert not given.times(place.service, at=AT)
    assert Opening.objects.filter(effective_to=None).count() == 0
    with pytest.raises(Invalid):
        openings.open_from(service_id=place.counter.a, pattern=PATTERN, first=MONDAY - DAY, by=SYSTEM, at=AT)


def test_people_are_forgotten_when_it_is_long_over(place: Appointments) -> None:
    booking = place.book(clock(MONDAY, 10), at=AT)
    bookings.mark_absent(at=AT + DAY)
    assert following.forget_bookers(at=AT + 80 * DAY) == 0
    assert following.forget_bookers(at=AT + 100 * DAY) == 1
    booking.refresh_from_db()
    assert (booking.contact, booking.phone) == (None, None)


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_no_more_seats_than_there_are() -> None:
    place = appointments(at=AT)
    barrier, won, lost, other = Barrier(50), [], [], []

    def booker(phone: str) -> None:
        barrier.wait()
        try:
            won.append(place.book(clock(MONDAY, 10), phone=phone, at=AT).seat)
        except SlotTaken:
            lost.append(phone)
        except BaseException as error:
            other.append(error)
        finally:
            connection.close()

    threads = [Thread(target=booker, args=(phone,)) for phone in phones(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(won), len(lost), other) == ([1, 2], 48, [])
    assert Booking.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_phone_from_ten_pages_at_once_gets_one_booking() -> None:
    place = appointments(at=AT)
    barrier, won = Barrier(10), []

    def booker(hour: int) -> None:
        barrier.wait()
        try:
            won.append(place.book(clock(MONDAY + DAY, 8) + hour * timedelta(minutes=30), at=AT))
        except (AlreadyBooked, SlotTaken):
            pass
        finally:
            connection.close()

    threads = [Thread(target=booker, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
