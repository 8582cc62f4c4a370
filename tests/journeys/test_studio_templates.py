"""A clerk writes a result in the studio: marks and fields put in, pages drawn while typing, faults shown."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import SIZES, OpenPage, axe, fits
from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.identity import api as identity
from tinhso.studio import api as studio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_a_clerk_writes_a_result_and_sees_its_pages(open_page: OpenPage, live_site: str) -> None:
    author = people.officer(identity.Role.SPECIALIST)
    draft = studio.begin(code="T.9", title="Đăng ký hộ kinh doanh", by=author, at=AT)
    body = {"code": "thu", "definition": forms.shipped()["ho-kinh-doanh"]}
    studio.save(draft_id=draft, part=studio.PartName.FORM, body=body, seen=0, by=author, at=AT)
    page = open_page("desktop")
    sign_in(page, live_site, author)
    page.goto(f"{live_site}/can-bo/xuong/{draft}/mau/")

    page.get_by_label("Khi chưa soạn thì in").select_option("result")
    expect(page.get_by_role("img", name="Kết quả, trang 1")).to_be_visible()
    pages = page.locator("[data-pages] img")
    named = pages.first.get_attribute("src")
    page.get_by_role("button", name="Giấy xác nhận").click()
    text = page.get_by_label("Văn bản", exact=True)
    expect(pages.first).not_to_have_attribute("src", named or "")
    expect(page.get_by_text("Bắt đầu từ")).to_be_hidden()
    first = pages.first.get_attribute("src")
    assert axe(page) == []

    text.press("Control+End")
    page.keyboard.insert_text("Vốn: {{von.tongg}} đồng")
    fault = page.locator("[data-faults-list] li")
    expect(fault.locator("u")).to_have_text("{{von.tongg}}")
    expect(fault).to_contain_text("Có phải là “von.tong”?")
    expect(page.locator("[data-when-look=stale]")).to_be_visible()
    assert pages.first.get_attribute("src") == first
    _look(page, "faulty")
    fault.get_by_role("button").click()
    page.get_by_label("Trường", exact=True).first.select_option("{{von.tong}}")
    page.get_by_label("Cách viết").select_option("tien_chu")
    page.get_by_role("button", name="Chèn trường").click()
    expect(text).to_have_value(re.compile(re.escape("Vốn: {{von.tong|tien_chu}} đồng")))
    expect(page.locator("[data-faults-head]")).to_be_hidden()
    expect(page.locator("[data-when-look=shown]")).to_be_visible()

    toolbar = page.get_by_role("toolbar")
    toolbar.get_by_role("button").first.focus()
    page.keyboard.press("ArrowLeft")
    expect(toolbar.get_by_role("button", name="Nơi nhận")).to_be_focused()
    text.press("Control+End")
    text.press("Enter")
    page.get_by_text("Chỉ in khi…").click()
    page.get_by_label("Trường", exact=True).last.select_option("ho.mat_bang")
    page.get_by_label("Điều kiện").select_option("=")
    page.get_by_label("Giá trị").fill("Đi thuê")
    page.get_by_role("button", name="Đặt cho các dòng đang chọn").click()
    text.press("ArrowUp")
    text.press("Control+b")
    text.press_sequentially("Thuê")
    words = '{{von.tong|tien_chu}} đồng\n[[nếu ho.mat_bang = "Đi thuê"]]\n**Thuê**\n[[hết]]'
    expect(text).to_have_value(re.compile(re.escape(words)))
    expect(page.locator("[data-when=saved]")).to_be_visible()
    page.reload()
    expect(text).to_have_value(re.compile(re.escape(words)))
    expect(pages.first).to_be_visible()
    page.goto(f"{live_site}/can-bo/xuong/{draft}/mau/#supplement.1.1.5")
    expect(page).to_have_url(re.compile("van-ban=bo-sung#supplement"))
    text.fill("Gửi **ảnh mặt tiền** của {{ho.ten}}, ghi rõ {{ho.tru_so}}.")
    expect(page.get_by_role("img", name="Phiếu yêu cầu bổ sung, trang 1")).to_be_visible()
    _look(page, "letter")

    page.get_by_label("Thêm thư, thông báo của thủ tục").fill("Giấy mời")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("van-ban=thu-giay-moi"))
    page.get_by_role("button", name="Giấy mời").click()
    expect(page.get_by_role("img", name="Giấy mời, trang 1")).to_be_visible()
    page.get_by_label("Tên thư").fill("Giấy mời làm việc")
    page.get_by_label("Tên thư").press("Tab")
    expect(page.locator("[data-when=saved]")).to_be_visible()
    _look(page, "own-letter")
    [letter] = studio.draft(draft).body(studio.PartName.TEMPLATES)["own"]
    assert (letter["code"], letter["name"]) == ("giay-moi", "Giấy mời làm việc")
    assert letter["text"].startswith("# Giấy mời\n")
    page.get_by_role("button", name="Bỏ thư này").click()
    expect(page.locator(".st-papers a[aria-current]")).to_contain_text("Kết quả")
    assert not studio.draft(draft).body(studio.PartName.TEMPLATES)["own"]


def _look(page: Page, name: str) -> None:
    for size, shape in SIZES.items():
        page.set_viewport_size(shape)  # type: ignore[arg-type]  # a plain dictionary of both numbers
        if folder := os.environ.get("TINHSO_LOOK"):
            page.screenshot(path=Path(folder) / f"{name}-{size}.png", full_page=True)
        assert axe(page) == []
        assert fits(page)
    page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]
