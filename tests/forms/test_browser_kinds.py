"""A place taken from the device and a signature drawn by hand, with a script and without."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.forms import walk
from tests.forms.conftest import AT
from tests.forms.test_kinds import DEFINITION
from tests.support.browser import ROOT, OpenPage, axe
from tinhso.forms import api
from tinhso.foundation import legal
from tinhso.foundation.refs import SYSTEM

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
QUESTION_PAGE_BYTES = 12 * 1024
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")


@pytest.fixture
def site(settings: Settings, live_site: str) -> str:
    settings.ROOT_URLCONF = "tests.forms.walk"
    legal.load(at=AT)
    walk.answers.clear()
    return live_site


def published() -> UUID:
    return api.publish(code="vi-tri", definition=DEFINITION, by=SYSTEM, at=AT)


def clean(page: Page, name: str) -> None:
    assert axe(page) == [], name
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def test_a_place_is_taken_from_the_device_and_a_name_signs(site: str, open_page: OpenPage) -> None:
    page, version = open_page("phone"), published()
    page.context.grant_permissions(["geolocation"], origin=site)
    page.context.set_geolocation({"latitude": 10.0123, "longitude": 103.95, "accuracy": 12.3})
    page.goto(f"{site}/{version}/dat/")
    island = page.locator('[data-asks="dat.dao"]')
    expect(island).to_be_hidden()
    page.get_by_role("button", name="Lấy vị trí của máy này").click()
    expect(page.get_by_text("sai số khoảng 12 m")).to_be_visible()
    expect(page.locator('[name="dat.vi_tri.vi_do"]')).to_have_value("10,012300")
    expect(island).to_be_visible()
    clean(page, "vi-tri")
    page.locator('[name="dat.dao"][value="co"]').check()
    page.get_by_role("button", name="Tiếp tục").click()

    expect(page.locator("canvas")).to_be_visible()
    page.get_by_label("Hoặc gõ họ và tên để ký").fill("Trần Thị Lan")
    page.keyboard.press("Enter")
    expect(page.get_by_text("10,0123° Bắc, 103,95° Đông")).to_be_visible()
    expect(page.get_by_text("Đã ký bằng cách ghi tên: Trần Thị Lan")).to_be_visible()


def test_a_signature_is_drawn_again_and_stays(site: str, open_page: OpenPage) -> None:
    page, version = open_page("desktop"), published()
    sent: dict[str, int] = {}

    def keep(path: str) -> None:
        file = ROOT / "src/tinhso/ui/static" / path
        sent[path] = len(gzip.compress(file.read_bytes()))

    page.on("request", lambda one: keep(one.url.split("/static/")[1]) if "/islands/" in one.url else None)
    page.goto(f"{site}/{version}/ky/")
    sheet, kept = page.locator("canvas"), page.locator('[name="chu_ky.net"]')
    box = sheet.bounding_box()
    assert box
    for turn in range(2):
        page.mouse.move(box["x"] + 20, box["y"] + 20 + turn)
        page.mouse.down()
        page.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
        page.mouse.up()
        assert kept.input_value().startswith("M")
        expect(sheet).to_have_attribute("aria-label", "Ô ký tay, đã có chữ ký")
        if not turn:
            page.get_by_role("button", name="Xoá, ký lại").click()
            assert kept.input_value() == ""
    clean(page, "ky")
    strokes = kept.input_value()
    page.get_by_role("button", name="Tiếp tục").click()
    page.goto(f"{site}/{version}/ky/")
    expect(kept).to_have_value(strokes)
    assert api.summary(version, walk.answers[version], at=AT)[-1].strokes == strokes
    assert 0 < sum(sent.values()) < QUESTION_PAGE_BYTES, sent


def test_without_a_script_both_are_typed(site: str, open_page: OpenPage) -> None:
    page, version = open_page("phone", javascript=False), published()
    page.goto(f"{site}/{version}/dat/")
    expect(page.get_by_role("button", name="Lấy vị trí")).to_be_hidden()
    page.locator('[name="dat.vi_tri.vi_do"]').fill("10.5, 105.1")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("Hoặc gõ họ và tên để ký")).to_be_visible()
    expect(page.locator("canvas")).to_be_hidden()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("link", name="Hãy ký vào ô, hoặc gõ họ và tên để ký.")).to_be_visible()
