"""Fees and papers made in the studio by a real browser, with the keyboard alone where hands would be."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.studio.test_fees_and_papers import PAPER, TABLE, drafted
from tests.support.browser import OpenPage, axe, fits
from tinhso.studio import api as studio

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
NAME = studio.PartName


def shot(page: Page, name: str) -> None:
    """A picture for who looks at the pages; nothing otherwise."""
    if folder := os.environ.get("TINHSO_SHOTS"):
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def saved(page: Page) -> None:
    """Wait until what was typed is kept."""
    expect(page.locator('[data-draft][data-state="saved"]')).to_be_attached()


def cell(page: Page, name: str, row: int) -> Any:
    """A cell of the table by its column and row."""
    return page.get_by_label(f"{name}, dòng {row}", exact=True)


def test_a_table_of_fees_is_made_by_keyboard_and_tried(page: Page, live_site: str) -> None:
    plain = {"code": "le-phi", "kind": "charge", "name": "Lệ phí khai sinh", "amount": 8000,
             "ground": "85/2019/TT-BTC", "condition": "", "exemption": ""}  # fmt: skip
    draft, author = drafted(fees={"fees": [plain], "fee_table": None})
    sign_in(page, live_site, author)
    page.goto(f"{live_site}/can-bo/xuong/{draft}/phi/")
    expect(cell(page, "Số tiền (đồng)", 1)).to_have_value("8.000")
    page.get_by_role("button", name="Chuyển thành bảng theo trường hợp").press("Enter")
    page.get_by_label("Thêm điều kiện").select_option(label="Tuổi tính theo Ngày sinh của con")
    first = cell(page, "Tuổi tính theo Ngày sinh của con", 1)
    first.fill("< 18")
    first.press("Control+Enter")
    expect(cell(page, "Tuổi tính theo Ngày sinh của con", 2)).to_be_focused()
    page.keyboard.type("từ 18 trở xuống")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()
    cell(page, "Miễn, giảm", 1).fill("100%")
    cell(page, "Căn cứ miễn, giảm", 1).fill("97/2015/QH13")
    cell(page, "Số tiền (đồng)", 2).fill("10000")
    cell(page, "Số tiền (đồng)", 2).press("Enter")
    expect(page.locator("[data-part=problems]")).to_contain_text("Dòng 2 và dòng 1 cùng đúng")
    second = cell(page, "Tuổi tính theo Ngày sinh của con", 2)
    second.fill(">= 18")
    second.blur()
    expect(page.locator("[data-part=problems] li")).to_have_count(0)
    first.focus()
    expect(page.locator("[data-part=sentence]")).to_contain_text(
        "Ngày sinh của con dưới 18: Lệ phí khai sinh 8.000 đồng, miễn toàn bộ theo 97/2015/QH13."
    )
    expect(page.locator("[data-part=cell]")).to_contain_text("dưới 18. Ghi như: dưới 18;")
    page.locator("[data-part=fields] input").fill("1/5/2020")
    expect(page.locator("[data-part=outcome]")).to_contain_text("Lệ phí khai sinh: 0 đồng")
    page.locator("[data-part=fields] input").fill("1/5/1990")
    expect(page.locator("[data-part=outcome]")).to_contain_text("Lệ phí khai sinh: 10.000 đồng")
    saved(page)
    assert axe(page) == []
    assert fits(page)
    shot(page, "fees")
    second.press("Alt+ArrowUp")
    expect(cell(page, "Tuổi tính theo Ngày sinh của con", 1)).to_have_value("từ 18 trở lên")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(cell(page, "Tuổi tính theo Ngày sinh của con", 1)).to_have_value("dưới 18")
    saved(page)
    table = studio.draft(draft).body(NAME.FEES)["fee_table"]
    assert [(row["tests"], row["amount"]) for row in table["rows"]] == [
        ({"cot-1": "< 18"}, 8000),
        ({"cot-1": ">= 18"}, 10000),
    ]


def test_papers_are_put_in_order_and_asked_by_case(page: Page, live_site: str) -> None:
    draft, author = drafted(papers={"papers": [PAPER]})
    sign_in(page, live_site, author)
    page.goto(f"{live_site}/can-bo/xuong/{draft}/giay-to/")
    page.get_by_label("Thêm giấy tờ").fill("Văn bản cam đoan việc sinh")
    page.keyboard.press("Enter")
    box = page.locator("[data-code=van-ban-cam-doan-viec-sinh]")
    box.get_by_role("button", name="Thêm điều kiện").press("Enter")
    box.get_by_label("Câu trả lời ở dòng 1").select_option(label="Sinh ở đâu")
    box.get_by_label("So với").select_option(label="Ở nhà")
    expect(box.locator(".fm-sentence")).to_contain_text("Ở nhà")
    box.get_by_role("button", name="Thêm nhóm").press("Enter")
    expect(box.get_by_label("Câu trả lời ở dòng 2.1")).to_be_focused()
    inner = box.get_by_role("group", name="Nhóm 2")
    inner.get_by_role("button", name="Thêm dòng").press("Enter")
    expect(box.get_by_label("Câu trả lời ở dòng 2.2")).to_be_focused()
    expect(box.locator(".fm-sentence")).to_contain_text(" và (")
    shot(page, "papers-group")
    box.get_by_role("button", name="Bỏ nhóm 2", exact=True).press("Enter")
    expect(page.locator("[data-announce]")).to_have_text("Đã bỏ nhóm 2.")
    expect(box.get_by_label("Câu trả lời ở dòng 1")).to_be_focused()
    expect(box.locator(".fm-sentence")).not_to_contain_text(" và ")
    box.get_by_role("button", name="Dùng câu của điều kiện").click()
    expect(box.get_by_label("Trường hợp, bằng lời cho người dân")).to_have_value(
        box.locator(".fm-sentence").inner_text()
    )
    box.get_by_label("Căn cứ: luật nào yêu cầu giấy này").fill("123/2015/NĐ-CP")
    box.get_by_role("button", name="Thêm nguồn").click()
    box.get_by_label("Lấy gì,").select_option(index=1)
    saved(page)
    assert axe(page) == []
    assert fits(page)
    shot(page, "papers")
    box.locator("summary").first.press("Alt+ArrowUp")
    expect(page.locator("[data-code]").first).to_have_attribute("data-code", "van-ban-cam-doan-viec-sinh")
    saved(page)
    papers = studio.draft(draft).body(NAME.PAPERS)["papers"]
    assert papers[0]["when"] == {"==": [{"var": "noi_sinh"}, "nha"]}
    assert papers[0]["reuse"][0]["source"] == "vault"
    assert not [one for one in studio.problems(studio.draft(draft)) if one.part is NAME.PAPERS]


def test_without_a_script_both_pages_show_what_there_is(open_page: OpenPage, live_site: str) -> None:
    draft, author = drafted(fees={"fees": [], "fee_table": TABLE}, papers={"papers": [PAPER]})
    scripted = open_page("desktop")
    sign_in(scripted, live_site, author)
    page = open_page("desktop", javascript=False, user_agent=scripted.evaluate("navigator.userAgent"))
    page.context.add_cookies(scripted.context.cookies())  # type: ignore[arg-type]  # the same shape, said twice
    page.goto(f"{live_site}/can-bo/xuong/{draft}/phi/")
    expect(page.get_by_role("main")).to_contain_text("Tuổi dưới 18: Lệ phí 8.000 đồng")
    page.goto(f"{live_site}/can-bo/xuong/{draft}/giay-to/")
    expect(page.get_by_role("main")).to_contain_text("Giấy chứng sinh")
