"""A head looks at who has how much and shares late work out as suggested; anyone reads how long it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support import people
from tests.support.browser import SIZES, OpenPage, axe, fits
from tests.support.office import filed, office
from tinhso.dossiers.models import Bulk, UsualTime
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_a_head_goes_from_a_number_to_its_dossiers_and_shares_them_out(page: Page, live_site: str) -> None:
    place, at = office(), moments.now() - timedelta(days=20)
    for number in range(4):
        sent = filed(place, at=at + timedelta(hours=number))
        intake.accept(dossier_id=sent.id, by=place.intake, at=at + timedelta(days=1))
    for name in ("Võ Văn Cảnh", "Lý Thị Dung"):
        people.officer("specialist", place.specialist_unit, name=name)
    sign_in(page, live_site, place.leader)

    page.goto(f"{live_site}/can-bo/giam-sat/khoi-luong/")
    clean(page)
    row = page.get_by_role("row").filter(has_text="Trần Văn Bình")
    row.get_by_role("link").first.click()
    expect(page.locator(".sv-went")).to_have_count(4)
    clean(page)

    page.goto(f"{live_site}/can-bo/ho-so/{sent.code}/phan-cong/")
    expect(page.get_by_text("Gợi ý: Võ Văn Cảnh, nhẹ việc nhất: đang giữ 0 hồ sơ")).to_be_visible()
    clean(page)

    page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]  # a plain dictionary of both numbers
    page.goto(f"{live_site}/can-bo/ho-so/?xem=co-quan")
    for box in page.locator("tbody input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name="hân công lại các hồ sơ đã chọn").click()
    expect(page.get_by_role("row").filter(has_text="Lý Thị Dung")).to_contain_text("2")
    clean(page)
    page.get_by_label("Giao cho").select_option(label="Chia theo gợi ý bên trên")
    page.get_by_label("Lý do").fill("Chia bớt việc trễ hạn.")
    page.get_by_role("button", name="Phân công lại 4 hồ sơ").click()
    page.wait_for_url("**/hang-loat/**")
    assert Bulk.objects.get().total == 4


def test_a_procedures_page_says_how_long_it_takes(live_site: str, open_page: OpenPage) -> None:
    place = office()
    code = procedures.version(place.version).code
    for agency in (None, place.agency):
        UsualTime.objects.create(
            procedure=code, agency_id=agency, cases=40, days=6, fast=1, middle=4, slow=9, percent=90,
            counted_at=moments.now(),
        )  # fmt: skip
    page = open_page("phone")
    page.goto(f"{live_site}/thu-tuc/{code}/")
    assert page.get_by_text("9 trong 10 hồ sơ xong trong 6 ngày làm việc kể từ lúc gửi").is_visible()
    page.get_by_text("Xem từng cơ quan").click()
    expect(page.get_by_text("UBND phường Thử")).to_be_visible()
    clean(page)


def clean(page: Page) -> None:
    """No fault for readers and no sideways scroll, at both sizes."""
    for size in SIZES.values():
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dictionary of both numbers
        assert axe(page) == []
        assert fits(page)
