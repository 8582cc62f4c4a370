"""The pages of appointments, asked as nobody, as a stranger, from the wrong agency and as the right one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.support import people
from tests.support.appointments import ALWAYS, Appointments, appointments, phones, round_the_clock
from tests.support.counters import counters
from tinhso.config import messaging
from tinhso.counter import doors
from tinhso.counter.appointment_contracts import Booker
from tinhso.counter.models import Booking, Opening, PhoneCheck, Service, Ticket
from tinhso.counter.operations import bookings, openings, phone_checks
from tinhso.counter.queries import openings as given
from tinhso.foundation import moments
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM
from tinhso.notify.models import Message
from tinhso.procedures import api as procedures

pytestmark = pytest.mark.django_db
DESK = "/can-bo/quay/lich-hen/"


@pytest.fixture
def place(settings: LazySettings) -> Appointments:
    """An office that gives out appointments around the clock, so that any hour of a test is good."""
    settings.MESSAGING = messaging.read(
        home=settings.HOME, production=False, sandbox="http://127.0.0.1:9", contact="mailto:a@b.vn"
    )
    return round_the_clock(at=moments.now())


def root(place: Appointments) -> str:
    return f"/dat-lich/{place.counter.queue.slug}/"


def first_link(page: str, below: str) -> str:
    found = re.search(rf'href="({re.escape(below)}[^"]+)"', page)
    assert found, below
    return found[1]


def booked(place: Appointments) -> Booking:
    """A booking by phone for some forty minutes from now."""
    at = moments.now()
    soon = [slot for slot in given.next_free(place.service, at=at, most=5) if slot.free][4]
    return place.book(soon.starts_at, at=at)


def walk_to_a_time(place: Appointments, client: Client) -> str:
    """From the list of offices to the first time of tomorrow, by links alone."""
    assert root(place) in client.get("/dat-lich/").content.decode()
    services = client.get(root(place))
    days = client.get(services["Location"]).content.decode()
    tomorrow = today(moments.now()) + timedelta(days=1)
    times = client.get(first_link(days, f"{root(place)}A/{tomorrow}")).content.decode()
    return first_link(times, f"{root(place)}A/{tomorrow}/")


def test_nobody_books_with_a_phone_and_its_code(place: Appointments, client: Client) -> None:
    address = walk_to_a_time(place, client)
    assert "Nhận mã xác nhận" in client.get(address).content.decode()
    empty = client.post(address, {"ten": "", "so": ""})
    assert (empty.status_code, Booking.objects.count()) == (422, 0)
    asked = client.post(address, {"ten": "Thạch Thị Sa", "so": "0912 345 678"})
    code = asked["Location"]
    wrong = client.post(code, {"ma": "12"})
    assert (wrong.status_code, "không đúng" in wrong.content.decode()) == (422, True)
    once = Message.objects.get(template="counter.phone_code").body.split(": ")[1][:6]
    mine = client.post(code, {"ma": once})["Location"]
    page = client.get(mine).content.decode()
    booking = Booking.objects.get()
    assert mine == f"/lich-hen/{booking.token}/"
    assert str(booking) in page
    assert "<svg" in page
    assert "Thạch Thị Sa" not in page
    assert client.get(code).status_code == 404


def test_who_is_signed_in_books_with_one_touch(place: Appointments, client: Client) -> None:
    person = place.counter.office.citizen
    hers = people.client(person)
    address = walk_to_a_time(place, hers)
    assert person.name in hers.get(address).content.decode()
    mine = hers.post(address)["Location"]
    assert Booking.objects.get().person == person.id
    assert mine in hers.get("/ho-so/").content.decode()
    again = hers.post(address)["Location"]
    assert again == f"{mine}?da-co=1"
    assert "đã có lịch hẹn" in hers.get(again).content.decode()


def test_a_time_that_went_meanwhile_leads_to_the_others(place: Appointments) -> None:
    person = place.counter.office.citizen
    hers = people.client(person)
    address = walk_to_a_time(place, hers)
    day, clock = address.split("/")[-3:-1]
    starts_at = next(
        slot.starts_at
        for slot in given.times(place.service, at=moments.now(), on=date.fromisoformat(day))[
            date.fromisoformat(day)
        ]
        if f"{local(slot.starts_at):%H%M}" == clock
    )
    for phone in phones(3):
        place.book(starts_at, phone=phone, at=moments.now())
    gone = hers.post(address)
    assert "het-cho" in gone["Location"]
    assert "Giờ vừa chọn đã có người đặt trước" in hers.get(gone["Location"]).content.decode()


def test_addresses_that_lead_nowhere(place: Appointments, client: Client) -> None:
    for path in (
        "/dat-lich/khong-co/",
        f"{root(place)}Z/",
        f"{root(place)}A/2026-02-31/",
        f"{root(place)}A/2026-02-03/9999/",
        "/dat-lich/ma/khong-co/",
        "/lich-hen/khong-co/",
        "/lich-hen/khong-co/doi/",
        "/lich-hen/khong-co/huy/",
        "/lich-hen/khong-co/lich-hen.ics",
    ):
        assert client.get(path).status_code == 404, path


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_ends_of_time_are_days_without_times(
    place: Appointments, client: Client, day: str
) -> None:
    booking = booked(place)
    assert client.get(f"{root(place)}A/{day}/").status_code == 200
    assert client.get(f"/lich-hen/{booking.token}/doi/{day}/").status_code == 200
    for method in (client.get, client.post):
        assert method(f"{root(place)}A/{day}/0730/").status_code == 404
    moments_given = [f"{day}T00:00:00+14:00", f"{day}T23:59:59-14:00"]
    taken = [client.post(f"/lich-hen/{booking.token}/", {"gio": one}).status_code for one in moments_given]
    assert taken == [409, 409]
    officer = people.client(place.counter.hoa)
    assert officer.get(f"{DESK}?ngay={day}").status_code == 200
    given_ = {"viec": str(place.counter.a), "ten": "A", "so": "0912000333"}
    for one in (*moments_given, f"{day}T00:00:00"):
        assert officer.post(f"{DESK}dat/", given_ | {"gio": one}).status_code == 409
    assert not Message.objects.filter(template="counter.phone_code").exists()


def test_a_phone_that_showed_itself_for_one_service_books_no_other(
    place: Appointments, client: Client
) -> None:
    other = place.counter.b
    openings.open_from(
        service_id=other, pattern=ALWAYS, first=today(moments.now()), by=SYSTEM, at=moments.now()
    )
    check = confirmed(place, at=moments.now())
    letter = Service.objects.get(id=other).letter
    starts = local(place.next(at=moments.now() + timedelta(hours=2)))
    page = f"{root(place)}{letter}/{starts:%Y-%m-%d}/{starts:%H%M}/?ma={check.token}"
    assert "Lê Thị Hai" not in client.get(page).content.decode()
    client.post(page)
    assert not Booking.objects.exists()


def confirmed(place: Appointments, *, at: datetime) -> PhoneCheck:
    """A phone that has just shown itself, for the first service."""
    wish = phone_checks.Wish(place.counter.a, place.next(at=at), "Lê Thị Hai", "0912000111")
    token = phone_checks.ask(wish, address="10.0.0.9", at=at)
    PhoneCheck.objects.filter(token=token).update(confirmed_at=at)
    return PhoneCheck.objects.get(token=token)


def test_a_link_changes_and_cancels(place: Appointments, client: Client) -> None:
    booking = booked(place)
    mine = f"/lich-hen/{booking.token}/"
    tomorrow = today(moments.now()) + timedelta(days=1)
    assert str(tomorrow) in client.get(f"{mine}doi/").content.decode()
    times = client.get(f"{mine}doi/{tomorrow}/").content.decode()
    later = re.findall(r'name="gio" value="([^"]+)"', times)
    assert client.post(mine, {"gio": later[-1]})["Location"] == f"{mine}?da-doi=1"
    booking.refresh_from_db()
    assert local(booking.starts_at).date() == tomorrow
    assert client.post(mine, {"gio": "hôm qua"}).status_code == 422
    file = client.get(f"{mine}lich-hen.ics").content.decode()
    assert f"DTSTART:{booking.starts_at:%Y%m%dT%H%M%SZ}" in file
    assert all(len(line.encode()) <= 75 for line in file.split("\r\n"))
    assert "Tám" not in file
    assert client.get(f"{mine}huy/").status_code == 200
    assert client.post(f"{mine}huy/")["Location"] == mine
    assert "Lịch hẹn đã huỷ" in client.get(mine).content.decode()
    assert client.post(f"{mine}huy/").status_code == 409


def test_a_displaced_one_is_offered_other_times_in_one_touch(place: Appointments, client: Client) -> None:
    booking = booked(place)
    Booking.objects.update(state="displaced", reason="Bão số 5")
    mine = f"/lich-hen/{booking.token}/"
    page = client.get(mine).content.decode()
    offers = re.findall(r'name="gio" value="([^"]+)"', page)
    assert len(offers) == 3
    assert "Bão số 5" in page
    assert client.post(mine, {"gio": offers[0]}).status_code == 302
    booking.refresh_from_db()
    assert booking.state == "booked"


def test_the_kiosk_takes_the_code_or_the_qr_and_gives_a_number(place: Appointments, client: Client) -> None:
    queue = place.counter.queue
    kiosk = f"/quay/{queue.slug}/{queue.key}/den-hen/"
    booking = booked(place)
    assert kiosk in client.get(f"/quay/{queue.slug}/{queue.key}/lay-so/").content.decode()
    for wrong in ("", "11112222", "https://khac/lich-hen/khong/", "\x00"):
        assert client.post(kiosk, {"ma": wrong}).status_code == 422
    there = client.post(kiosk, {"ma": booking.code})
    booking.refresh_from_db()
    assert booking.ticket is not None
    assert there["Location"].endswith(f"/phieu/{booking.ticket.token}/")
    assert "A001" in client.get(there["Location"]).content.decode()
    scanned = client.post(kiosk, {"ma": f"http://tinh.test/lich-hen/{booking.token}/"})
    assert (scanned["Location"], Ticket.objects.count()) == (there["Location"], 1)
    board = client.get(f"/quay/{queue.slug}/{queue.key}/bang/").content.decode()
    assert f"A001 <small>{local(booking.starts_at):%H:%M}</small>" in board
    other = appointments(at=moments.now()).counter.queue
    elsewhere = client.post(f"/quay/{other.slug}/{other.key}/den-hen/", {"ma": booking.code})
    assert elsewhere.status_code == 422
    assert client.get(f"/quay/{queue.slug}/{'x' * 22}/den-hen/").status_code == 404


def test_a_phone_checks_in_with_the_code_at_the_door(place: Appointments, client: Client) -> None:
    booking = booked(place)
    mine = f"/lich-hen/{booking.token}/"
    if local(booking.starts_at).date() == today(moments.now()):
        assert "Tôi đã đến" in client.get(mine).content.decode()
    wrong = client.post(mine, {"ma": "000"})
    assert (wrong.status_code, "Mã ở cửa không đúng" in wrong.content.decode()) == (422, True)
    code = doors.code(place.counter.queue, on=today(moments.now()))
    assert client.post(mine, {"ma": code})["Location"].startswith("/so/")
    assert "Ông/bà đã đến" in client.get(mine).content.decode()


ROUTES = ("", "dat/", "phai-doi/")


@pytest.mark.parametrize("route", ROUTES)
def test_the_desk_is_for_the_officers_of_the_office(place: Appointments, client: Client, route: str) -> None:
    booking = booked(place)
    Booking.objects.update(state="displaced", reason="Bão")
    stranger = people.officer("intake_officer")
    elsewhere = counters(at=moments.now()).hoa
    assert client.get(DESK + route).status_code == 302
    assert people.client(place.counter.office.citizen).get(DESK + route).status_code == 302
    assert people.client(place.counter.office.specialist).get(DESK + route).status_code == 403
    for other in (stranger, elsewhere):
        page = people.client(other).get(DESK + route)
        assert page.status_code == 200
        assert booking.code[:4] not in page.content.decode()
        assert "Tám" not in page.content.decode()
    assert people.client(place.counter.hoa).get(DESK + route).status_code == 200


def test_nobody_else_turns_a_booking(place: Appointments, client: Client) -> None:
    booking = booked(place)
    elsewhere = people.client(counters(at=moments.now()).hoa)
    for act in ("den", "huy"):
        assert client.post(f"{DESK}{booking.id}/{act}/").status_code == 302
        assert elsewhere.post(f"{DESK}{booking.id}/{act}/", {"vi-sao": "Thử"}).status_code == 403
    assert elsewhere.get(f"{DESK}dat/?doi={booking.id}").status_code == 404
    assert elsewhere.post(f"{DESK}dat/", {"viec": str(place.counter.a), "gio": "x"}).status_code == 200
    booking.refresh_from_db()
    assert booking.state == "booked"


def test_the_day_at_the_desk(place: Appointments) -> None:
    desk = people.client(place.counter.hoa)
    booking = booked(place)
    day = f"{DESK}?ngay={local(booking.starts_at):%Y-%m-%d}"
    page = desk.get(day).content.decode()
    assert "Trần Văn Tám" in page
    assert str(booking) in page
    assert "Lịch hẹn" in desk.get("/can-bo/quay/").content.decode()
    assert desk.get(f"{DESK}?ngay=khong&viec=B").status_code == 200
    silent = desk.post(f"{DESK}{booking.id}/huy/")["Location"]
    assert "Hãy ghi lý do huỷ" in desk.get(silent).content.decode()
    assert "Hãy ghi lý do huỷ" not in desk.get(silent).content.decode()
    desk.post(f"{DESK}{booking.id}/den/")
    booking.refresh_from_db()
    assert booking.state == "arrived"
    again = desk.post(f"{DESK}{booking.id}/den/", follow=True)
    assert "Đã đến" in again.content.decode()


def test_an_officer_books_and_moves_for_who_calls(place: Appointments) -> None:
    desk = people.client(place.counter.hoa)
    tomorrow = today(moments.now()) + timedelta(days=1)
    page = desk.get(f"{DESK}dat/?ngay={tomorrow}").content.decode()
    hours = re.findall(r'name="gio"[^>]* value="([^"]+)"', page)
    given_by_phone = {"viec": str(place.counter.a), "ten": "Ông Bảy", "so": "0912000333"}
    for missing in ({"gio": ""}, {"gio": hours[0], "so": ""}, {"gio": hours[0], "so": "12"}):
        refused = desk.post(f"{DESK}dat/", given_by_phone | missing)
        assert refused.status_code == 422
        assert "Ông Bảy" in refused.content.decode()
    done = desk.post(f"{DESK}dat/", given_by_phone | {"gio": hours[0]}, follow=True)
    assert "Ông Bảy" in done.content.decode()
    booking = Booking.objects.get()
    assert desk.post(f"{DESK}dat/", given_by_phone | {"gio": hours[1]}).status_code == 409
    moved = desk.post(f"{DESK}dat/", {"doi": str(booking.id), "gio": hours[2]})
    assert moved.status_code == 302
    booking.refresh_from_db()
    assert local(booking.starts_at).isoformat(timespec="minutes") == hours[2]
    later = desk.post(f"{DESK}{booking.id}/huy/", {"vi-sao": "Người hẹn bận"}, follow=True)
    assert "Đã huỷ lịch hẹn" in later.content.decode()


def test_a_supervisor_sets_what_is_given_out(place: Appointments) -> None:
    address = f"{DESK}mau/"
    boss = people.client(people.officer("supervisor", place.counter.office.one_stop))
    assert people.client(place.counter.hoa).get(address).status_code == 403
    assert "Chưa nhận hẹn" in boss.get(address).content.decode()
    first = today(moments.now()) + timedelta(days=1)
    form = {
        "viec": "B",
        "first_day": first.day,
        "first_month": first.month,
        "first_year": first.year,
        "minutes": "20",
        "at_once": "2",
        "ahead_days": "7",
        "cancel_minutes": "60",
        "day0": "7:30-10:30, 13:30-16:00",
    }
    form |= {f"first-{part}": getattr(first, part) for part in ("day", "month", "year")}
    for wrong in ({"day0": "10:30-7:30"}, {"day0": "sáng"}, {"minutes": "1"}):
        refused = boss.post(address, form | wrong)
        assert refused.status_code == 422
        assert next(iter(wrong.values())) in refused.content.decode()
    assert "ít nhất một ngày" in boss.post(address, form | {"day0": ""}).content.decode()
    assert boss.post(address, form).status_code == 302
    opening = Opening.objects.get(service=place.counter.b)
    assert (opening.week, opening.effective_from) == ({"0": [[450, 630], [810, 960]]}, first)
    assert "7:30-10:30" in boss.get(f"{address}?viec=B").content.decode()
    assert boss.post(address, {"viec": "B", "dung": "1"}).status_code == 302
    opening.refresh_from_db()
    assert opening.effective_to == opening.effective_from
    other = people.client(people.officer("supervisor"))
    assert "Hộ tịch" not in other.get(address).content.decode()


def test_a_procedure_leads_to_the_offices_that_give_out_its_field(
    place: Appointments, client: Client
) -> None:
    code = procedures.version(place.counter.office.version).code
    (line,) = procedures.by_codes([code], at=moments.now())
    assert "Đặt lịch hẹn" not in client.get(f"/thu-tuc/{code}/").content.decode()
    Service.objects.filter(id=place.counter.a).update(sectors=[line.sector_slug])
    page = client.get(f"/thu-tuc/{code}/").content.decode()
    link = first_link(page, "/dat-lich/?thu-tuc=")
    offices = client.get(link).content.decode()
    assert f"{root(place)}?thu-tuc={code}" in offices
    assert client.get(f"{root(place)}?thu-tuc={code}")["Location"] == f"{root(place)}A/"


def test_a_day_costs_the_same_however_full_it_is(
    place: Appointments, django_assert_max_num_queries: Callable[..., object]
) -> None:
    at = moments.now()
    free = given.next_free(place.service, at=at, most=40)
    for phone, slot in zip(phones(40), free, strict=True):
        who = Booker("Ai đó", phone=phone)
        bookings.book(service_id=place.counter.a, starts_at=slot.starts_at, who=who, at=at)
    desk, day = people.client(place.counter.hoa), f"{DESK}?ngay={local(free[20].starts_at):%Y-%m-%d}"
    desk.get(day)
    with django_assert_max_num_queries(25):
        desk.get(day)
    with django_assert_max_num_queries(12):
        Client().get(f"{root(place)}A/")


def test_an_office_that_gives_out_nothing_more_is_not_listed(place: Appointments, client: Client) -> None:
    openings.open_from(
        service_id=place.counter.a, pattern=None, first=today(moments.now()), by=SYSTEM, at=moments.now()
    )
    assert root(place) not in client.get("/dat-lich/").content.decode()
    assert "chưa nhận đặt lịch" in client.get(root(place)).content.decode()
