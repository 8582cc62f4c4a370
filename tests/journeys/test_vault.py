"""A person reuses a document by one touch, shows it by a link to who has no account, and reads of both."""

from __future__ import annotations

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.dossiers.public.conftest import Town, town
from tests.support import people
from tests.support.browser import OpenPage, axe
from tests.vault.test_holding import kept
from tinhso.dossiers.models import DraftPaper
from tinhso.foundation.refs import ActorRef

__all__ = ["town"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def come(page: Page, site: str, who: ActorRef) -> None:
    """Signed in without the walk through the sign-in pages."""
    agent = page.evaluate("navigator.userAgent")
    cookie = people.client(who, agent=agent).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": site}])


@pytest.mark.parametrize("javascript", [True, False])
def test_one_touch_reuses_a_document(
    live_site: str, town: Town, open_page: OpenPage, javascript: bool
) -> None:
    document = kept(town.owner, kind="van-ban-uy-quyen", title="Văn bản ủy quyền cho con")
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(town.office.agency)})
    page = open_page("phone", javascript=javascript)
    come(page, live_site, town.office.citizen)
    page.goto(f"{live_site}{town.root}giay-to/")
    page.get_by_text("Nhờ người khác: Văn bản ủy quyền").click()
    page.get_by_role("button", name="Dùng “Văn bản ủy quyền cho con” trong kho").click()
    expect(page.get_by_text("Lấy từ kho giấy tờ, không phải chụp lại.")).to_be_visible()
    assert DraftPaper.objects.get().document == document
    if javascript:
        assert axe(page) == []


def test_a_link_is_made_opened_by_a_stranger_told_and_closed(
    live_site: str, town: Town, page: Page, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "ORIGIN", live_site)
    document = kept(town.owner)
    come(page, live_site, town.office.citizen)
    page.goto(f"{live_site}/cua-toi/giay-to/")
    page.get_by_role("link", name="Giấy khai sinh").click()
    assert axe(page) == []
    page.get_by_role("link", name="Chia sẻ bằng liên kết").click()
    page.get_by_label("Cho ai, để làm gì").fill("Nhà trường xem để nhập học")
    page.get_by_label("Mã bảo vệ").fill("8642")
    page.get_by_role("button", name="Tạo liên kết").click()
    address = page.locator(".ui-document__address").inner_text()
    assert axe(page) == []

    visitor = open_page("phone")
    visitor.goto(address)
    assert axe(visitor) == []
    visitor.get_by_label("Tên ông/bà hoặc nơi cần xem").fill("Cô Hạnh, Trường Tiểu học 2")
    visitor.get_by_label("Mã bảo vệ").fill("1111")
    visitor.get_by_role("button", name="Mở giấy tờ").click()
    expect(visitor.get_by_role("alert").first).to_contain_text("Mã bảo vệ chưa đúng")
    visitor.get_by_label("Mã bảo vệ").fill("8642")
    visitor.get_by_role("button", name="Mở giấy tờ").click()
    expect(visitor.get_by_role("heading", name="Giấy khai sinh")).to_be_visible()
    assert axe(visitor) == []

    page.goto(f"{live_site}/cua-toi/giay-to/{document}/")
    expect(page.get_by_text("Cô Hạnh, Trường Tiểu học 2", exact=False)).to_be_visible()
    page.goto(f"{live_site}/cua-toi/giay-to/lien-ket/")
    page.get_by_role("button", name="Đóng liên kết").click()
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Liên kết không còn mở được")).to_be_visible()
