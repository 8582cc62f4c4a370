"""Several procedures filed in one go, paid from the bundle's page on a phone, each to its own agency."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from national import serve
from tests.dossiers.test_owing import begun, bills_in, charged_bundle
from tests.journeys.test_citizen_files import Walk, as_person
from tests.journeys.test_paying import providers
from tests.support.browser import OpenPage
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary
from tinhso.payments.queries.bills import bill_by_token

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["providers"]


def scanned(site: Page, phone: Page, bank: str) -> None:
    """The code that is on the screen is paid with the bank's app on another phone."""
    bill, reference = site.url.rstrip("/").rsplit("/", 2)[-2:]
    attempt = next(one for one in payments.attempts(bill_by_token(bill).id) if one.reference == reference)
    phone.goto(f"{bank}/bank/pay?qr={attempt.proof.replace(' ', '%20')}")
    phone.get_by_role("button", name="Chuyển tiền").click()
    expect(phone.get_by_text("Đã chuyển")).to_be_visible()


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_bundle_is_paid_from_its_page_to_the_last_dong(
    open_page: OpenPage, live_site: str, providers: serve.Running, size: str
) -> None:
    group = charged_bundle()
    account, name = providers.settings.bank_accounts[1]
    Beneficiary.objects.update(bank=providers.settings.bank_bin, account=account, name=name)
    bundle = begun(group)
    page, phone = open_page(size), open_page()
    walk = Walk(page)
    as_person(page, live_site, group.xa.citizen)
    address = f"{live_site}/nhom-ho-so/{bundle.code}/"
    page.goto(address)
    expect(page.get_by_text("Còn phải nộp 100.000 đồng cho 2 hồ sơ")).to_be_visible()
    walk.looked("nhom-cho-nop")
    page.get_by_role("button", name="Nộp 50.000 đồng").first.click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Đang chờ ngân hàng báo đã nhận tiền")).to_be_visible()
    code = page.url
    page.goto(address)
    expect(page.get_by_text("1 lần thanh toán đang chờ kết quả")).to_be_visible()
    walk.looked("nhom-dang-nop")
    page.get_by_role("button", name="Xem lần thanh toán đang chờ").click()
    page.get_by_role("link", name="Xem lần thanh toán ấy").click()
    expect(page).to_have_url(code)
    scanned(page, phone, providers.base)
    expect(page.get_by_text("Đã nộp đủ")).to_be_visible()
    page.get_by_role("button", name="Về hồ sơ").click()
    page.get_by_role("link", name="Nhóm thử").click()
    expect(page.get_by_text("Còn phải nộp 50.000 đồng cho 1 hồ sơ")).to_be_visible()
    walk.looked("nhom-nop-mot-nua")
    page.get_by_role("button", name="Nộp 50.000 đồng").click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Đang chờ ngân hàng báo đã nhận tiền")).to_be_visible()
    scanned(page, phone, providers.base)
    expect(page.get_by_text("Đã nộp đủ")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("Cơ quan đã nhận 100.000 đồng")).to_be_visible()
    expect(page.get_by_text("Còn phải nộp")).to_have_count(0)
    walk.looked("nhom-da-nop")
    states = [bill.state for of in bills_in(bundle, 0, 1) for bill in of]
    assert states == [payments.BillState.SETTLED] * 2
