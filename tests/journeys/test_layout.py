"""Citizens' pages on the smallest screens: a low head, and nothing that hides what is to be touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.screens import OVER
from tests.journeys.test_citizen_files import as_person, supplementing
from tests.support.browser import OpenPage, axe
from tests.support.office import filed, office
from tinhso.dossiers.models import UsualTime
from tinhso.foundation import moments
from tinhso.procedures import api as procedures

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = os.environ.get("TINHSO_JOURNEY_PICTURES", "")
HEAD_PIXELS = {320: 232, 360: 184}
COVERED = """() => [...document.querySelectorAll("main a, main button, main .ui-file__button")]
  .filter((one) => one.offsetParent && !one.closest("[hidden]"))
  .filter((one) => {
    const box = one.getBoundingClientRect();
    if (!box.height || box.bottom > innerHeight || box.top < 0) return false;
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !(top && (one === top || one.contains(top) || top.contains(one)));
  })
  .map((one) => one.textContent.trim())"""


def pictured(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("language", ["vi", "en", "km"])
@pytest.mark.parametrize("width", [320, 360])
def test_the_head_of_a_page_is_low_and_nothing_in_it_lies_on_another(
    live_site: str, open_page: OpenPage, language: str, width: int
) -> None:
    page = open_page("phone")
    page.set_viewport_size({"width": width, "height": 640})
    page.goto(f"{live_site}/ngon-ngu/{language}/?next=/" if language != "vi" else live_site)
    assert page.locator("header").bounding_box()["height"] <= HEAD_PIXELS[width]  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(OVER) == []
    for place in page.locator("a.govuk-language-navigation__link, header nav a").all():
        box = place.bounding_box()
        assert box is not None
        assert box["height"] >= 48
        assert box["x"] + box["width"] <= width
    pictured(page, f"dau-trang-{language}-{width}")


def test_nothing_covers_what_is_to_be_touched_when_a_paper_is_asked_for(
    live_site: str, open_page: OpenPage
) -> None:
    page = supplementing(open_page("phone"), live_site)
    for place in range(0, 1200, 40):
        page.evaluate(f"window.scrollTo(0, {place})")
        assert page.evaluate(COVERED) == [], place
    pictured(page, "bo-sung-740")


def test_without_a_script_the_menu_is_there_and_the_page_fits(live_site: str, open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    page.goto(live_site)
    links = page.locator("header nav a")
    assert links.count() == 6
    boxes = [one.bounding_box() for one in links.all()]
    for number, one in enumerate(boxes):
        for other in boxes[number + 1 :]:
            assert one is not None
            assert other is not None
            apart_across = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            apart_down = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert apart_across or apart_down


def test_the_receipt_shows_fee_usual_time_and_copies_its_code(live_site: str, open_page: OpenPage) -> None:
    place = office()
    sent = filed(place, at=moments.now())
    code = procedures.version(place.version).code
    UsualTime.objects.create(
        procedure=code, cases=40, days=3, fast=1, middle=2, slow=4, percent=90, counted_at=moments.now()
    )
    page = open_page("phone", permissions=["clipboard-read", "clipboard-write"])
    as_person(page, live_site, place.citizen)
    page.goto(f"{live_site}/ho-so/{sent.code}/")
    page.get_by_role("button", name="Sao chép mã").click()
    assert page.evaluate("navigator.clipboard.readText()") == sent.code
    assert page.get_by_text("9 trong 10 hồ sơ xong trong 3 ngày làm việc").is_visible()
    assert page.get_by_text("Không thu").is_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    pictured(page, "bien-nhan")
