"""A sum that a person has to see: the officer's page of fees, and what the dossier shows afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.dossiers.test_charging import FEE
from tests.journeys.test_officer_day import sign_in
from tests.journeys.test_parcels import look
from tests.payments.laid import opens_account
from tests.support.office import filed, office, published_anew
from tinhso.payments import api as payments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_an_officer_judges_a_fee_and_the_bill_stands_on_the_dossier(page: Page, live_site: str) -> None:
    place = office()
    opens_account(place.agency)
    fee = replace(FEE, condition="Người thuộc hộ nghèo được miễn")
    version = published_anew(place.version, since=date(2026, 1, 1), fees=(fee,))
    dossier = filed(replace(place, version=version))
    page.goto(live_site)
    sign_in(page, live_site, place.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{dossier.code}/")
    look(page, "phi-chua-lap")
    page.get_by_role("region", name="Phí, lệ phí").get_by_role("link", name="Xác định phí").click()
    expect(page.get_by_role("heading", name="Xác định phí, lệ phí phải nộp")).to_be_visible()
    look(page, "phi")
    page.get_by_label("Miễn, giảm (đồng)").fill("20.000")
    page.get_by_role("button", name="Xác định phí").click()
    expect(page.get_by_text("Khác với biểu phí thì phải ghi căn cứ").first).to_be_visible()
    look(page, "phi-loi")
    page.get_by_label("Căn cứ miễn, giảm hoặc sửa số tiền").fill("Giảm theo Nghị quyết 12")
    page.get_by_role("button", name="Xác định phí").click()
    page.goto(f"{live_site}/can-bo/ho-so/{dossier.code}/")
    expect(page.get_by_role("region", name="Phí, lệ phí")).to_contain_text("30.000 đồng, Chờ nộp")
    look(page, "phi-cho-nop")
    assert [bill.left for bill in payments.bills_about("dossier", dossier.id)] == [30_000]
