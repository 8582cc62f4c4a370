"""Forms in a real browser: with a script, without one, and clean for readers."""

from __future__ import annotations

import gzip
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.forms import walk
from tests.forms.conftest import AT
from tests.forms.test_validation import BIRTH
from tests.support.browser import ROOT, OpenPage, axe
from tinhso.directory import demo as directory_demo
from tinhso.forms import api
from tinhso.forms.shipped import shipped
from tinhso.foundation import legal
from tinhso.foundation.refs import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
QUESTION_PAGE_KB = 12


@pytest.fixture
def site(settings: Settings, live_site: str) -> str:
    settings.ROOT_URLCONF = "tests.forms.walk"
    legal.load(at=AT)
    directory_demo.load(at=AT)
    walk.answers.clear()
    return live_site


def publish(code: str) -> UUID:
    return api.publish(code=code, definition=shipped()[code], by=SYSTEM, at=AT)


def fill(page: Page, values: dict[str, Any]) -> None:
    """Fill boxes and pick choices by their names."""
    for name, value in values.items():
        found = page.locator(f'[name="{name}"]')
        if found.first.get_attribute("type") == "radio":
            page.locator(f'[name="{name}"][value="{value}"]').check()
        elif found.first.get_attribute("type") == "checkbox":
            found.first.check()
        else:
            found.first.fill(value)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Tiếp tục").last.click()


BIRTH_PAGES: list[dict[str, str]] = [
    {"con.ho_ten": "Trần  Gia Bảo", "con.gioi_tinh": "nam"},
    {"con.ngay_sinh.ngay": "1", "con.ngay_sinh.thang": "tháng 11", "con.ngay_sinh.nam": "2026"},
    {"con.sinh_tai": "tai_nha", "con.noi_sinh.xa": "Phường Rạch Giá"},
    {"con.dan_toc": "Kinh", "con.quoc_tich": "VN"},
    {"con.que_quan.xa": "Lào Cai", "con.que_quan.chi_tiet": "Bản 3"},
    {
        "me.khai": "co",
        "me.ho_ten": "Nguyễn Thị Lan",
        "me.ngay_sinh.ngay": "27/3/1998",
        "me.so_dinh_danh": "091 198 001 234",
    },
    {"me.cu_tru.xa": "phường rạch giá"},
    {"ket_hon.da_dang_ky": "khong"},
    {"cha.khai": "khong"},
    {
        "nguoi_khai.quan_he": "me",
        "nguoi_khai.ho_ten": "Nguyễn Thị Lan",
        "nguoi_khai.so_dinh_danh": "091198001234",
        "nguoi_khai.dien_thoai": "+84 912 345 678",
    },
    {"ban_sao.can": "co", "ban_sao.so_luong": "3"},
    {"cam_doan": "co"},
]


@pytest.mark.parametrize("javascript", [True, False])
def test_a_birth_is_declared_page_by_page_with_and_without_a_script(
    site: str, open_page: OpenPage, javascript: bool
) -> None:
    version = publish("khai-sinh")
    page = open_page("phone", javascript=javascript)
    page.goto(f"{site}/{version}/ten-con/")
    for values in BIRTH_PAGES:
        fill(page, values)
        go_on(page)

    expect(page.get_by_role("heading", name="Xem lại")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("1/11/2026")
    assert api.validate(version, walk.answers[version], at=AT).sound


def test_a_dependent_question_appears_when_it_is_asked(site: str, page: Page) -> None:
    version = publish("khai-sinh")
    page.goto(f"{site}/{version}/ban-sao/")
    count = page.locator('[name="ban_sao.so_luong"]')

    expect(count).to_be_hidden()
    page.get_by_label("Có", exact=True).check()
    expect(count).to_be_visible()
    expect(page.get_by_text("Chỉ điền nếu cần bản sao.")).to_be_hidden()
    page.get_by_label("Không", exact=True).check()
    expect(count).to_be_hidden()


def test_a_sum_follows_what_is_typed(site: str, page: Page) -> None:
    version = publish("ho-kinh-doanh")
    walk.answers[version] = {"von": {"co_nguoi_gop": True}, "thanh_vien": [{"von": 1}, {"von": 2}]}
    page.goto(f"{site}/{version}/thanh-vien/")
    page.locator('[name="thanh_vien.0.von"]').fill("20.000.000")
    page.locator('[name="thanh_vien.1.von"]').fill("1500000")

    expect(page.locator("output")).to_have_text("21.500.000")


def test_the_error_summary_takes_the_eye_and_leads_to_the_field(site: str, page: Page) -> None:
    version = publish("khai-sinh")
    page.goto(f"{site}/{version}/ngay-sinh/")
    go_on(page)
    page.get_by_role("link", name="Hãy nhập ngày sinh của con").click()

    assert page.title().startswith("Lỗi: ")
    assert page.evaluate("document.activeElement.name") == "con.ngay_sinh.ngay"


@pytest.mark.parametrize("code", sorted(shipped()))
def test_every_page_is_clean_for_readers_and_fits_the_phone(
    site: str, open_page: OpenPage, code: str
) -> None:
    version = publish(code)
    page = open_page("phone")
    walk.answers[version] = {
        "von": {"co_nguoi_gop": True},
        "tang": [{}],
        "nganh_nghe": [{}],
        "thanh_vien": [{}],
    }
    if code == "khai-sinh":
        walk.answers[version] = BIRTH
    for asked in api.pages(version, walk.answers[version], at=AT):
        page.goto(f"{site}/{version}/{asked.name}/")
        assert axe(page) == [], asked.name
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, asked.name


def test_a_question_page_carries_little_script(site: str) -> None:
    built = ROOT / "src" / "tinhso" / "ui" / "static" / "ui" / "dist"
    weight = sum(
        len(gzip.compress((built / name).read_bytes(), 9)) for name in ("public.js", "islands/conditions.js")
    )

    assert weight <= QUESTION_PAGE_KB * 1024
