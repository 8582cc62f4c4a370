"""Appointments follow the calendar; people are told, reminded, and no more is said than a phone may hear."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import connection

from tests.support import people
from tests.support.appointments import DAY, Appointments, appointments, clock, phones
from tinhso.config import messaging
from tinhso.counter import jobs
from tinhso.counter.appointment_contracts import (
    Booker,
    NoSuchBooking,
    SlotTaken,
    TooManyBookings,
    WrongCode,
)
from tinhso.counter.models import Booking, PhoneCheck
from tinhso.counter.operations import bookings, following, phone_checks
from tinhso.counter.queries import bookings as booked
from tinhso.counter.queries import openings as given
from tinhso.dossiers.operations import closures
from tinhso.foundation import crypto, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM, CalendarRef
from tinhso.notify.models import Message

MONDAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # 09:00 on a Monday
WISH = phone_checks.Wish


@pytest.fixture
def place(db: None) -> Appointments:
    return appointments(at=AT)


def closed(place: Appointments, day: date, *, reason: str = "Bão số 5", at: datetime = AT) -> None:
    """The office is closed for a day, and appointments have followed."""
    boss = people.officer("administrator", place.counter.office.one_stop)
    agency = place.counter.office.agency
    closures.close(agency_id=agency, first=day, last=day, reason=reason, by=boss, at=at)
    ref = given.calendar_of(place.service.office, on=MONDAY)
    following.follow(ref, why=f"Đóng cửa đột xuất: {reason}", at=at)


def texts(booking: Booking, template: str) -> list[str]:
    """What phones were told of a booking."""
    rows = Message.objects.filter(about_id=booking.id, template=template, channel="sms")
    return list(rows.values_list("body", flat=True))


def test_a_closed_day_takes_the_time_and_one_touch_takes_another(place: Appointments) -> None:
    one, two = phones(2)
    tuesday = MONDAY + DAY
    hit = place.book(clock(tuesday, 10), phone=one, at=AT)
    spared = place.book(clock(tuesday + DAY, 10), phone=two, at=AT)
    closed(place, tuesday)

    hit.refresh_from_db()
    spared.refresh_from_db()
    assert (hit.state, spared.state) == ("displaced", "booked")
    assert [row.code for row in booked.displaced([hit.office_id])] == [str(hit)]
    assert "Bão số 5" in hit.reason
    assert tuesday not in given.times(place.service, at=AT)
    later = given.next_free(place.service, at=AT, most=3)
    bookings.change(booking_id=hit.id, starts_at=later[0].starts_at, at=AT)
    hit.refresh_from_db()
    assert (hit.state, hit.reason, hit.starts_at) == ("booked", "", later[0].starts_at)
    assert not booked.displaced([hit.office_id])


def test_the_closure_itself_asks_for_it(place: Appointments) -> None:
    booking = place.book(clock(MONDAY + DAY, 10), at=AT)
    boss = people.officer("administrator", place.counter.office.one_stop)
    closures.close(
        agency_id=place.counter.office.agency,
        first=MONDAY + DAY,
        last=MONDAY + DAY,
        reason="Lũ",
        by=boss,
        at=AT,
    )
    booking.refresh_from_db()
    assert booking.state == "booked"  # processes may give out times by the old calendar for some seconds
    ref = given.calendar_of(place.service.office, on=MONDAY)
    found = [call for call in _waiting_jobs() if call["calendar"] == ref.code]
    assert [call["why"] for call in found] == ["Đóng cửa đột xuất: Lũ"]


def _waiting_jobs() -> list[dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE %s", ["%follow_calendar"])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def test_an_office_that_opens_after_all_gives_the_time_back(place: Appointments) -> None:
    tuesday = MONDAY + DAY
    booking = place.book(clock(tuesday, 10), at=AT)
    closed(place, tuesday)
    boss = people.officer("administrator", place.counter.office.one_stop)
    closures.lift(agency_id=place.counter.office.agency, day=tuesday, by=boss, at=AT)
    ref = given.calendar_of(place.service.office, on=MONDAY)
    assert following.follow(ref, why="Mở cửa lại", at=AT) == 1
    assert following.follow(ref, why="Mở cửa lại", at=AT) == 0
    booking.refresh_from_db()
    assert (booking.state, booking.reason) == ("booked", "")


def test_a_holiday_of_the_whole_country_reaches_every_office_below(place: Appointments) -> None:
    booking = place.book(clock(MONDAY + DAY, 10), at=AT)
    other = appointments(at=AT)
    second = other.book(clock(MONDAY + DAY, 10), at=AT)
    worktime.set_day(
        worktime.NATIONAL, MONDAY + DAY, kind=worktime.DayKind.CLOSED, name="Quốc tang", by=SYSTEM, at=AT
    )
    assert following.follow(worktime.NATIONAL, why="Quốc tang", at=AT) == 2
    assert following.follow(CalendarRef("khong-lien-quan"), why="", at=AT) == 0
    for row in (booking, second):
        row.refresh_from_db()
        assert (row.state, row.reason) == ("displaced", "Quốc tang")


@pytest.fixture
def sms(settings: LazySettings) -> None:
    """A provider of SMS that nobody asks here: what would leave is looked at where it waits."""
    settings.MESSAGING = messaging.read(
        home=settings.HOME, production=False, sandbox="http://127.0.0.1:9", contact="mailto:a@b.vn"
    )


@pytest.mark.usefixtures("sms")
def test_phones_hear_the_code_and_the_hour_and_no_person(place: Appointments) -> None:
    booking = place.book(clock(MONDAY + DAY, 10), at=AT)
    (text,) = texts(booking, "counter.booked")
    assert str(booking) in text
    assert "10:00 thu Ba 3/3/2026" in text
    assert f"/lich-hen/{booking.token}/" in text
    assert "Tam" not in text
    assert "Ho tich" not in text


@pytest.mark.usefixtures("sms")
def test_people_are_reminded_the_day_before_at_the_hour_once(place: Appointments) -> None:
    one, two, three = phones(3)
    tomorrow = place.book(clock(MONDAY + DAY, 10), phone=one, at=AT)
    later = place.book(clock(MONDAY + 2 * DAY, 10), phone=two, at=AT)
    assert following.remind(at=clock(MONDAY, 15, 59)) == 0
    late = place.book(clock(MONDAY + DAY, 14), phone=three, at=clock(MONDAY, 16, 1))
    assert following.remind(at=clock(MONDAY, 16, 5)) == 1
    assert following.remind(at=clock(MONDAY, 16, 10)) == 0
    assert [len(texts(row, "counter.reminded")) for row in (tomorrow, later, late)] == [1, 0, 0]


@pytest.mark.usefixtures("sms")
def test_a_phone_shows_itself_by_a_code_then_books(place: Appointments) -> None:
    wish = WISH(place.counter.a, clock(MONDAY, 10), "Lê Thị Hai", "0912 000 111")
    token = phone_checks.ask(wish, address="10.0.0.1", at=AT)
    (message,) = Message.objects.filter(template="counter.phone_code")
    once = message.body.split(": ")[1][:6]
    assert (message.channel, message.urgent) == ("sms", True)
    with pytest.raises(NoSuchBooking):
        phone_checks.book(token=token, at=AT)
    with pytest.raises(WrongCode):
        phone_checks.confirm(token=token, typed="000000" if once != "000000" else "111111", at=AT)
    phone_checks.confirm(token=token, typed=f"{once[:3]} {once[3:]}", at=AT)
    booking = phone_checks.book(token=token, at=AT)
    assert booked.contact_of(booking) == {"name": "Lê Thị Hai", "phone": "0912 000 111", "email": ""}
    with pytest.raises(NoSuchBooking):
        phone_checks.book(token=token, at=AT)


@pytest.mark.usefixtures("sms")
def test_a_time_that_is_gone_can_be_another_without_a_new_code(place: Appointments) -> None:
    wish = WISH(place.counter.a, clock(MONDAY, 10), "Lê Thị Hai", "0912000111")
    token = phone_checks.ask(wish, address="10.0.0.1", at=AT)
    once = Message.objects.get(template="counter.phone_code").body.split(": ")[1][:6]
    for phone in phones(2):
        place.book(clock(MONDAY, 10), phone=phone, at=AT)
    phone_checks.confirm(token=token, typed=once, at=AT)
    with pytest.raises(SlotTaken):
        phone_checks.book(token=token, at=AT)
    assert phone_checks.book(token=token, starts_at=clock(MONDAY, 14), at=AT).starts_at == clock(MONDAY, 14)


def test_codes_are_few_short_lived_and_guessed_a_few_times_only(place: Appointments) -> None:
    wish = WISH(place.counter.a, clock(MONDAY, 10), "Lê Thị Hai", "0912000111")
    token = phone_checks.ask(wish, address="10.0.0.1", at=AT)
    with pytest.raises(NoSuchBooking):
        phone_checks.confirm(token=token, typed="123", at=AT + timedelta(minutes=11))
    for _n in range(5):
        with pytest.raises(WrongCode):
            phone_checks.confirm(token=token, typed="123", at=AT)
    with pytest.raises(TooManyBookings):
        phone_checks.confirm(token=token, typed="123", at=AT)
    for _n in range(4):
        phone_checks.ask(wish, address="10.0.0.1", at=AT)
    with pytest.raises(TooManyBookings):
        phone_checks.ask(wish, address="10.0.0.2", at=AT)
    for phone in phones(15):
        phone_checks.ask(WISH(wish.service, wish.starts_at, "A", phone), address="10.0.0.1", at=AT)
    with pytest.raises(TooManyBookings):
        phone_checks.ask(WISH(wish.service, wish.starts_at, "A", "0912000222"), address="10.0.0.1", at=AT)


def test_what_is_missing_is_said_beside_its_field(place: Appointments) -> None:
    with pytest.raises(Invalid) as fault:
        phone_checks.ask(WISH(place.counter.a, AT, " ", "12"), address="10.0.0.1", at=AT)
    assert set(fault.value.faults) == {"ten", "so"}
    with pytest.raises(Invalid):
        place.book(clock(MONDAY, 10), name=" ", at=AT)


def test_a_phone_that_never_booked_is_forgotten_after_a_day(place: Appointments) -> None:
    wish = WISH(place.counter.a, clock(MONDAY, 10), "Lê Thị Hai", "0912000111")
    phone_checks.ask(wish, address="10.0.0.1", at=AT)
    check = PhoneCheck.objects.get()
    phone_checks.forget_old(at=AT + timedelta(hours=25))
    assert not PhoneCheck.objects.exists()
    with pytest.raises(crypto.Erased):
        crypto.unseal(check.booking, bytes(check.contact))


def test_the_jobs_of_the_day_run(place: Appointments) -> None:
    booking = place.book(clock(MONDAY, 10), at=AT)
    jobs.mind_appointments()
    jobs.follow_calendar(calendar="an-giang", why="")
    booking.refresh_from_db()
    assert booking.state == "absent"  # long ago by now
    jobs.forget_bookers()
    booking.refresh_from_db()
    assert booking.contact is None


def test_a_person_sees_their_own(place: Appointments) -> None:
    person = people.person("Danh Thị Sà Ron")
    who = Booker("Danh Thị Sà Ron", person=person.id)
    booking = bookings.book(
        service_id=place.counter.a, starts_at=clock(MONDAY, 10), who=who, by=person, at=AT
    )
    assert person.id
    assert [row.code for row in booked.open_of(person.id)] == [str(booking)]
    bookings.cancel(booking_id=booking.id, by=person, at=AT)
    assert booked.open_of(person.id) == ()


def test_who_took_another_time_this_moment_is_neither_absent_nor_displaced(place: Appointments) -> None:
    booking = place.book(clock(MONDAY, 10), at=AT)
    bookings.change(booking_id=booking.id, starts_at=clock(MONDAY + DAY, 10), at=AT)
    assert not bookings._absent(booking.id, booking.starts_at, at=AT + DAY)
    assert not following._displace(booking, why="Bão", at=AT)
    bookings.cancel(booking_id=booking.id, at=AT)
    booking.refresh_from_db()
    assert not bookings._absent(booking.id, booking.starts_at, at=AT + 2 * DAY)
    assert booking.state == "cancelled"


def test_who_cancels_while_others_are_reminded_is_not(
    place: Appointments, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = phones(2)
    first, second = (place.book(clock(MONDAY + DAY, 9), phone=phone, at=AT) for phone in (one, two))
    tell = following.notices.reminded

    def told(booking: Booking, *, at: datetime) -> None:
        bookings.cancel(booking_id=second.id, at=at)
        tell(booking, at=at)

    monkeypatch.setattr(following.notices, "reminded", told)
    following.remind(at=AT + timedelta(hours=10))
    assert (len(texts(first, "counter.reminded")), texts(second, "counter.reminded")) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_codes_asked_for_at_once_count_too() -> None:
    place = appointments(at=AT)
    wish = WISH(place.counter.a, clock(MONDAY, 10), "Lê Thị Hai", "0912000111")
    barrier = threading.Barrier(12)

    def asker() -> None:
        barrier.wait()
        with suppress(TooManyBookings):
            phone_checks.ask(wish, address="10.0.0.1", at=AT)
        connection.close()

    threads = [threading.Thread(target=asker) for _n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert PhoneCheck.objects.count() == 5
