"""A register does not answer, then does: a person on a phone, and the clerk who chose it as a source."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.dossiers.public.conftest import Town
from tests.journeys.test_officer_day import sign_in
from tests.journeys.test_vault import come
from tests.registers.conftest import Fault, platform, registers
from tests.registers.test_asking import nguoi_bien, town
from tests.support import people
from tests.support.browser import OpenPage, axe
from tests.support.people import AT
from tinhso.identity.api import Role
from tinhso.studio import api as studio
from tinhso.studio.operations.drafts import begin

__all__ = ["platform", "registers", "town"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_what_was_typed_stays_when_the_register_is_asked_again(
    live_site: str, town: Town, registers: Fault, open_page: OpenPage
) -> None:
    registers("error", path="/lgsp/api", status=503, times=1)
    page = open_page("phone")
    come(page, live_site, nguoi_bien())
    page.goto(f"{live_site}{town.root}cho-ai/")
    page.get_by_role("button", name="Cho tôi").click()
    town.browser.post(f"{town.root}noi-nop/", {"co_quan": str(town.office.agency)})
    page.goto(f"{live_site}{town.root}phan/toi/")
    expect(page.get_by_text("Cơ sở dữ liệu dân cư chưa trả lời")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("Dân tộc").fill("Khmer")
    page.get_by_role("button", name="Hỏi lại").click()
    expect(page.get_by_label("Nam", exact=True)).to_be_checked()
    expect(page.get_by_label("Dân tộc")).to_have_value("Khmer")
    expect(page.get_by_role("button", name="Hỏi lại")).to_have_count(0)
    expect(page.get_by_role("group", name="Giới tính")).to_have_accessible_description("Lấy từ CSDL dân cư.")
    assert axe(page) == []
    page.get_by_role("button", name="Tiếp tục").click()
    page.goto(f"{live_site}/tai-khoan/ai-da-xem/")
    expect(page.get_by_text("Hỏi Cơ sở dữ liệu dân cư để điền sẵn tờ khai").first).to_be_visible()


def test_a_clerk_takes_a_register_as_source_and_is_told_what_is_missing(
    live_site: str, open_page: OpenPage
) -> None:
    author = people.officer(Role.SPECIALIST)
    draft = begin(code="T.9", title="Cấp bản sao", by=author, at=AT)
    question = {"name": "dan_toc", "kind": "text", "label": "Dân tộc"}
    pages = [{"name": "a", "question": "Ông/bà là ai?", "fields": [question]}]
    body = {"code": "", "definition": {"title": "Thử", "pages": pages}}
    studio.save(draft_id=draft, part=studio.PartName.FORM, body=body, seen=0, by=author, at=AT)
    page = open_page("desktop")
    sign_in(page, live_site, author)
    page.goto(f"{live_site}/can-bo/xuong/{draft}/to-khai/")
    page.locator("[data-card='0.0']").click()
    right = page.locator("[data-properties]")
    right.get_by_text("Điền sẵn", exact=True).click()
    right.get_by_label("Lấy từ", exact=True).select_option("population.ethnicity")
    expect(right.get_by_text("Cơ sở dữ liệu dân cư cho những mục nào")).to_be_visible()
    expect(right.locator(".fm-faults")).to_contain_text("hãy ghi ở “Hỏi để làm gì”")
    right.get_by_label("Hỏi để làm gì").fill("Để ghi vào giấy.")
    expect(right.locator(".fm-faults")).to_have_count(0)
    assert not axe(page)
