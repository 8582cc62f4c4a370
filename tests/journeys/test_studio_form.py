"""A clerk makes a form: by keyboard and by dragging, with a condition in rows, tried as a citizen sees it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import OpenPage, axe
from tests.support.people import AT
from tinhso.identity.api import Role
from tinhso.studio import api as studio
from tinhso.studio.operations.drafts import begin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def kept(page: Page, draft: UUID) -> Any:
    """The definition once everything typed is saved."""
    expect(page.locator("[data-draft]")).to_have_attribute("data-state", "saved")
    return studio.draft(draft).body(studio.PartName.FORM)["definition"]


def names(fields: list[dict[str, Any]]) -> list[str]:
    return [one["name"] for one in fields]


def drag(page: Page, what: Locator, to: Locator) -> None:
    """With the mouse, from the middle of one to the middle of the other."""
    start, end = what.bounding_box(), to.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2 - 3, steps=4)
    page.mouse.up()


def test_a_clerk_makes_a_form_and_tries_it(open_page: OpenPage, live_site: str) -> None:
    author = people.officer(Role.SPECIALIST)
    draft = begin(code="T.9", title="Cấp bản sao", by=author, at=AT)
    page = open_page("desktop")
    sign_in(page, live_site, author)
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto(f"{live_site}/can-bo/xuong/{draft}/to-khai/")
    said = page.locator("[data-announce]")
    right = page.locator("[data-properties]")

    page.get_by_role("button", name="Bắt đầu soạn tờ khai").click()
    right.get_by_label("Câu hỏi của trang").fill("Cần bản sao nào?")
    page.get_by_role("button", name="Chọn một", exact=False).first.click()
    right.get_by_label("Nhãn").fill("Loại giấy tờ")
    right.get_by_label("Ý 1", exact=True).fill("Giấy khai sinh")
    right.get_by_label("Ý 2", exact=True).fill("Giấy tờ khác")
    page.get_by_role("button", name="Chữ ngắn").click()
    right.get_by_label("Nhãn").fill("Tên giấy tờ")
    right.get_by_role("button", name="Thêm điều kiện").click()
    right.get_by_label("So với").select_option(label="Giấy tờ khác")
    expect(right.locator(".fm-sentence")).to_contain_text("Hỏi khi loại giấy tờ là “Giấy tờ khác”.")
    right.get_by_label("Ghi chú khi nào cần điền").fill("Chỉ điền nếu là giấy tờ khác.")
    page.get_by_role("button", name="Số", exact=False).filter(has_text="Số lượng").click()
    right.get_by_label("Nhãn").fill("Số bản")
    fields = kept(page, draft)["pages"][0]["fields"]
    assert names(fields) == ["loai_giay_to", "ten_giay_to", "so_ban"]
    assert [one["value"] for one in fields[0]["options"]] == ["giay_khai_sinh", "giay_to_khac"]
    assert fields[1]["show_if"] == {"==": [{"var": "loai_giay_to"}, "giay_to_khac"]}
    assert not axe(page)

    card = page.locator("[data-card='0.2']")
    card.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(said).to_have_text("Số bản: nay ở vị trí 2/3.")
    expect(page.locator("[data-card='0.1']")).to_be_focused()
    page.keyboard.press("Delete")
    expect(said).to_contain_text("Đã xóa: Số bản")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-card]")).to_have_count(3)
    page.get_by_role("button", name="Loại giấy tờ", exact=False).first.click()
    right.get_by_label("Nhãn").fill("Giấy tờ cần bản sao")
    right.get_by_text("Thêm nữa").click()
    right.get_by_label("Tên trong dữ liệu").fill("giấy tờ")
    right.get_by_label("Tên trong dữ liệu").press("Tab")
    page.get_by_role("button", name="Thêm trang").click()
    right.get_by_label("Câu hỏi của trang").fill("Nhận ở đâu?")
    page.locator("[data-outline='0']").click()
    page.locator("summary", has_text="Cần sửa").click()
    page.get_by_role("button", name="Trang “Nhận ở đâu?” không hỏi gì.").click()
    expect(right.get_by_label("Câu hỏi của trang")).to_have_value("Nhận ở đâu?")
    expect(page.locator(".fm-middle .fm-fault")).to_have_text("Trang “Nhận ở đâu?” không hỏi gì.")
    page.locator("[data-outline='0']").click()
    drag(page, page.locator("[data-drag='0.1']"), page.locator("[data-page='1']"))
    expect(said).to_contain_text("đã chuyển đến “Nhận ở đâu?”")
    made = kept(page, draft)
    assert names(made["pages"][0]["fields"]) == ["giay_to", "ten_giay_to"]
    assert made["pages"][0]["fields"][1]["show_if"] == {"==": [{"var": "giay_to"}, "giay_to_khac"]}
    assert (made["pages"][1]["name"], names(made["pages"][1]["fields"])) == ("nhan-o-dau", ["so_ban"])
    page.locator("[data-outline='0']").click()
    drag(page, page.locator("[data-drag='0.1']"), page.locator("[data-at='0.0']"))
    expect(page.locator("[data-at='0.0']")).to_contain_text("Tên giấy tờ")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-at='0.0']")).to_contain_text("Giấy tờ cần bản sao")

    page.get_by_role("button", name="Xem như người dân").click()
    phone = page.frame_locator("iframe")
    expect(phone.get_by_label("Tên giấy tờ")).to_be_hidden()
    phone.get_by_label("Giấy tờ khác").check()
    phone.get_by_label("Tên giấy tờ").fill("Trích lục")
    right.get_by_label("Nhãn").fill("Tên giấy tờ cần sao")
    expect(phone.get_by_label("Tên giấy tờ cần sao")).to_have_value("Trích lục")
    expect(phone.get_by_label("Giấy tờ khác")).to_be_checked()
    phone.get_by_role("button", name="Tiếp tục").click()
    expect(phone.get_by_role("heading", name="Nhận ở đâu?")).to_be_visible()
    expect(right.get_by_label("Câu hỏi của trang")).to_have_value("Nhận ở đâu?")
    assert not axe(page)
    assert not faults


def test_a_press_lands_though_an_answer_comes_while_it_is_held(open_page: OpenPage, live_site: str) -> None:
    author = people.officer(Role.SPECIALIST)
    draft = begin(code="T.9", title="Cấp bản sao", by=author, at=AT)
    page = open_page("desktop")
    sign_in(page, live_site, author)
    page.goto(f"{live_site}/can-bo/xuong/{draft}/to-khai/")
    page.get_by_role("button", name="Bắt đầu soạn tờ khai").click()
    kept(page, draft)
    number = page.get_by_role("button", name="Số", exact=False).filter(has_text="Số lượng")
    number.scroll_into_view_if_needed()
    box = number.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    asked: list[Route] = []
    page.route("**/luu/", lambda route: asked.append(route), times=1)
    question = page.locator("[data-properties]").get_by_label("Câu hỏi của trang")
    question.fill("Cần bản sao nào?")
    question.press("Tab")
    expect(page.locator("[data-draft]")).to_have_attribute("data-state", "saving")
    page.mouse.down()
    with page.expect_response("**/luu/"):
        asked[0].continue_()
    expect(page.locator("[data-draft]")).to_have_attribute("data-state", "saving")
    page.mouse.up()
    expect(page.locator("[data-card]")).to_have_count(1)
    assert len(kept(page, draft)["pages"][0]["fields"]) == 1
