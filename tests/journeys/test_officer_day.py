"""An officer's day in a real browser, on a phone and at a desk: find, read, receive, ask, decide, by keys."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from playwright.sync_api import Page, expect

from tests.support.browser import OpenPage, axe, fits
from tests.support.office import Office, filed, office
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments
from tinhso.foundation.refs import ActorRef
from tinhso.identity.models import Account
from tinhso.identity.signin import sessions

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def place() -> Office:
    return office()


def sign_in(page: Page, site: str, actor: ActorRef) -> None:
    """The officer is signed in in this browser, second factor and all."""
    agent = page.evaluate("navigator.userAgent")
    request: Any = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_USER_AGENT=agent)
    request.session = SessionStore()
    request.session.create()
    sessions.begin_officer(
        request, Account.objects.get(id=actor.id), factors="password+totp", at=moments.now()
    )
    request.session.save()
    page.context.add_cookies(
        [
            {
                "name": settings.SESSION_COOKIE_NAME,
                "value": str(request.session.session_key),
                "domain": urlsplit(site).hostname or "",
                "path": "/",
            }
        ]
    )


def status(code: str) -> str:
    return Dossier.objects.values_list("status", flat=True).get(code=code)


def test_every_page_of_the_day_is_clean_and_fits(page: Page, live_site: str, place: Office) -> None:
    code = filed(place).code
    other = filed(place)
    intake.accept(dossier_id=other.id, by=place.intake, at=moments.now())
    sign_in(page, live_site, place.intake)
    addresses = (
        "/can-bo/",
        "/can-bo/ho-so/?xem=don-vi",
        f"/can-bo/ho-so/{code}/",
        f"/can-bo/ho-so/{code}/tiep-nhan/",
        f"/can-bo/ho-so/{code}/tu-choi/",
        f"/can-bo/ho-so/{code}/bo-sung/",
        "/can-bo/tiep-nhan/?q=thu",
        "/can-bo/tuy-chon/",
        "/can-bo/phim-tat/",
    )
    for address in addresses:
        page.goto(live_site + address)
        expect(page.locator("h1")).to_have_count(1)
        assert axe(page) == [], address
        assert fits(page), address


def test_a_dossier_is_received_with_two_keys_and_the_next_one_opens(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    first, second = filed(place), filed(place)
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/?xem=cua-toi")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".ui-identity__code")).to_have_text(first.code)

    page.keyboard.press("t")
    expect(page.locator("#viec button[type=submit]")).to_be_focused()
    page.keyboard.press("Control+Enter")

    expect(page.locator(".dk-done")).to_have_text(f"Đã tiếp nhận {first.code}.")
    expect(page.locator(".ui-identity__code")).to_have_text(second.code)
    assert status(first.code) == "accepted"


def test_letters_typed_in_a_field_or_composed_do_nothing_else(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    code = filed(place).code
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/")

    page.keyboard.press("g")
    expect(page.locator("#viec textarea")).to_be_focused()
    page.keyboard.type("tra lai, bo sung")
    expect(page.locator("#viec textarea")).to_have_value("tra lai, bo sung")
    expect(page.locator("[data-draft-state]")).to_have_text("Đã lưu nháp")

    page.goto(f"{live_site}/can-bo/ho-so/{code}/")
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {code: 'KeyT', key: 't', bubbles: true, isComposing: true}))"
    )
    page.wait_for_timeout(300)
    expect(page.locator("#viec form")).to_have_count(0)


def test_keys_can_be_switched_off(open_page: OpenPage, live_site: str, place: Office) -> None:
    code = filed(place).code
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/tuy-chon/")
    page.get_by_role("radio", name="Tắt").check()
    page.get_by_role("button", name="Lưu").click()
    page.goto(f"{live_site}/can-bo/ho-so/{code}/")
    page.keyboard.press("t")
    page.wait_for_timeout(300)
    expect(page.locator("#viec form")).to_have_count(0)


def test_rows_are_ticked_by_keys_and_received_together(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    for _each in range(4):
        filed(place)
    page = open_page("desktop")
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/?xem=don-vi")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("[data-bulk-count]")).to_have_text("Đã chọn 3 hồ sơ")

    page.keyboard.press("t")
    expect(page.locator("h1")).to_have_text("Tiếp nhận 3 hồ sơ")
    assert axe(page) == []
    page.keyboard.press("Control+Enter")
    expect(page.locator("#tien-do")).to_contain_text("0/3")


def test_a_paper_is_judged_in_its_place_and_the_reason_must_be_said(
    page: Page, live_site: str, place: Office
) -> None:
    code = filed(place).code
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{code}/")
    page.get_by_role("button", name="Chưa đạt Đơn đề nghị").click()
    expect(page.locator("#giay-to .govuk-error-message")).to_have_text(
        "Hãy ghi giấy tờ này chưa đạt ở chỗ nào."
    )
    page.get_by_label("Đơn đề nghị chưa đạt ở chỗ nào").fill("Ảnh mờ")
    page.get_by_role("button", name="Chưa đạt Đơn đề nghị").click()
    expect(page.locator("#giay-to .dk-paper__reason")).to_have_text("Ảnh mờ")
    page.get_by_role("button", name="Bổ sung").first.click()
    expect(page.locator("#viec input[name='ly-do-don']")).to_have_value("Ảnh mờ")
    assert axe(page) == []


def test_without_a_script_the_forms_are_pages_of_their_own(
    open_page: OpenPage, live_site: str, place: Office
) -> None:
    code = filed(place).code
    page = open_page("phone", javascript=False)
    agent_page = open_page("phone")
    sign_in(agent_page, live_site, place.intake)
    page.context.add_cookies(agent_page.context.cookies())  # type: ignore[arg-type]  # what cookies() gave
    page.goto(f"{live_site}/can-bo/ho-so/{code}/")
    page.get_by_text("Tiếp nhận", exact=True).first.click()
    page.goto(f"{live_site}/can-bo/ho-so/{code}/tiep-nhan/")
    page.get_by_role("button", name="Tiếp nhận").click()
    expect(page.locator(".dk-done")).to_have_text(f"Đã tiếp nhận {code}.")
    assert status(code) == "accepted"
