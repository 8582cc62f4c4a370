"""A cashier's day: a session opened, people pay in cash and by card, one taken back, and a count that differs."""

from __future__ import annotations

from datetime import UTC

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_citizen_files import Walk, walk
from tests.journeys.test_officer_day import sign_in
from tests.payments.laid import Collecting, bill, charge, collecting, stands
from tests.payments.test_till_pages import text_of
from tests.support import people
from tinhso.foundation import moments
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.models import Deposit, Drawer

__all__ = ["walk"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def place() -> Collecting:
    return collecting()


def pays(page: Page, owed: payments.BillView, field: str, value: str) -> None:
    """The code is scanned, the sum or the approval code typed; Enter each time."""
    page.locator("#tim").fill(owed.about.code if field == "khach-dua" else owed.reference)
    page.keyboard.press("Enter")
    page.locator(f"#{field}").fill(value)
    page.keyboard.press("Enter")


def test_a_day_is_closed_with_one_difference_found_and_explained(
    walk: Walk, live_site: str, place: Collecting
) -> None:
    page, at = walk.page, moments.now()
    cashier = people.officer("cashier", place.unit, name="Thị Hồng Nhung")
    accountant = people.officer("accountant", people.unit(place.agency), name="Quách Thu Cúc")
    first, second = (bill(place, charge(sum_due), at=at) for sum_due in (58_000, 200_000))
    sign_in(page, live_site, cashier)
    page.goto(f"{live_site}/can-bo/thu-ngan/")
    walk.looked("mo-ca")
    page.locator("#quay").fill("Quầy 3")
    page.locator("#dau-ca").fill("500.000")
    page.get_by_role("button", name="Mở ca thu").click()
    expect(page.locator("#tim")).to_be_focused()
    walk.looked("quay")

    page.locator("#tim").fill(first.reference)
    page.keyboard.press("Enter")
    expect(page.locator("#khach-dua")).to_be_focused()
    walk.looked("thu-tien")
    page.keyboard.type("100000")
    page.keyboard.press("Enter")
    expect(page.locator(".dk-done")).to_contain_text("Trả lại khách 42.000 đồng")
    walk.looked("da-thu")
    pays(page, second, "chuan-chi", "A1B2C3")
    expect(page.locator(".dk-done")).to_contain_text("Đã thu 200.000 đồng")
    page.get_by_role("link", name="Huỷ").first.click()
    page.locator("#ly-do").fill("Máy quẹt thẻ báo giao dịch không thành")
    walk.looked("huy")
    page.get_by_role("button", name="Huỷ lần thu").click()
    expect(page.get_by_text("đã huỷ")).to_be_visible()
    walk.looked("cac-lan-thu")
    assert stands(second.id).left == 200_000

    page.goto(f"{live_site}/can-bo/thu-ngan/")
    page.get_by_role("link", name="Kiểm đếm, đóng ca").click()
    walk.looked("dem")
    for value, pieces in {"500000": 1, "20000": 2, "5000": 1, "2000": 1, "1000": 1}.items():
        page.locator(f"#to-{value}").fill(str(pieces))
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_text("lệch 10.000 đồng")).to_be_visible()
    walk.looked("lech")
    page.locator("#giai-thich").fill("Trả thừa một tờ 10.000 cho khách đầu tiên")
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_text("Thiếu 10.000 đồng")).to_be_visible()
    walk.looked("da-dong")
    drawer = Drawer.objects.get()
    sheet = page.request.get(f"{live_site}/can-bo/thu-ngan/ca/{drawer.id}/bien-ban.pdf")
    for words in ("548.000", "Trả thừa một tờ 10.000", "Thị Hồng Nhung"):
        assert words in text_of(sheet.body())

    page.context.clear_cookies()
    sign_in(page, live_site, accountant)
    page.goto(f"{live_site}/can-bo/thu-ngan/")
    page.get_by_role("link", name="Quầy 3, Thị Hồng Nhung").click()
    page.locator("#giay-nop").fill("GNT-20261")
    walk.looked("nhan-tien")
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.locator(".dk-done")).to_contain_text("nộp ngân hàng 48.000 đồng, giấy nộp GNT-20261")
    assert ledger.balance(ledger.difference(place.agency)) == 10_000
    assert Deposit.objects.get().made_at.tzinfo == UTC
