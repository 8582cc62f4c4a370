"""An appointment: booked by phone with a code, checked in at the kiosk, called on the board."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from national import serve
from tests.journeys.test_citizen_files import Walk, as_person, walk
from tests.support import people
from tests.support.appointments import Appointments, round_the_clock
from tests.support.browser import OpenPage
from tinhso.config import messaging
from tinhso.counter.models import Booking
from tinhso.counter.operations import following
from tinhso.counter.queries import openings as given
from tinhso.foundation import jobs, moments, worktime
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["walk"]
PHONE = "0912345678"


@pytest.fixture
def carriers(national: serve.Running, live_site: str, settings: LazySettings) -> serve.Running:
    """The sandbox carries messages of this site."""
    settings.MESSAGING = messaging.read(
        home=settings.HOME, production=False, sandbox=national.base, contact="mailto:a@b.vn"
    )
    national.app.state.carrier.receipts.callback = f"{live_site}/goi-lai/"
    return national


def books(walk: Walk, place: Appointments, site: str, handset: Page, carriers: serve.Running) -> Booking:
    """By phone number, for the next quarter of an hour or so."""
    page = walk.page
    page.goto(f"{site}/dat-lich/")
    walk.looked("noi")
    page.get_by_role("link", name=place.counter.queue.name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Chọn ngày đến")
    walk.looked("ngay")
    soon = given.next_free(place.service, at=moments.now() + timedelta(minutes=10), most=1)[0]
    page.goto(f"{site}/dat-lich/{place.counter.queue.slug}/A/{local(soon.starts_at):%Y-%m-%d}/")
    walk.looked("gio")
    page.get_by_role("link", name=f"{local(soon.starts_at):%H:%M}").first.click()
    walk.looked("ai-den")
    page.get_by_role("button", name="Nhận mã xác nhận").click()
    walk.looked("ai-den-loi")
    page.get_by_label("Họ và tên").fill("Thạch Thị Sa Rươne")
    page.get_by_label("Số điện thoại di động").fill("0912 345 678")
    page.get_by_role("button", name="Nhận mã xác nhận").click()
    walk.looked("ma")
    jobs.run_until_empty()
    handset.goto(f"{carriers.base}/messages/{PHONE}")
    told = re.search(r"dat lich hen: (\d{6})", handset.content())
    assert told
    page.get_by_label("Mã xác nhận").fill(told[1])
    page.get_by_role("button", name="Đặt lịch hẹn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lịch hẹn của ông/bà")
    walk.looked("bien-nhan")
    return Booking.objects.get()


def test_from_the_phone_over_the_kiosk_to_the_board(
    live_site: str, carriers: serve.Running, walk: Walk, open_page: OpenPage
) -> None:
    place = round_the_clock(at=moments.now())
    queue = place.counter.queue
    booking = books(walk, place, live_site, open_page("phone"), carriers)
    machines = f"{live_site}/quay/{queue.slug}/{queue.key}"

    kiosk = Walk(open_page("desktop"))
    kiosk.page.goto(f"{machines}/lay-so/")
    kiosk.page.get_by_role("link", name="Tôi có lịch hẹn").click()
    kiosk.looked("may-hen")
    kiosk.page.get_by_label("Mã hẹn").fill("0000 0000")
    kiosk.page.get_by_role("button", name="Nhận số").click()
    kiosk.looked("may-hen-loi")
    kiosk.page.get_by_label("Mã hẹn").fill(str(booking))
    kiosk.page.get_by_role("button", name="Nhận số").click()
    expect(kiosk.page.get_by_role("heading", level=1)).to_contain_text("A001")

    board = Walk(open_page("desktop"))
    board.page.goto(f"{machines}/bang/")
    expect(board.page.get_by_role("heading", name="Có hẹn")).to_be_visible()
    board.looked("bang-co-hen")

    desk = Walk(open_page("desktop"))
    as_person(desk.page, live_site, place.counter.hoa)
    desk.page.goto(f"{live_site}/can-bo/quay/")
    desk.page.locator("[data-key=G]").click()
    expect(board.page.locator(".qu-board__row--new")).to_contain_text("A001")
    board.looked("bang-goi")
    walk.page.reload()
    walk.looked("da-den")
    walk.page.get_by_role("link", name=re.compile("A001")).click()
    expect(walk.page.get_by_role("heading", level=2)).to_contain_text("quầy số 1")


def test_a_flood_closes_the_day_and_the_person_takes_another_time_in_one_touch(
    live_site: str, carriers: serve.Running, walk: Walk, open_page: OpenPage
) -> None:
    place, at = round_the_clock(at=moments.now()), moments.now()
    tomorrow = today(at) + timedelta(days=1)
    slot = given.times(place.service, at=at, on=tomorrow)[tomorrow][60]
    booking = place.book(slot.starts_at, phone=PHONE, at=at)
    ref = given.calendar_of(place.service.office, on=today(at))
    worktime.set_day(ref, tomorrow, kind=worktime.DayKind.CLOSED, name="Bão số 5", by=SYSTEM, at=at)
    following.follow(ref, why="Đóng cửa đột xuất: Bão số 5", at=at)

    desk = Walk(open_page("desktop"))
    as_person(desk.page, live_site, people.officer("supervisor", place.counter.office.one_stop))
    desk.page.goto(f"{live_site}/can-bo/quay/lich-hen/")
    desk.page.get_by_role("link", name="1 lịch hẹn phải đổi giờ").click()
    expect(desk.page.get_by_role("cell", name=str(booking), exact=True)).to_be_visible()
    desk.looked("phai-doi")

    walk.page.goto(f"{live_site}/lich-hen/{booking.token}/")
    walk.looked("can-chon-gio-khac")
    walk.page.get_by_role("button", name="Đổi sang giờ này").first.click()
    expect(walk.page.get_by_text("Đã đổi giờ hẹn")).to_be_visible()
    walk.looked("da-doi")
    walk.page.get_by_role("link", name="Đổi sang giờ khác").click()
    walk.looked("doi-ngay")
    walk.page.locator("a.qu-slot").last.click()
    walk.looked("doi-gio")
    walk.page.locator("button.qu-slot").last.click()
    walk.page.get_by_role("link", name="Huỷ lịch hẹn").click()
    walk.looked("huy")
    walk.page.get_by_role("button", name="Huỷ lịch hẹn").click()
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Lịch hẹn đã huỷ")
    walk.looked("da-huy")


def test_the_desk_books_for_who_calls_and_sets_the_hours(live_site: str, walk: Walk) -> None:
    place, page = round_the_clock(at=moments.now()), walk.page
    as_person(page, live_site, place.counter.hoa)
    page.goto(f"{live_site}/can-bo/quay/lich-hen/")
    walk.looked("lich-trong")
    page.get_by_role("link", name="Đặt lịch hẹn giúp").click()
    page.get_by_role("button", name="Đặt lịch hẹn").click()
    walk.looked("dat-giup-loi")
    page.get_by_role("radio").last.check()
    page.get_by_label("Họ và tên").fill("Ông Bảy")
    page.get_by_label("Số điện thoại di động").fill("0912000333")
    page.get_by_role("button", name="Đặt lịch hẹn").click()
    expect(page.get_by_text("Ông Bảy")).to_be_visible()
    walk.looked("lich-ngay")
    as_person(page, live_site, people.officer("supervisor", place.counter.office.one_stop))
    page.goto(f"{live_site}/can-bo/quay/lich-hen/mau/")
    walk.looked("gio-nhan-hen")
    page.goto(f"{live_site}/can-bo/quay/lich-hen/mau/?viec=B")
    page.get_by_role("button", name="Lưu giờ nhận hẹn").click()
    walk.looked("gio-nhan-hen-mau")
