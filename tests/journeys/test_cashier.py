"""A cashier's day: people pay in cash and by card, one is taken back, and the count differs."""

from __future__ import annotations

from datetime import UTC

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_citizen_files import PICTURES, Walk
from tests.journeys.test_officer_day import sign_in
from tests.payments.laid import Collecting, bill, charge, collecting, stands
from tests.payments.test_till_pages import text_of
from tests.support import people
from tests.support.browser import SIZES, OpenPage, axe
from tinhso.foundation import moments
from tinhso.payments import api as payments
from tinhso.payments import ledger
from tinhso.payments.models import Deposit, Drawer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


class Desk(Walk):
    """A desktop whose pages are narrowed to a phone's width for a look; `clean` asks axe as well."""

    def looked(self, name: str, *, clean: bool = False) -> None:
        assert not clean or axe(self.page) == [], name
        for size in ("phone", "desktop"):
            self.page.set_viewport_size(SIZES[size])
            width = SIZES[size]["width"]
            if PICTURES:
                self.page.screenshot(path=f"{PICTURES}/{width}-{name}.png", full_page=True)
            assert self.page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.fixture
def desk(open_page: OpenPage) -> Desk:
    page = open_page("desktop")
    page.set_default_timeout(20_000)
    return Desk(page)


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
    desk: Desk, live_site: str, place: Collecting
) -> None:
    page, at = desk.page, moments.now()
    cashier = people.officer("cashier", place.unit, name="Thị Hồng Nhung")
    accountant = people.officer("accountant", people.unit(place.agency), name="Quách Thu Cúc")
    first, second = (bill(place, charge(sum_due), at=at) for sum_due in (58_000, 200_000))
    sign_in(page, live_site, cashier)
    page.goto(f"{live_site}/can-bo/thu-ngan/")
    desk.looked("mo-ca", clean=True)
    page.locator("#quay").fill("Quầy 3")
    page.locator("#dau-ca").fill("500.000")
    page.get_by_role("button", name="Mở ca thu").click()
    expect(page.locator("#tim")).to_be_focused()
    desk.looked("quay")

    page.locator("#tim").fill(first.reference)
    page.keyboard.press("Enter")
    expect(page.locator("#khach-dua")).to_be_focused()
    desk.looked("thu-tien", clean=True)
    page.keyboard.type("100000")
    page.keyboard.press("Enter")
    expect(page.locator(".dk-done")).to_contain_text("Trả lại khách 42.000 đồng")
    desk.looked("da-thu", clean=True)
    pays(page, second, "chuan-chi", "A1B2C3")
    expect(page.locator(".dk-done")).to_contain_text("Đã thu 200.000 đồng")
    page.get_by_role("link", name="Huỷ").first.click()
    page.locator("#ly-do").fill("Máy quẹt thẻ báo giao dịch không thành")
    desk.looked("huy")
    page.get_by_role("button", name="Huỷ lần thu").click()
    expect(page.get_by_text("đã huỷ")).to_be_visible()
    desk.looked("cac-lan-thu")
    assert stands(second.id).left == 200_000

    page.goto(f"{live_site}/can-bo/thu-ngan/")
    page.get_by_role("link", name="Kiểm đếm, đóng ca").click()
    desk.looked("dem")
    for value, pieces in {"500000": 1, "20000": 2, "5000": 1, "2000": 1, "1000": 1}.items():
        page.locator(f"#to-{value}").fill(str(pieces))
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_text("lệch 10.000 đồng")).to_be_visible()
    desk.looked("lech", clean=True)
    page.locator("#giai-thich").fill("Trả thừa một tờ 10.000 cho khách đầu tiên")
    page.get_by_role("button", name="Đóng ca").click()
    expect(page.get_by_text("Thiếu 10.000 đồng")).to_be_visible()
    desk.looked("da-dong")
    drawer = Drawer.objects.get()
    sheet = page.request.get(f"{live_site}/can-bo/thu-ngan/ca/{drawer.id}/bien-ban.pdf")
    for words in ("548.000", "Trả thừa một tờ 10.000", "Thị Hồng Nhung"):
        assert words in text_of(sheet.body())

    page.context.clear_cookies()
    sign_in(page, live_site, accountant)
    page.goto(f"{live_site}/can-bo/thu-ngan/")
    page.get_by_role("link", name="Quầy 3, Thị Hồng Nhung").click()
    page.locator("#giay-nop").fill("GNT-20261")
    desk.looked("nhan-tien", clean=True)
    page.get_by_role("button", name="Xác nhận").click()
    expect(page.locator(".dk-done")).to_contain_text("nộp ngân hàng 48.000 đồng, giấy nộp GNT-20261")
    assert ledger.balance(ledger.difference(place.agency)) == 10_000
    assert Deposit.objects.get().made_at.tzinfo == UTC
