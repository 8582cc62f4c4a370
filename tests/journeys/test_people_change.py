"""A head's morning in the browser: somebody is away alone, their work lies here; a deputy takes it over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import axe, fits
from tests.support.office import Office, filed, office
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def place() -> Office:
    return office()


def day(page: Page, legend: str, *numbers: int) -> None:
    boxes = page.get_by_role("group", name=legend).get_by_role("textbox")
    for place, number in enumerate(numbers):
        boxes.nth(place).fill(str(number))


def test_an_absence_noted_moves_the_work_into_sight(live_site: str, page: Page, place: Office) -> None:
    at = moments.now()
    sent = filed(place, at=at)
    intake.accept(dossier_id=sent.id, by=place.intake, at=at)
    colleague = people.officer("specialist", place.specialist_unit, name="Võ Văn Cảnh")
    page.goto(live_site)
    sign_in(page, live_site, place.leader)
    today = moments.today(at)

    page.goto(f"{live_site}/can-bo/vang-mat/")
    page.get_by_label("Người vắng").select_option(label="Trần Văn Bình")
    day(page, "Vắng từ ngày", today.day, today.month, today.year)
    day(page, "Đến hết ngày", today.day, today.month, today.year)
    page.get_by_label("Lý do").fill("Ốm")
    page.get_by_role("button", name="Ghi vắng mặt").click()
    expect(page.get_by_role("status").filter(has_text="Đã ghi vắng mặt")).to_be_visible()
    assert fits(page)
    assert axe(page) == []

    page.goto(f"{live_site}/can-bo/")
    row = page.get_by_role("row").filter(has_text=sent.code)
    expect(row).to_contain_text("vắng, chưa ai thay")
    assert axe(page) == []

    page.goto(f"{live_site}/can-bo/ho-so/{sent.code}/phan-cong/")
    assert axe(page) == []
    page.get_by_label("Giao cho").select_option(str(colleague.id))
    page.get_by_label("Lý do").fill("Anh Bình ốm.")
    page.get_by_role("button", name="Phân công").last.click()
    expect(page.get_by_role("status").filter(has_text="Đã phân công")).to_be_visible()
    sign_in(page, live_site, colleague)
    page.goto(f"{live_site}/can-bo/ho-so/{sent.code}/")
    expect(page.get_by_text("Từ Trần Văn Bình sang Võ Văn Cảnh. Anh Bình ốm.")).to_be_visible()


def test_a_delegation_by_paper_is_written_down(live_site: str, page: Page, place: Office) -> None:
    people.officer("clerk", place.specialist_unit, name="Võ Văn Cảnh")
    page.goto(live_site)
    sign_in(page, live_site, place.leader)
    today = moments.today(moments.now())

    page.goto(f"{live_site}/can-bo/uy-quyen/")
    assert axe(page) == []
    page.get_by_label("Vai trò được ủy quyền").select_option(index=1)
    page.get_by_label("Người được ủy quyền").select_option(label="Võ Văn Cảnh")
    page.get_by_label("Ký", exact=True).check()
    day(page, "Từ ngày", today.day, today.month, today.year)
    day(page, "Đến hết ngày", 31, 12, today.year)
    page.get_by_role("button", name="Ghi ủy quyền").click()
    expect(page.get_by_text("Hãy ghi số văn bản ủy quyền.").first).to_be_visible()
    expect(page.get_by_label("Ký", exact=True)).to_be_checked()

    page.get_by_label("Số văn bản ủy quyền").fill("42/QĐ-UBND")
    page.get_by_role("button", name="Ghi ủy quyền").click()
    expect(page.get_by_role("row").filter(has_text="42/QĐ-UBND")).to_contain_text("chỉ: Ký")
    assert fits(page)
    assert axe(page) == []
