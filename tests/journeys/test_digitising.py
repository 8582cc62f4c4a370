"""Papers at the counter become files: sent with pages put in order, or by themselves from the scanner."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from tests.digitising.counter import Counter, counter
from tests.journeys.test_officer_day import sign_in
from tests.support import archival, scanning
from tests.support.browser import OpenPage, axe, fits
from tinhso.digitising.models import Scan
from tinhso.digitising.operations import folder
from tinhso.dossiers.models import SubmittedPaper
from tinhso.foundation import files

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]


@pytest.fixture
def here() -> Counter:
    return counter()


def in_order(page: Page) -> None:
    """Nothing sticks out, and readers find no fault."""
    assert fits(page)
    assert axe(page) == []


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_pages_are_sent_turned_and_put_into_the_dossier(
    here: Counter, open_page: OpenPage, live_site: str, size: str, tmp_path: Path
) -> None:
    (tmp_path / "1.jpg").write_bytes(scanning.jpeg("Đơn đề nghị"))
    (tmp_path / "2.tif").write_bytes(scanning.tiff([scanning.page("Trang hai"), scanning.page("Thừa")]))
    page = open_page(size)
    sign_in(page, live_site, here.office.intake)
    page.goto(f"{live_site}/can-bo/ho-so/{here.dossier.code}/")
    page.get_by_role("link", name="Số hóa giấy tờ").last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(here.dossier.code)
    in_order(page)

    page.get_by_label("Trang quét").first.set_input_files([tmp_path / "1.jpg", tmp_path / "2.tif"])
    page.get_by_role("button", name="Gửi trang quét").first.click()
    expect(page.get_by_role("img", name="Trang 3")).to_be_visible()
    in_order(page)
    page.locator("#trang-3").get_by_role("button", name="Bỏ trang").click()
    expect(page.locator(".dg-page")).to_have_count(2)
    page.locator("#trang-2").get_by_role("button", name="Xoay phải").click()
    page.get_by_role("button", name="Đơn đề nghị").click()

    expect(page.get_by_text("đã số hóa")).to_be_visible()
    paper = SubmittedPaper.objects.get(dossier_id=here.dossier.id, code="don", current=True)
    assert archival.faults(files.read(paper.file_id)) == []
    assert Scan.objects.get().pages == [[0, 0, 0], [1, 0, 90]]


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_scanners_folder_fills_the_tray_and_one_touch_assigns(
    here: Counter, open_page: OpenPage, live_site: str, size: str, settings: LazySettings, tmp_path: Path
) -> None:
    settings.SCANS = str(tmp_path)
    (tmp_path / here.code).mkdir()
    (tmp_path / here.code / "scan.pdf").write_bytes(scanning.pdf([scanning.page("x")]))
    (tmp_path / here.code / "nua.pdf").write_bytes(scanning.pdf([scanning.page("x")])[:4000])
    for minute in range(2):
        folder.look(at=here.at + timedelta(minutes=minute))
    page = open_page(size)
    sign_in(page, live_site, here.office.intake)
    page.goto(f"{live_site}/can-bo/so-hoa/")
    expect(page.get_by_text("nua.pdf", exact=False).first).to_be_visible()
    in_order(page)

    page.get_by_role("link", name="scan.pdf").click()
    in_order(page)
    page.get_by_role("button", name="Đơn đề nghị").click()
    expect(page.get_by_text("đã số hóa")).to_be_visible()
    page.goto(f"{live_site}/can-bo/so-hoa/")
    page.get_by_role("button", name="Không cần tệp này nữa").click()
    expect(page.get_by_text("không có tệp lỗi")).to_be_visible()
