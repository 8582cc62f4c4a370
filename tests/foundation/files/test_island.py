"""The file field in a real browser: pieces, a refresh, a fault, a cut line, and no script at all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import override_settings
from django.urls import path
from playwright.sync_api import Page, expect

from tests.foundation.files import makers
from tests.support import people
from tests.support.browser import OpenPage, axe
from tinhso.config.urls import urlpatterns as house_routes
from tinhso.foundation import access, files, moments
from tinhso.identity.models import SignIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

PAGE = """{% extends "ui/public.html" %}{% load ui static %}{% block title %}Giấy tờ{% endblock %}
{% block main %}<h1 class="govuk-heading-l">Giấy tờ</h1>
{% if found %}<p id="found">{{ found }}</p>{% endif %}
<form method="post" enctype="multipart/form-data">{% csrf_token %}
{% include "ui/parts/upload.html" with id="giay" name="giay" label="Giấy chứng sinh" endpoint="/tep/gui/" %}
<button class="govuk-button">Gửi hồ sơ</button></form>
<script type="module" src="{% static "ui/dist/islands/upload.js" %}"></script>{% endblock %}"""


@access.person()
def paper(request: HttpRequest) -> HttpResponse:
    found = ""
    if request.method == "POST":
        sent = files.sent(request, "giay", by=files.visitors()(request), at=moments.now())
        found = "; ".join([each.name for each in sent.files] + list(sent.faults))
    return HttpResponse(engines["django"].from_string(PAGE).render({"found": found}, request))


urlpatterns = [path("giay-to/", paper), *house_routes]


@pytest.fixture(autouse=True)
def _routes(home: Path) -> object:
    with override_settings(ROOT_URLCONF=__name__):
        yield


def opened(page: Page, site: str) -> Page:
    """The page, for somebody signed in with this very browser: a session is bound to its name."""
    browser = people.client(people.person())
    agent = str(page.evaluate("navigator.userAgent"))
    SignIn.objects.update(agent=agent, agent_hash=hashlib.sha256(agent.encode()).digest())
    page.context.add_cookies(
        [{"name": each.key, "value": each.value, "url": site} for each in browser.cookies.values()]
    )
    page.goto(f"{site}/giay-to/")
    return page


def photo(name: str = "giay-chung-sinh.jpg") -> dict[str, object]:
    return {
        "name": name,
        "mimeType": "image/jpeg",
        "buffer": makers.photo(size=(900, 700)) + bytes(2_500_000),
    }


def test_files_go_at_once_and_stay_after_a_refresh(page: Page, live_site: str) -> None:
    opened(page, live_site).set_input_files("#giay", [photo(), photo("mat-sau.jpg")])
    expect(page.get_by_text("Đã nhận 2 tệp.")).to_be_visible(timeout=20_000)
    expect(page.locator(".ui-upload__picture img")).to_have_count(2)
    assert axe(page) == []

    page.reload()
    expect(page.get_by_text("Đã nhận tệp", exact=True)).to_have_count(2)
    page.get_by_role("button", name="Bỏ tệp mat-sau.jpg").click()
    page.get_by_role("button", name="Gửi hồ sơ").click()

    expect(page.locator("#found")).to_have_text("giay-chung-sinh.jpg")


def test_a_bad_file_says_why_and_harms_no_other(page: Page, live_site: str) -> None:
    bad = {"name": "phan-mem.exe", "mimeType": "application/pdf", "buffer": b"MZ khong phai giay to"}
    opened(page, live_site).set_input_files("#giay", [bad, photo()])

    expect(page.get_by_text("Tệp “phan-mem.exe” không thuộc loại nhận được.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Đã nhận tệp", exact=True)).to_have_count(1)
    page.get_by_role("button", name="Gửi hồ sơ").click()
    expect(page.locator("[data-fault]")).to_be_focused()


def test_a_form_waits_for_its_files_and_a_cut_line_goes_on(page: Page, live_site: str) -> None:
    opened(page, live_site)
    cut: list[str] = []

    def cut_once(route: object) -> None:
        if route.request.method == "PATCH" and len(cut) < 2:  # type: ignore[attr-defined]
            cut.append(route.request.url)  # type: ignore[attr-defined]
            route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/tep/gui/**", cut_once)
    page.set_input_files("#giay", [photo()])
    page.get_by_role("button", name="Gửi hồ sơ").click()

    expect(page.locator("#found")).to_have_text("giay-chung-sinh.jpg", timeout=20_000)
    assert len(cut) == 2


def test_without_script_the_field_goes_with_the_form(open_page: OpenPage, live_site: str) -> None:
    page = opened(open_page("phone", javascript=False), live_site)
    page.set_input_files("#giay", [photo()])
    page.get_by_role("button", name="Gửi hồ sơ").click()

    expect(page.locator("#found")).to_have_text("giay-chung-sinh.jpg")
