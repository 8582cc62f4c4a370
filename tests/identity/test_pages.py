"""Signing in followed through a real browser, on a phone and on a desktop."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from national import serve
from tests.support import people
from tests.support.browser import OpenPage, axe
from tinhso.directory import demo as places
from tinhso.foundation import moments
from tinhso.identity import api, demo
from tinhso.identity.signin import eid, factors

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = os.environ.get("TINHSO_TEST_PICTURES", "")


@pytest.fixture
def at_the_eid(live_site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[serve.Running]:
    keys = Path(settings.HOME) / "national-keys"
    keys.mkdir(parents=True, exist_ok=True)
    with serve.start_in_thread(
        tmp_path, keys=keys, redirect_uris=(f"{live_site}{eid.RETURN}",), logout_uris=(f"{settings.ORIGIN}/",)
    ) as running:
        monkeypatch.setitem(settings.EID, "issuer", running.settings.issuer)
        eid.forget()
        yield running
        eid.forget()


def whole(page: Page, name: str) -> None:
    """The page is accessible, fits its width, and has its picture taken when asked for."""
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    if PICTURES:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)


def test_a_person_signs_in_sees_who_looked_and_signs_out(
    page: Page, live_site: str, at_the_eid: serve.Running
) -> None:
    page.goto(f"{live_site}/tai-khoan/")
    whole(page, "dang-nhap")
    page.get_by_role("button", name="Dùng định danh điện tử").click()
    page.get_by_role("button", name="Trần Thị Ngọc Hân").click()
    page.get_by_label("Mã xác nhận").fill("123456")
    page.get_by_role("button", name="Đồng ý và đăng nhập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản của tôi")
    whole(page, "tai-khoan")
    person_id = api.find_person("089198007231")
    assert person_id
    api.look(
        people.officer(name="Nguyễn Văn Xem"), person_id, "Giải quyết hồ sơ khai sinh", None, moments.now()
    )
    page.get_by_role("link", name="Ai đã xem dữ liệu của tôi").click()
    expect(page.get_by_text("Nguyễn Văn Xem")).to_be_visible()
    whole(page, "ai-da-xem")
    page.goto(f"{live_site}/dang-nhap/tra-ve/?state=x")
    whole(page, "chua-dang-nhap")


def sign_in(page: Page, live_site: str, login: str, password: str, secret: str) -> None:
    page.goto(f"{live_site}/can-bo/tai-khoan/")
    page.get_by_label("Tên đăng nhập").fill(login)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_label("Mã 6 chữ số").fill(factors.code_at(secret, moments.now()))
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản và thiết bị")


def test_an_officer_signs_in(page: Page, live_site: str) -> None:
    places.load(at=moments.now())
    demo.load(at=moments.now())
    page.goto(f"{live_site}/can-bo/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill("rachgia.lanhdao")
    page.get_by_label("Mật khẩu", exact=True).fill("sai")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.get_by_role("alert")).to_contain_text("chưa đúng")
    whole(page, "can-bo-sai")
    sign_in(page, live_site, "rachgia.lanhdao", demo.PASSWORD, demo.TOTP_SECRET)
    whole(page, "can-bo-tai-khoan")


def test_the_first_sign_in_shows_a_square_to_scan(page: Page, live_site: str) -> None:
    at = moments.now()
    api.register_officer(
        login="moi", full_name="Cán Bộ Mới", password="một câu dài khó đoán", by=people.SYSTEM, at=at
    )
    page.goto(f"{live_site}/can-bo/dang-nhap/")
    page.get_by_label("Tên đăng nhập").fill("moi")
    page.get_by_label("Mật khẩu", exact=True).fill("một câu dài khó đoán")
    page.get_by_role("button", name="Đăng nhập").click()
    expect(page.locator("main svg[class*=segno]")).to_be_visible()
    whole(page, "cai-dat")


def test_an_officer_adds_a_passkey_and_signs_in_with_it(open_page: OpenPage, live_site: str) -> None:
    places.load(at=moments.now())
    demo.load(at=moments.now())
    page = open_page("desktop")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    sign_in(page, live_site, "rachgia.vanthu", demo.PASSWORD, demo.TOTP_SECRET)
    page.get_by_role("button", name="Thêm khóa truy cập").click()
    expect(page.get_by_role("term").filter(has_text="Lớp xác thực thứ hai")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="Khóa truy cập")).to_be_visible()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto(f"{live_site}/can-bo/tai-khoan/")
    page.get_by_label("Tên đăng nhập").fill("rachgia.vanthu")
    page.get_by_label("Mật khẩu", exact=True).fill(demo.PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    whole(page, "ma")
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản và thiết bị")
