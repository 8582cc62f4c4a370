"""The page of a process in a real browser: chosen, changed by keyboard alone, drawn, kept."""

from __future__ import annotations

import html
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_checklist import come
from tests.studio.test_process import PART, termed
from tests.support.browser import OpenPage, axe
from tinhso.dossiers import api as dossiers
from tinhso.studio import api as studio
from tinhso.workflow import api as workflow

pytestmark = pytest.mark.django_db(transaction=True)


def drawing(draft: UUID) -> tuple[workflow.LineStep, ...]:
    """The steps of the drawing that is kept."""
    body = studio.draft(draft).body(PART)
    steps = workflow.in_line(body["bpmn"])
    assert steps is not None
    return steps


def kept(page: Page, change: Any) -> None:
    """Do it, and wait until the server has it."""
    with page.expect_response(lambda answer: answer.url.endswith("/luu/") and answer.ok, timeout=9000):
        change()


def test_a_clerk_chooses_changes_and_draws_a_process(live_site: str, open_page: OpenPage) -> None:
    draft, author = termed()
    page = open_page("desktop")
    said: list[str] = []
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    foreign: list[str] = []
    page.on(
        "request",
        lambda one: (
            foreign.append(one.url) if not one.url.startswith((live_site, "data:", "blob:")) else None
        ),
    )
    page.goto(live_site)
    come(page, live_site, author)
    page.goto(f"{live_site}/can-bo/xuong/{draft}/quy-trinh/")

    page.locator("#chon > summary").click()
    kept(page, lambda: page.locator("[data-take=kiem-tra-thuc-dia]").press("Enter"))
    expect(page.locator("[data-steps] tbody tr")).to_have_count(7)

    kept(page, lambda: page.get_by_role("button", name="Thêm bước").press("Enter"))
    name = page.locator("[data-field=name-4]")
    expect(name).to_be_focused()
    kept(page, lambda: (page.keyboard.type("Soát thể thức"), page.keyboard.press("Tab")))
    kept(page, lambda: page.locator("[data-field=act-4]").select_option("dossiers.hand_on"))
    kept(page, lambda: page.locator("[data-field=role-4]").select_option("specialist"))
    kept(page, lambda: page.locator("[data-press=remove-xem_ho_so]").press("Enter"))
    steps = drawing(draft)
    assert [step.name for step in steps][:4] == [
        "Tiếp nhận", "Kiểm tra thực địa, lập biên bản", "Thẩm định, dự thảo kết quả", "Soát thể thức",
    ]  # fmt: skip
    assert workflow.lint(studio.draft(draft).body(PART)["bpmn"], dossiers.life_cycle()) == ()
    kept(page, lambda: page.locator("[data-press=down-tiep_nhan]").press("Enter"))
    expect(page.locator("[data-problems]")).to_be_visible()
    assert page.locator("[data-list] a").first.inner_text().startswith("Đến bước")
    kept(page, lambda: page.get_by_role("button", name="Hoàn tác").press("Enter"))
    expect(page.locator("[data-problems]")).to_be_hidden()

    kept(page, lambda: page.locator("[data-mode]").select_option("term"))
    kept(page, lambda: (page.locator("[data-field=time-1]").fill("11"), page.keyboard.press("Tab")))
    expect(page.locator("[data-divided]")).to_have_text(
        "Đã chia 11 trong 10 ngày làm việc. Vượt 1 ngày làm việc."
    )
    expect(page.locator("[data-list]")).to_contain_text("vượt thời hạn")
    kept(page, lambda: (page.locator("[data-field=time-1]").fill("4"), page.keyboard.press("Tab")))
    expect(page.locator("[data-problems]")).to_be_hidden()
    assert axe(page) == []

    page.get_by_role("button", name="Sửa bản vẽ").press("Enter")
    page.locator("[data-element-id=ky] .djs-hit").first.click()
    panel = page.locator("[data-panel]")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    panel.get_by_label("Tên việc").fill("Chủ tịch ký")
    panel.get_by_label("Tên việc").press("Tab")
    panel.get_by_label("Ai làm").select_option("clerk")
    arrows, more = page.locator(".djs-connection .djs-hit"), panel.get_by_role("button", name="Thêm nhóm")
    for n in range(arrows.count()):
        arrows.nth(n).click(force=True)
        if more.count():
            break
    more.press("Enter")
    expect(panel.get_by_label("Câu trả lời ở dòng 2.1")).to_be_focused()
    panel.get_by_label("Câu trả lời ở dòng 2.1").select_option(label="Nộp trực tuyến")
    panel.get_by_role("group", name="Nhóm 2").get_by_role("button", name="Thêm dòng").press("Enter")
    panel.get_by_label("So sánh ở dòng 2.2").select_option(label="không đúng")
    expect(panel.locator(".fm-sentence")).to_contain_text("và (Nộp trực tuyến hoặc không phải (")
    kept(page, lambda: page.get_by_role("button", name="Xong").click())
    bpmn = studio.draft(draft).body(PART)["bpmn"]
    step = next(step for step in workflow.listed(bpmn) if step.step == "ky")
    assert (step.name, step.role) == ("Chủ tịch ký", "clerk")
    assert 'ket_luan == "tra_lai" and (via == "online" or ket_luan != "ky")' in html.unescape(bpmn)
    expect(page.locator("[data-list]")).to_contain_text("không được làm việc Ký")
    assert studio.draft(draft).body(PART)["step_allotments"][0]["term"]["amount"] == 4

    kept(page, lambda: page.get_by_role("button", name="Hoàn tác").press("Enter"))
    kept(page, lambda: page.locator("[data-field=act-1]").select_option("wait_time"))
    kept(page, lambda: page.locator("[data-field=role-1]").select_option("specialist"))
    kept(page, lambda: (page.locator("[data-field=wait-1]").fill("3"), page.keyboard.press("Tab")))
    kept(page, lambda: page.locator("[data-press=clock-tham_dinh]").press("Enter"))
    expect(page.locator("[data-field=told-2-0]")).to_have_value("leader")
    wait, checked = drawing(draft)[1:3]
    assert wait.wait == workflow.Wait(workflow.WaitsFor.TIME, 3, "working_day")
    assert [(clock.amount, clock.role) for clock in checked.limits] == [(3, "leader")]
    assert axe(page) == []
    page.get_by_role("button", name="Sửa bản vẽ").press("Enter")
    expect(page.locator(".djs-palette [data-action=wait]")).to_be_visible()
    expect(page.locator(".djs-palette [data-action=receive]")).to_be_visible()
    page.locator("[data-element-id=ky] .djs-hit").first.click()
    page.locator(".djs-context-pad [data-action=clock]").click()
    panel.get_by_label("Chưa xong sau").fill("2")
    panel.get_by_label("Chưa xong sau").press("Tab")
    panel.get_by_label("Đến lúc đó thì").select_option("goes")
    kept(page, lambda: page.get_by_role("button", name="Xong").click())
    clock = next(
        step for step in workflow.drawn(studio.draft(draft).body(PART)["bpmn"]) if step.step == "ky"
    ).limits
    assert [(one.amount, one.goes) for one in clock] == [(2, True)]
    expect(page.locator("[data-list]")).to_contain_text("ngõ cụt")
    assert said == []
    assert foreign == []
