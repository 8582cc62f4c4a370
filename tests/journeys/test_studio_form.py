"""LOOK."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import SIZES, axe
from tinhso.forms.shipped import shipped
from tinhso.identity.api import Role
from tinhso.studio import api as studio
from tinhso.studio.operations.drafts import begin
from tests.support.people import AT
from tests.support.office import office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_look(page: Page, live_site: str) -> None:
    author = people.officer(Role.SPECIALIST)
    body = {"code": "", "definition": shipped()["khai-sinh"]}
    draft = begin(code="T.9", title="Khai sinh", by=author, at=AT, bodies={studio.PartName.FORM: body})
    sign_in(page, live_site, author)
    page.set_viewport_size(SIZES["desktop"])
    page.on("console", lambda m: print("CONSOLE", m.text))
    page.on("pageerror", lambda m: print("ERR", m))
    page.goto(f"{live_site}/can-bo/xuong/{draft}/to-khai/")
    page.wait_for_timeout(1500)
    page.screenshot(path="/tmp/formui/1.png")
    page.get_by_role("button", name="Con sinh ở đâu?").first.click()
    page.locator("[data-card='2.1']").click()
    page.wait_for_timeout(700)
    page.screenshot(path="/tmp/formui/2.png")
    page.get_by_role("button", name="Xem như người dân").click()
    page.wait_for_timeout(1500)
    page.screenshot(path="/tmp/formui/3.png")
    page.get_by_role("button", name="Các câu hỏi", exact=True).click()
    page.get_by_text("Thêm câu hỏi").click()
    page.screenshot(path="/tmp/formui/4.png", full_page=True)
    print(axe(page))
    page.set_viewport_size(SIZES["phone"])
    page.wait_for_timeout(300)
    page.screenshot(path="/tmp/formui/5.png", full_page=True)
