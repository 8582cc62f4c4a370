"""A procedure changes while people write it on a phone and while its dossiers run: both go on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dossiers.public.conftest import Town, filled
from tests.dossiers.public.test_renewing import anew, form_without_notes
from tests.journeys.test_citizen_files import as_person
from tests.journeys.test_keeping import town
from tests.support.browser import OpenPage, axe
from tinhso.dossiers.models import Dossier, Draft
from tinhso.dossiers.operations import intake
from tinhso.foundation import jobs, moments
from tinhso.procedures import api as procedures

__all__ = ["town"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")
PHOTO = procedures.PaperAsked(code="anh", name="Ảnh chân dung", originals=1, hint="Nền trắng.")


def seen(page: Page, name: str) -> None:
    assert axe(page) == [], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_who_is_writing_on_a_phone_keeps_every_word_and_sends_under_the_new_version(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    page = open_page("phone")
    page.set_default_timeout(20_000)
    as_person(page, live_site, town.office.citizen)
    page.goto(f"{live_site}{town.root}phan/ghi-chu/")
    page.locator('[name="ghi_chu"]').fill("Xin gọi buổi tối")
    newer = anew(town, form_version_id=form_without_notes())

    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("sau khi ông/bà bắt đầu viết")).to_be_visible()
    expect(page.get_by_text("Thêm “Quê quán” (chữ, bắt buộc)")).to_be_visible()
    seen(page, "thu-tuc-doi-360")
    assert Draft.objects.get().answers["ghi_chu"] == "Xin gọi buổi tối"
    page.get_by_role("button", name="Tôi đã đọc").click()
    expect(page.locator("#thu-tuc-doi")).to_have_count(0)
    page.locator('[name="con.ho_ten"]').fill("Trần Gia Bảo")
    page.locator('[name="con.que"]').fill("Rạch Giá")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Ai đi khai?").first).to_be_visible()
    assert Draft.objects.get().procedure_version_id == newer


def test_the_leader_takes_running_dossiers_over_and_the_specialist_sees_what_changed(
    live_site: str, open_page: OpenPage, town: Town
) -> None:
    filled(town)
    town.browser.post(f"{town.root}xem-lai/", {"ban": str(Draft.objects.get().id)})
    dossier = Dossier.objects.get()
    intake.accept(dossier_id=dossier.id, by=town.office.intake, at=moments.now())
    longer = procedures.Term(9, procedures.Unit.WORKING_DAY)
    papers = (*procedures.version(town.version).papers, PHOTO)
    anew(town, form_version_id=form_without_notes(), papers=papers, term=longer)

    page = open_page("desktop")
    page.set_default_timeout(20_000)
    as_person(page, live_site, town.office.leader)
    page.goto(f"{live_site}/can-bo/phien-ban-moi/")
    seen(page, "phien-ban-moi-1280")
    page.get_by_role("link", name="Xem 1 hồ sơ trước khi chuyển").click()
    expect(page.get_by_text("chuyển được", exact=True)).to_be_visible()
    seen(page, "phien-ban-moi-xem-1280")
    page.set_viewport_size({"width": 360, "height": 740})
    seen(page, "phien-ban-moi-xem-360")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_label("Căn cứ, lý do").fill("Quyết định 215/QĐ-UBND")
    page.get_by_role("button", name="Chuyển tất cả 1 hồ sơ").click()
    expect(page.get_by_text("chờ chạy")).to_be_visible()
    seen(page, "phien-ban-moi-cho-1280")
    jobs.run_until_empty()
    expect(page.get_by_text("Đã xét 1/1 hồ sơ: 1 đã chuyển")).to_be_visible()
    seen(page, "phien-ban-moi-xong-1280")

    page = open_page("desktop")
    page.set_default_timeout(20_000)
    as_person(page, live_site, town.office.specialist)
    page.goto(f"{live_site}/can-bo/ho-so/{dossier.code}/")
    expect(page.get_by_text("Ngày hẹn vẫn theo thời hạn cũ: 5 ngày làm việc.")).to_be_visible()
    seen(page, "phien-ban-moi-ho-so-1280")
    page.get_by_role("button", name="Đã xem phần đổi").click()
    expect(page.get_by_text("đã xem phần đổi.")).to_be_visible()
    page.get_by_role("link", name="Yêu cầu người nộp bổ sung").click()
    expect(page.get_by_label("Lý do Câu trả lời trong tờ khai cần bổ sung")).to_have_value(
        "Hãy trả lời: Quê quán."
    )
    seen(page, "con-thieu-hoi-1280")
    page.get_by_role("button", name="Bổ sung", exact=True).click()
    page.goto(f"{live_site}/can-bo/ho-so/{dossier.code}/")
    expect(page.get_by_text("Đã yêu cầu người nộp bổ sung")).to_be_visible()

    citizen = open_page("phone")
    as_person(citizen, live_site, town.office.citizen)
    citizen.goto(f"{live_site}/ho-so/{dossier.code}/")
    expect(citizen.get_by_text("Chuyển sang quy định mới của thủ tục").first).to_be_visible()
    seen(citizen, "ho-so-doi-360")
    citizen.goto(f"{live_site}/ho-so/{dossier.code}/bo-sung/")
    seen(citizen, "con-thieu-bo-sung-360")
    citizen.get_by_role("link", name="Trả lời câu hỏi").click()
    seen(citizen, "con-thieu-tra-loi-360")
    citizen.get_by_role("button", name="Giữ câu trả lời").click()
    expect(citizen.get_by_role("alert")).to_contain_text("quê quán")
    citizen.locator('[name="con.que"]').fill("Rạch Giá")
    citizen.get_by_role("button", name="Giữ câu trả lời").click()
    expect(citizen.get_by_text("Rạch Giá")).to_be_visible()
    citizen.get_by_role("button", name="Gửi trước phần đã có").click()
    expect(citizen.get_by_text("Đã gửi một phần giấy tờ bổ sung").first).to_be_visible()
