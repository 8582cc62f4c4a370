"""The work list in a real browser: filter and keep it, look at dossiers without leaving it, choose many."""

from __future__ import annotations

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support.browser import OpenPage, axe, fits
from tests.support.office import Office, filed, give_work, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
LIST = "/can-bo/ho-so/"


@pytest.fixture
def place() -> Office:
    return office()


def test_a_list_is_filtered_kept_under_a_name_and_opened_again_by_its_digit(
    page: Page, live_site: str, place: Office
) -> None:
    waiting, taken = filed(place), filed(place)
    intake.accept(dossier_id=taken.id, by=place.intake, at=moments.now())
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}{LIST}?xem=co-quan")
    page.keyboard.press("l")

    expect(page.locator("h1")).to_have_text("Lọc: Cả cơ quan")
    assert axe(page) == []
    assert fits(page)
    page.get_by_label("Đã gửi, chờ tiếp nhận (1)").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".dk-count")).to_have_text("1 hồ sơ")
    expect(page.locator("tr[data-row]")).to_contain_text(waiting.code)
    expect(page.locator(".dk-chip")).to_contain_text("Đã gửi, chờ tiếp nhận")
    assert axe(page) == []
    assert fits(page)

    page.get_by_role("link", name="Lưu thành danh mục").click()
    assert axe(page) == []
    page.get_by_label("Tên danh mục").fill("Chờ tôi nhận")
    page.get_by_label("Phím số để mở").select_option("9")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Chờ tôi nhận")

    page.goto(f"{live_site}{LIST}danh-muc/")
    assert axe(page) == []
    assert fits(page)
    page.goto(f"{live_site}{LIST}cot/?xem=don-vi")
    assert axe(page) == []
    assert fits(page)

    page.goto(f"{live_site}/can-bo/")
    if page.locator("#views").is_hidden():
        page.locator("[data-toggle-views]").click()
    page.keyboard.press("9")
    expect(page.locator("h1")).to_have_text("Chờ tôi nhận")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.get_by_role("link", name="Xóa lọc").click()
    expect(page.locator("tr[data-row]")).to_have_count(2)


def test_a_dossier_stands_beside_the_list_and_follows_the_focus(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    first, second, third = filed(place), filed(place), filed(place)
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}{LIST}?xem=don-vi")
    page.keyboard.press("v")
    beside = page.locator("[data-beside]")
    expect(beside).to_contain_text("Chọn một dòng")

    page.keyboard.press("ArrowDown")
    expect(beside.locator("article")).to_have_attribute("data-code", first.code)
    expect(page.locator(f'[id="d-{first.code}"]')).to_be_focused()
    assert axe(page) == []
    assert fits(page)
    page.keyboard.press("n")
    expect(beside.locator("article")).to_have_attribute("data-code", second.code)
    page.keyboard.press("n")
    expect(beside.locator("article")).to_have_attribute("data-code", third.code)
    expect(page.locator("tr[aria-current]")).to_contain_text(third.code)
    page.keyboard.press("Shift+N")
    expect(beside.locator("article")).to_have_attribute("data-code", second.code)

    other = open_page("desktop")
    other.context.add_cookies(page.context.cookies())  # type: ignore[arg-type]  # what cookies() gave
    other.goto(f"{live_site}{LIST}?xem=cua-toi")
    expect(other.locator("[data-beside]")).to_be_visible()
    other.set_viewport_size({"width": 900, "height": 800})
    expect(other.locator("[data-beside]")).to_be_hidden()
    page.keyboard.press("v")
    expect(beside).to_have_count(0)


def test_space_looks_at_a_dossier_in_any_width_and_escape_gives_the_row_back(
    page: Page, live_site: str, place: Office
) -> None:
    first, second = filed(place), filed(place)
    sign_in(page, live_site, place.intake)
    for address in (f"{LIST}?xem=don-vi", "/can-bo/"):
        page.goto(live_site + address)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")
        panel = page.get_by_role("dialog")
        expect(panel.locator("article")).to_have_attribute("data-code", first.code)
        expect(panel.locator("h2")).to_be_focused()
        assert axe(page) == []
        assert fits(page)
        page.keyboard.press("n")
        expect(panel.locator("article")).to_have_attribute("data-code", second.code)
        page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(page.locator(f'[id="d-{second.code}"]')).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".ui-identity__code")).to_have_text(second.code)
    page.keyboard.press("Escape")
    expect(page.locator(f'[id="d-{second.code}"]')).to_be_focused()


def test_a_range_is_ticked_and_shrinks_and_the_whole_list_is_a_second_step(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    filed(place)
    sample = Dossier.objects.values().get()
    with transaction.atomic():
        Dossier.objects.bulk_create(
            Dossier(**{**sample, "id": new_id(), "code": f"H02.{number}"}) for number in range(53)
        )
        give_work()
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}{LIST}?xem=don-vi&tt=submitted")
    said = page.locator("[data-bulk-count]")
    whole = page.get_by_role("button", name="Chọn cả 54 hồ sơ đang lọc")

    page.keyboard.press("Home")
    for _each in range(3):
        page.keyboard.press("Shift+ArrowDown")
    expect(said).to_have_text("Đã chọn 4 hồ sơ")
    page.keyboard.press("Shift+ArrowUp")
    expect(said).to_have_text("Đã chọn 3 hồ sơ")
    page.keyboard.press("End")
    expect(page.locator("tr[data-row]").last).to_be_focused()
    expect(whole).to_be_hidden()
    page.get_by_label("Chọn mọi hồ sơ của trang này").check()
    expect(said).to_have_text("Đã chọn 50 hồ sơ")
    assert axe(page) == []
    whole.click()
    expect(page.locator("h1")).to_have_text("Tiếp nhận 54 hồ sơ")


def test_without_a_script_filters_columns_and_glances_are_pages(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    code = filed(place).code
    page = open_page("phone", javascript=False)
    signed = open_page("phone")
    sign_in(signed, live_site, place.intake)
    page.context.add_cookies(signed.context.cookies())  # type: ignore[arg-type]  # what cookies() gave
    page.goto(f"{live_site}{LIST}?xem=don-vi")
    page.get_by_role("link", name="Thêm lọc").click()
    page.get_by_label("Trực tuyến (1)").check()
    page.get_by_role("button", name="Lọc").first.click()
    expect(page.locator(".dk-chip")).to_contain_text("Trực tuyến")
    page.get_by_role("link", name="Chọn cột").click()
    page.get_by_role("button", name="Đưa cột Chủ hồ sơ lên trước").click()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator("tr[data-row] td").nth(3)).to_contain_text("Danh Sóc Kha")
    page.goto(f"{live_site}{LIST}{code}/xem-nhanh/?xem=don-vi")
    expect(page.locator("h2", has_text="Danh Sóc Kha")).to_be_visible()
