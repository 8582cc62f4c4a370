"""A leader fills, closes and opens again a report, goes from a figure to its dossiers, chooses a digest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_officer_day import sign_in
from tests.support.browser import SIZES, axe, fits
from tests.support.office import filed, office
from tinhso.dossiers.operations import intake
from tinhso.foundation import moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.supervision.contracts import PeriodKind, period_of
from tinhso.supervision.queries import reports

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


def test_a_leader_closes_a_report_and_a_later_change_stands_beside_it(page: Page, live_site: str) -> None:
    place = office()
    period = period_of(PeriodKind.MONTH, today(moments.now())).before
    begins = moments.midnight(reports.days_of(period)[0])
    for number in range(3):
        at = begins + timedelta(days=number, hours=9)
        intake.accept(dossier_id=filed(place, at=at).id, by=SYSTEM, at=at)
    sign_in(page, live_site, place.leader)
    page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]  # a plain dictionary of both numbers
    page.goto(f"{live_site}/can-bo/")
    page.get_by_role("link", name="Báo cáo thống kê").first.click()
    _clean(page)
    page.get_by_label("Kỳ").select_option(period.word)
    page.get_by_role("button", name="Xem").click()
    page.get_by_role("link", name="II.06a").click()
    _clean(page)
    page.locator(".sv-total a").first.click()
    expect(page.locator(".sv-went")).to_have_count(3)
    page.go_back()

    page.get_by_role("button", name="Chốt số liệu kỳ này").click()
    expect(page.locator("#tinh-trang")).to_contain_text("Đã chốt số liệu")
    late = filed(place, at=begins)
    intake.accept(dossier_id=late.id, by=SYSTEM, at=begins + timedelta(hours=9))
    page.reload()
    expect(page.locator(".sv-total .sv-now").first).to_contain_text("nay 4")
    _clean(page)

    page.get_by_text("Mở lại số liệu đã chốt").click()
    page.get_by_role("button", name="Mở lại", exact=True).click()
    expect(page.locator("#can-cu-error")).to_contain_text("Hãy ghi vì sao mở lại")
    _clean(page)
    page.get_by_label("Vì sao mở lại").fill("Công văn 12")
    page.get_by_role("button", name="Mở lại", exact=True).click()
    expect(page.get_by_role("heading", name="Các lần chốt trước")).to_be_visible()
    expect(page.locator(".sv-total a").first).to_contain_text("4")


def test_an_officer_chooses_a_digest(page: Page, live_site: str) -> None:
    place = office()
    intake.accept(dossier_id=filed(place).id, by=SYSTEM, at=moments.now())
    sign_in(page, live_site, place.specialist)
    page.set_viewport_size(SIZES["desktop"])  # type: ignore[arg-type]  # a plain dictionary of both numbers
    page.goto(f"{live_site}/can-bo/")
    page.get_by_role("link", name="Tóm tắt hằng ngày").first.click()
    _clean(page)
    page.get_by_label("Vào lúc").select_option("8")
    page.get_by_label("Tất cả việc đang chờ tôi").check()
    page.get_by_role("button", name="Lưu").click()
    expect(page.locator(".dk-done")).to_contain_text("Đã lưu")
    expect(page.get_by_label("Tất cả việc đang chờ tôi")).to_be_checked()
    _clean(page)


def test_a_leader_ticks_late_dossiers_for_letters_of_apology(page: Page, live_site: str) -> None:
    place = office()
    intake.accept(dossier_id=filed(place).id, by=SYSTEM, at=moments.now() - timedelta(days=60))
    sign_in(page, live_site, place.leader)
    page.goto(f"{live_site}/can-bo/giam-sat/ho-so/?muc=late")
    expect(page.get_by_role("button", name="Xin lỗi, hẹn lại các hồ sơ đã chọn")).to_be_visible()
    _clean(page)
    page.locator("[data-bulk-all]").check()
    page.get_by_role("button", name="Xin lỗi, hẹn lại các hồ sơ đã chọn").click()
    expect(page.get_by_role("heading", name="Xin lỗi, hẹn lại 1 hồ sơ quá hạn")).to_be_visible()


def _clean(page: Page) -> None:
    for size in SIZES.values():
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a plain dictionary of both numbers
        assert axe(page) == []
        assert fits(page)
