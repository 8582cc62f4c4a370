"""Two administrators in the browser: one proposes that two accounts are one, the other makes them one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import axe, fits
from tests.support.two_accounts import PROOF, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_one_proposes_and_another_makes_them_one(live_site: str, page: Page) -> None:
    world = World()
    code = world.filed(world.loser).code
    page.goto(live_site)
    sign_in(page, live_site, world.one)
    page.goto(f"{live_site}/can-bo/gop-tai-khoan/")
    page.get_by_label("Tài khoản giữ lại").fill("danh sóc kha")
    page.get_by_label("Tài khoản gộp vào đó").fill("Không Có Ai")
    page.get_by_role("button", name="Đối chiếu").click()
    expect(page.get_by_role("alert")).to_contain_text("Không tìm thấy ai")
    look(page, "tim")
    survivor, loser = (str(id) for id in reversed(world.ids))
    page.locator(f"input[name=survivor_id][value='{survivor}']").check()
    page.get_by_label("Tài khoản gộp vào đó").fill("Danh Sóc Kha")
    page.get_by_role("button", name="Đối chiếu").click()
    page.locator(f"input[name=survivor_id][value='{survivor}']").check()
    page.locator(f"input[name=loser_id][value='{loser}']").check()
    page.get_by_role("button", name="Đối chiếu").click()

    expect(page.get_by_role("heading", name="Đối chiếu hai tài khoản")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="1 hồ sơ")).to_be_visible()
    page.get_by_label("Một tài khoản lập khi gõ nhầm số căn cước").check()
    page.get_by_role("button", name="Đề nghị gộp").click()
    expect(page.get_by_role("alert")).to_contain_text("Hãy ghi giấy tờ đã xem")
    page.get_by_label("Đã xem giấy tờ gì").fill(PROOF)
    look(page, "de-nghi")
    page.get_by_role("button", name="Đề nghị gộp").click()
    expect(page.get_by_role("status").filter(has_text="Đã gửi đề nghị")).to_be_visible()
    page.get_by_role("link", name="Danh Sóc Kha").click()
    expect(page.get_by_role("button", name="Duyệt gộp")).to_have_count(0)
    look(page, "cua-minh")

    sign_in(page, live_site, world.other)
    page.goto(f"{live_site}/can-bo/gop-tai-khoan/")
    page.get_by_role("link", name="Danh Sóc Kha").click()
    look(page, "duyet")
    page.get_by_role("button", name="Duyệt gộp").click()
    expect(page.get_by_role("status").filter(has_text="Đã gộp")).to_be_visible()
    look(page, "danh-sach")
    page.get_by_role("link", name="Danh Sóc Kha").click()
    look(page, "da-gop")

    browser = people.client(world.survivor, agent=page.evaluate("navigator.userAgent"))
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_site}])
    page.goto(f"{live_site}/tai-khoan/")
    expect(page.get_by_role("heading", name="Tài khoản đã gộp vào đây")).to_be_visible()
    look(page, "tai-khoan")
    page.goto(f"{live_site}/ho-so/")
    expect(page.get_by_role("main")).to_contain_text(code)


def look(page: Page, name: str) -> None:
    """The page as it stands: nothing cut, nothing axe finds; a picture where TINHSO_PICTURES says."""
    if folder := os.environ.get("TINHSO_PICTURES"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(folder) / f"gop-{name}-{width}.png", full_page=True)
    assert fits(page)
    assert axe(page) == []
