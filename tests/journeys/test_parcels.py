"""A result goes by post: chosen at home, sent by the desk, followed by its person, come back, handed over."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from national import serve
from tests.journeys.test_officer_day import sign_in, status
from tests.journeys.test_turns import as_citizen
from tests.parcels.conftest import Post, national, notices, post  # noqa: F401 - fixtures
from tests.parcels.test_hearing import PATHS, out, stations
from tests.support.browser import OpenPage, axe, fits
from tests.support.office import Office
from tests.support.posting import post_office, prepared, sealed, to_send
from tinhso.dossiers.models import Dossier
from tinhso.foundation import jobs, moments
from tinhso.parcels import hearing
from tinhso.parcels.contracts import State
from tinhso.parcels.models import Manifest, Parcel
from tinhso.parcels.operations import handing

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
HOME = "/can-bo/buu-dien/"
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")


@pytest.fixture
def place() -> Office:
    return post_office(at=moments.now())


def look(page: Page, name: str, *, without: tuple[str, ...] = ()) -> None:
    """The page is clean and fits; drawn when pictures are wanted."""
    page.wait_for_load_state("networkidle")
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    assert axe(page, without=without) == [], name
    assert fits(page), name


def moved(site: Post, parcel: Parcel, expected: str, *steps: str) -> None:
    """The carrier moves it on, and its notice has come."""
    site.move(parcel.key, *steps)
    end = moments.now() + timedelta(seconds=10)
    while Parcel.objects.get(id=parcel.id).state != expected:
        assert moments.now() < end, "the notice did not come"


@pytest.mark.usefixtures("notices")
def test_a_result_goes_from_a_choice_at_home_into_the_receivers_hands(
    open_page: OpenPage,
    live_site: str,
    place: Office,
    post: Post,  # noqa: F811 - the fixture
) -> None:
    dossier_id = sealed(place, at=moments.now())
    code = Dossier.objects.get(id=dossier_id).code
    person = open_page("phone")
    person.goto(live_site)
    as_citizen(person, live_site, place.citizen)
    person.goto(f"{live_site}/ho-so/{code}/")
    person.get_by_role("link", name="Đổi nơi nhận kết quả").click()
    person.get_by_role("button", name="Nhận qua bưu điện").click()
    person.get_by_label("Điện thoại người nhận").fill("12")
    person.get_by_role("button", name="Nhận qua bưu điện").click()
    look(person, "chon-loi")
    expect(person.get_by_label("Họ và tên người nhận")).to_have_value("Danh Sóc Kha")
    person.get_by_label("Điện thoại người nhận").fill("0912 345 678")
    person.get_by_label("Xã, phường, đặc khu").fill("Vĩnh Thạnh Vân, Rạch Giá")
    person.get_by_label("Không thấy? Ghi tay").check()
    person.get_by_label("Ấp hoặc khu phố").fill("12 Lý Thường Kiệt")
    person.get_by_label("Không", exact=True).check()
    person.get_by_role("button", name="Nhận qua bưu điện").click()
    expect(person.get_by_text("giao cho Danh Sóc Kha")).to_be_visible()

    desk = open_page("desktop")
    desk.goto(live_site)
    sign_in(desk, live_site, place.intake)
    desk.goto(f"{live_site}{HOME}")
    expect(desk.get_by_role("row").filter(has_text=code)).to_contain_text("12 Lý Thường Kiệt")
    desk.get_by_role("button", name="Gửi bưu điện").click()
    expect(desk.locator(".dk-done")).to_contain_text("Đã lập 1 bưu gửi")
    jobs.run_until_empty()
    parcel = Parcel.objects.get()
    desk.reload()
    desk.get_by_role("button", name="Lập bảng kê").click()
    desk.get_by_label("Họ tên bưu tá đã ký nhận").fill("Nguyễn Văn Tài")
    desk.get_by_role("button", name="Đã giao bưu tá").click()
    expect(desk.locator(".dk-done")).to_contain_text("Bưu tá Nguyễn Văn Tài đã ký nhận")

    moved(post, parcel, State.MISSED, "accepted", "in_transit", "out_for_delivery", "missed")
    person.reload()
    expect(person.get_by_text("Bưu tá chưa gặp người nhận, sẽ giao lại.").first).to_be_visible()
    expect(person.get_by_text(parcel.number).first).to_be_visible()
    look(person, "theo-doi")
    moved(post, parcel, State.DELIVERED, "out_for_delivery", "delivered")
    assert status(code) == "returned"
    person.reload()
    expect(person.get_by_text("Bưu điện đã giao cho Danh Sóc Kha.").first).to_be_visible()
    desk.goto(f"{live_site}/can-bo/quay/so-tra/")
    row = desk.get_by_role("row").filter(has_text=code)
    expect(row.get_by_label(f"Giấy tờ đã xem {code}")).to_have_value(f"Bưu gửi {parcel.number}")


def test_every_page_of_parcels_is_clean_and_fits(page: Page, live_site: str, place: Office) -> None:
    at = moments.now()
    waiting = Dossier.objects.get(id=to_send(place, at=at)).code
    prepared(place, at=at)
    out(place, at=at)
    away, back, lost = (out(place, at=at) for _n in range(3))
    handing.make(keys=[away.key], by=place.intake, at=at)
    hearing.hear(back.key, stations(PATHS["back"], at=at), at=at)
    hearing.hear(lost.key, stations(PATHS["lost"], at=at), at=at)
    page.goto(live_site)
    sign_in(page, live_site, place.intake)
    for name, address in (
        ("hom-nay", HOME),
        ("tat-ca", f"{HOME}tat-ca/"),
        ("hoan", f"{HOME}{back.number}/"),
        ("mat", f"{HOME}{lost.number}/"),
        ("bang-ke", f"{HOME}bang-ke/{Manifest.objects.get().id}/"),
        ("ho-so", f"/can-bo/ho-so/{waiting}/"),
        ("ghi-dia-chi", f"/can-bo/ho-so/{waiting}/qua-buu-dien/"),
    ):
        page.goto(f"{live_site}{address}")
        look(page, name)
    page.get_by_label("Điện thoại người nhận").fill("1")
    page.get_by_role("button", name="Trả qua bưu điện").last.click()
    look(page, "ghi-dia-chi-loi")
    page.goto(f"{live_site}{HOME}{back.number}/")
    page.get_by_role("button", name="Đã giải quyết").click()
    look(page, "hoan-loi")
    page.context.clear_cookies()
    as_citizen(page, live_site, place.citizen)
    code = Dossier.objects.get(id=back.dossier_id).code
    for name, address in (
        ("dan-ho-so", f"/ho-so/{code}/"),
        ("dan-noi-nhan", f"/ho-so/{code}/noi-nhan/"),
        ("dan-buu-dien", f"/ho-so/{code}/buu-dien/"),
    ):
        page.goto(f"{live_site}{address}")
        look(page, name)


def test_the_carriers_page_moves_a_parcel_on(
    open_page: OpenPage,
    live_site: str,
    place: Office,
    post: Post,  # noqa: F811 - the fixture
    national: serve.Running,  # noqa: F811 - the fixture
) -> None:
    prepared(place, at=moments.now())
    jobs.run_until_empty()
    page = open_page("desktop")
    page.goto(f"{national.base}/post")
    look(page, "buu-dien", without=("region",))
    page.get_by_role("button", name="Bưu tá đã lấy").first.click()
    expect(page.get_by_text("Đến bưu cục trung chuyển").first).to_be_visible()
    look(page, "buu-dien-sau", without=("region",))
