"""The supervisor's pages of online payment in a real browser: clean, fitting, taken out as a file."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.payments.laid import bill, charge, collecting, told
from tests.support import people
from tests.support.browser import SIZES, OpenPage, axe, fits
from tests.support.office import office, published_anew
from tinhso.foundation import moments
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")


def test_a_head_opens_each_figure_and_takes_the_list_out(open_page: OpenPage, live_site: str) -> None:
    page = open_page()
    place, at = collecting(), moments.now() - timedelta(minutes=9)
    fee = procedures.Fee(
        code="cap", kind=procedures.FeeKind.CHARGE, name="Lệ phí", amount=5_000, ground="Nghị quyết"
    )
    version = published_anew(
        office().version, since=moments.today(at), fees=(fee,), online_level=procedures.OnlineLevel.FULL
    )
    code = procedures.version(version).code
    for online in (True, True, False):
        owed = bill(place, charge(50_000), at=at, service=code)
        if online:
            payments.receive(told(50_000, content=owed.reference, at=at), at=at)
    sign_in(page, live_site, people.officer("supervisor", place.unit))
    page.goto(f"{live_site}/can-bo/thanh-toan-truc-tuyen/")
    expect(page.get_by_text("66,67 %").first).to_be_visible()
    _clean(page, "chi-tieu")
    page.get_by_role("link", name="Tất cả thủ tục có thu phí, lệ phí").click()
    _clean(page, "thu-tuc")
    page.get_by_role("link", name="Về thanh toán trực tuyến").click()
    page.get_by_role("row", name="3.6").get_by_role("link").nth(1).click()
    expect(page.locator("tbody tr")).to_have_count(2)
    _clean(page, "ho-so")
    page.get_by_role("link", name="Xuất danh sách").click()
    page.get_by_role("button", name="Xuất", exact=True).click()
    expect(page.locator("#tien-do")).to_contain_text("Đang chờ")


def _clean(page: Page, name: str) -> None:
    for width, size in SIZES.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dictionary of both numbers
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{width}-{name}.png"), full_page=True)
        assert axe(page) == [], name
        assert fits(page), name
