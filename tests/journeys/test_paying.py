"""Paying a bill on a phone: a code scanned with the bank's app, and VNPAY's page; the money decides."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from national import serve
from tests.journeys.test_citizen_files import Walk, walk
from tests.payments.laid import bill, charge, collecting, stands
from tests.support import people
from tests.support.browser import OpenPage
from tinhso.config import payments as configured
from tinhso.foundation import moments
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary, Bill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["walk"]


@pytest.fixture
def providers(national: serve.Running, live_site: str, settings: LazySettings) -> serve.Running:
    """The sandbox takes money for this site and tells it so."""
    settings.PAYMENTS = configured.read(production=False, sandbox=national.base)
    national.app.state.money.notices.callback = f"{live_site}/goi-lai/"
    return national


@pytest.fixture
def owed(providers: serve.Running) -> payments.BillView:
    """A bill of an agency whose account is at the sandbox's bank."""
    place = collecting()
    bank = providers.settings
    account, name = bank.bank_accounts[1]
    Beneficiary.objects.update(bank=bank.bank_bin, account=account, name=name)
    return bill(
        place, charge(50_000), charge(8_000, code="ban-sao", name="Phí cấp bản sao"), at=moments.now()
    )


def paid_by(page: Page, site: str, owed: payments.BillView, way: str) -> None:
    page.goto(f"{site}/thanh-toan/{owed.token}/")
    page.get_by_label(way).check()
    page.get_by_role("button", name="Tiếp tục").click()


def test_a_code_is_scanned_and_the_page_says_that_the_money_is_there(
    walk: Walk, live_site: str, owed: payments.BillView, providers: serve.Running, open_page: OpenPage
) -> None:
    page = walk.page
    page.goto(f"{live_site}/thanh-toan/{owed.token}/")
    walk.looked("nop-phi")
    paid_by(page, live_site, owed, "Quét mã VietQR")
    walk.looked("ma-qr")
    attempt = payments.attempts(owed.id)[0]
    phone = open_page()
    phone.goto(f"{providers.base}/bank/pay?qr={attempt.proof.replace(' ', '%20')}")
    phone.get_by_role("button", name="Chuyển tiền").click()
    expect(phone.get_by_text("Đã chuyển")).to_be_visible()
    expect(page.get_by_text("Đã nộp đủ")).to_be_visible()
    expect(page.get_by_text("quét mã này")).to_have_count(0)
    walk.looked("da-nop")
    assert stands(owed.id).state is payments.BillState.SETTLED


@pytest.mark.parametrize(
    ("way", "channel"),
    [("VNPAY", payments.Channel.VNPAY), ("Nền tảng thanh toán quốc gia", payments.Channel.PLATFORM)],
)
def test_a_providers_page_leads_back_and_its_notice_decides(
    walk: Walk, live_site: str, owed: payments.BillView, way: str, channel: payments.Channel
) -> None:
    page = walk.page
    Bill.objects.update(owner_kind="person", owner_id=people.person().id)
    paid_by(page, live_site, owed, way)
    page.locator("input[name=bank]").first.check()
    page.get_by_role("button", name="Thanh toán").click()
    expect(page.get_by_text("Đã nộp đủ")).to_be_visible()
    assert payments.attempts(owed.id)[0].channel is channel
    assert stands(owed.id).state is payments.BillState.SETTLED
