"""Words typed on a phone: kept on the server, on the phone without a net, and never lost between two tabs."""

from __future__ import annotations

import gzip
import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.dossiers.public.conftest import FORM, Town, a_procedure
from tests.journeys.test_citizen_files import as_person
from tests.support import people
from tests.support.browser import OpenPage, axe
from tests.support.office import SENT, office
from tinhso.dossiers.models import Draft
from tinhso.forms import api as forms
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.models import SignIn
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")
QUESTION_PAGE_BYTES = 12 * 1024


def pictured(page: Page, name: str) -> None:
    assert axe(page) == [], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.fixture
def town() -> Town:
    place = office()
    form = forms.publish(code=f"to-khai-{new_id().hex[-6:]}", definition=FORM, by=SYSTEM, at=SENT)
    code, version = a_procedure(level=procedures.AgencyLevel.PROVINCE, form=form)
    town = Town(office=place, code=code, version=version, browser=people.client(place.citizen))
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(place.agency)})
    return town


def opened(page: Page, site: str, town: Town, name: str = "ten-con") -> Page:
    page.set_default_timeout(20_000)
    if not page.context.cookies():
        as_person(page, site, town.office.citizen)
    page.goto(f"{site}{town.root}phan/{name}/")
    expect(page.locator("form[data-keep]")).to_have_attribute("data-watched", "")
    return page


def test_a_pause_saves_and_says_so(live_site: str, open_page: OpenPage, town: Town) -> None:
    page = opened(open_page("phone"), live_site, town)
    page.locator('[name="con.ho_ten"]').press_sequentially("Trần Gia Bảo")
    expect(page.locator('[data-state="saved"]')).to_be_visible()
    pictured(page, "da-luu")

    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('ban:'))") == []


def test_without_a_net_words_stay_on_the_phone_and_are_offered_later(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = opened(open_page("phone"), live_site, town)
    page.context.set_offline(True)
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    expect(page.locator('[data-state="here"]')).to_be_visible()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Hồ sơ chưa được gửi. Khi có mạng")).to_be_visible()
    pictured(page, "da-luu-tren-may")
    assert "con" not in Draft.objects.get().answers

    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_text("mới hơn phần đã lưu")).to_be_visible()
    expect(page.locator('[name="con.ho_ten"]')).to_have_value("")
    pictured(page, "may-con-giu")
    page.get_by_role("button", name="Dùng phần trên máy này").click()
    expect(page.locator('[name="con.ho_ten"]')).to_have_value("Trần Gia Bảo")
    expect(page.locator('[data-state="saved"]')).to_be_visible()

    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"
    page.reload()
    expect(page.locator("[data-offer]")).to_be_hidden()


def test_a_server_that_cannot_save_is_told_of_and_asked_again(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = opened(open_page("phone"), live_site, town)
    page.route("**/luu/", lambda route: route.fulfill(status=503, body="{}"))
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    again = page.get_by_role("button", name="Chưa lưu, thử lại")
    expect(again).to_be_visible()
    pictured(page, "chua-luu")

    page.unroute("**/luu/")
    again.click()
    expect(page.locator('[data-state="saved"]')).to_be_visible()
    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"


def test_two_tabs_lose_no_words(live_site: str, open_page: OpenPage, town: Town) -> None:
    first = opened(open_page("phone"), live_site, town)
    second = first.context.new_page()
    opened(second, live_site, town)
    first.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    expect(first.locator('[data-state="saved"]')).to_be_visible()

    second.locator('[name="con.ho_ten"]').fill("Trần Gia Huy")
    expect(second.get_by_role("button", name="Chưa lưu, thử lại")).to_be_visible()
    second.get_by_role("button", name="Tiếp tục").click()
    expect(second.locator("#ban-khac")).to_contain_text("Trần Gia Bảo")
    expect(second.locator('[name="con.ho_ten"]')).to_have_value("Trần Gia Huy")
    pictured(second, "hai-cua-so")
    second.get_by_role("button", name="Tiếp tục").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("Có điều gì cần nói thêm")

    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Huy"


def test_a_copy_goes_from_the_phone_once_the_server_has_the_page(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = opened(open_page("phone"), live_site, town)
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Có điều gì cần nói thêm")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('ban:'))") == []


def test_a_page_left_before_the_pause_is_saved_all_the_same(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = opened(open_page("phone"), live_site, town)
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    page.get_by_role("link", name="Quay lại").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nộp hồ sơ ở đâu?")
    for _turn in range(50):
        if "con" in Draft.objects.get().answers:
            break
        page.wait_for_timeout(200)
    page.goto(f"{live_site}{town.root}phan/ten-con/")
    expect(page.locator('[name="con.ho_ten"]')).to_have_value("Trần Gia Bảo")
    expect(page.locator("[data-offer]")).to_be_hidden()


def test_a_page_left_while_a_save_is_under_way_is_saved_all_the_same(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = opened(open_page("phone"), live_site, town)
    held: list[Route] = []
    page.route("**/luu/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/luu/"):
        page.locator('[name="con.ho_ten"]').fill("Trần Gia")
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    page.get_by_role("link", name="Quay lại").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nộp hồ sơ ở đâu?")
    for _turn in range(50):
        if "con" in Draft.objects.get().answers:
            break
        page.wait_for_timeout(200)
    assert Draft.objects.get().answers["con"]["ho_ten"] == "Trần Gia Bảo"


def test_the_page_warns_before_the_sign_in_ends_and_one_touch_extends_it(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = open_page("phone")
    as_person(page, live_site, town.office.citizen)
    SignIn.objects.update(seen_at=moments.now())
    opened(page, live_site, town)
    expect(page.locator("form[data-session]")).to_be_hidden()
    page.evaluate("localStorage.setItem('con', '0')")
    page.clock.install()
    page.reload()
    page.clock.fast_forward("27:30")
    expect(page.get_by_text("Còn 3 phút nữa sẽ tự đăng xuất")).to_be_visible()
    pictured(page, "sap-het-phien")
    page.get_by_role("button", name="Ở lại").click()
    expect(page.locator("form[data-session]")).to_be_hidden()

    page.clock.fast_forward("31:00")
    expect(
        page.get_by_text("Đã đăng xuất vì 30 phút không thao tác. Nội dung đã nhập vẫn còn.")
    ).to_be_visible()
    pictured(page, "het-phien")


def test_words_typed_after_the_session_ended_stay_on_the_phone(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = opened(open_page("phone"), live_site, town)
    SignIn.objects.update(seen_at=moments.now() - timedelta(days=1))
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    expect(page.locator('[data-state="here"]')).to_be_visible()


def test_all_scripts_of_a_question_page_stay_below_12_kb(
    live_site: str, open_page: OpenPage, province: None
) -> None:
    version = procedures.published(code="1.001193", at=moments.now())
    assert version.form_version_id
    citizen = people.person("Danh Sóc Kha", phone="0912345678")
    page = open_page("phone", service_workers="block")
    as_person(page, live_site, citizen)
    loaded: dict[str, int] = {}

    def weigh(route: Route) -> None:
        answer = route.fetch()
        if route.request.resource_type == "script":
            loaded[route.request.url] = len(gzip.compress(answer.body(), 9, mtime=0))
        route.fulfill(response=answer)

    page.goto(f"{live_site}/nop/1.001193/noi-nop/?q=rach%20gia")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Tiếp tục").click()
    page.context.route("**/*", weigh)
    page.goto(f"{live_site}/nop/1.001193/phan/ban-sao/", wait_until="networkidle")

    assert len(loaded) == 4, loaded
    assert sum(loaded.values()) <= QUESTION_PAGE_BYTES, loaded
