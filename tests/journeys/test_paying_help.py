"""The pages of a bill on a cheap phone: words to copy by keyboard, a picture to save, no script needed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.test_citizen_files import Walk
from tests.journeys.test_paying import owed, paid_by, providers
from tests.payments.laid import told
from tests.support.browser import OpenPage
from tinhso.foundation import moments
from tinhso.payments import api as payments
from tinhso.payments.models import Beneficiary

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
__all__ = ["owed", "providers"]
HEAVIEST_PAGE = 20_000
"""Bytes of HTML of a public page before compression (the house's bar)."""


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_code_can_be_copied_and_saved_by_keyboard_alone(
    open_page: OpenPage, live_site: str, owed: payments.BillView, size: str
) -> None:
    page = open_page(size)
    walk = Walk(page)
    page.goto(f"{live_site}/thanh-toan/{owed.token}/")
    walk.looked("nop")
    page.get_by_label("Quét mã VietQR").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Tiếp tục").focus()
    page.keyboard.press("Enter")
    copy = page.get_by_role("button", name="Chép nội dung")
    copy.wait_for()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walk.looked("ma")
    copy.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_have_text("Đã chép nội dung")
    assert owed.reference in page.evaluate("navigator.clipboard.readText()")
    expect(page.get_by_role("button", name="Đã chép nội dung")).to_be_focused()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Lưu ảnh mã").or_(page.get_by_role("link", name="Lưu ảnh mã")).click()
    assert saved.value.suggested_filename.endswith(".png")
    payments.receive(
        told(20_000, content=owed.reference, source=lies(owed), at=moments.now()), at=moments.now()
    )
    expect(page.get_by_text("Còn thiếu 38.000 đồng")).to_be_visible()
    walk.looked("thieu")
    payments.receive(
        told(40_000, content=owed.reference, source=lies(owed), at=moments.now()), at=moments.now()
    )
    page.get_by_role("button", name="Xem khoản nộp").click()
    expect(page.get_by_text("thừa 2.000 đồng")).to_be_visible()
    walk.looked("thua")


def test_everything_works_without_scripts_and_is_light(
    open_page: OpenPage, live_site: str, owed: payments.BillView
) -> None:
    page = open_page("phone", javascript=False)
    paid_by(page, live_site, owed, "Quét mã VietQR")
    expect(page.get_by_role("link", name="Xem tiền đã đến chưa")).to_be_visible()
    expect(page.get_by_role("button", name="Chép số tài khoản")).to_be_hidden()
    page.get_by_text("Không quét được mã").click()
    expect(page.get_by_text("Nội dung phải giữ nguyên từng chữ")).to_be_visible()
    assert len(page.content().encode()) < HEAVIEST_PAGE
    at = moments.now() + timedelta(seconds=1)
    payments.receive(told(58_000, content=owed.reference, source=lies(owed), at=at), at=at)
    page.get_by_role("link", name="Xem tiền đã đến chưa").click()
    expect(page.get_by_text("Đã nộp đủ")).to_be_visible()


def lies(owed: payments.BillView) -> str:
    """The bank's account where money of the bill goes."""
    return f"bank:{Beneficiary.objects.get(agency=owed.agency).account}"


def comes(owed: payments.BillView, amount: int) -> None:
    """So much is paid for the bill now."""
    at = moments.now()
    payments.receive(told(amount, content=owed.reference, source=lies(owed), at=at), at=at)
