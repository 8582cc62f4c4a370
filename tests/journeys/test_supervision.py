"""A head looks at late work and takes a list out, in a real browser: clean, and fitting at both sizes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import SIZES, axe, fits
from tests.support.office import filed, office
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_a_head_goes_from_a_figure_to_its_dossiers_and_takes_them_out(page: Page, live_site: str) -> None:
    place, at = office(), moments.now() - timedelta(days=20)
    sent = [filed(place, at=at + timedelta(hours=n)) for n in range(3)]
    intake.accept(dossier_id=sent[2].id, by=place.intake, at=at + timedelta(days=1))
    head = people.officer("supervisor", place.one_stop)
    sign_in(page, live_site, head)
    page.goto(f"{live_site}/can-bo/giam-sat/")
    _clean(page)

    page.locator(".dk-urgency__item--late").click()
    expect(page.locator(".sv-went")).to_have_count(3)
    _clean(page)
    page.get_by_role("link", name="Xuất danh sách").click()
    _clean(page)
    page.get_by_role("button", name="Xuất", exact=True).click()

    expect(page.locator("#tien-do")).to_contain_text("Đang chờ")
    _clean(page)
    page.goto(f"{live_site}/can-bo/xuat/tat-ca/")
    expect(page.locator("tbody tr")).to_have_count(1)
    _clean(page)


def _clean(page: Page) -> None:
    for size in SIZES.values():
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dictionary of both numbers
        assert axe(page) == []
        assert fits(page)
