"""The desk by keyboard: single keys, kept out of fields and of Vietnamese typing; a list by arrows."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.support.browser import OpenPage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]

PRESSED = """window.pressed = 0;
  document.querySelector('[data-key=T]').addEventListener('click', () => window.pressed++)"""
FOCUSED_ROW = "[...document.querySelectorAll('tr[data-row]')].indexOf(document.activeElement)"
TICKED = "[...document.querySelectorAll('.ui-list__check')].map((box) => box.checked)"


@pytest.fixture
def desk(live_site: str, open_page: OpenPage) -> Page:
    page = open_page("desktop")
    page.goto(f"{live_site}{reverse('ui:gallery')}?part=desk")
    page.evaluate(PRESSED)
    return page


def test_a_letter_presses_its_button(desk: Page) -> None:
    desk.keyboard.press("t")
    assert desk.evaluate("window.pressed") == 1


def test_a_letter_typed_in_a_field_is_only_a_letter(desk: Page) -> None:
    desk.locator("#filter-q").focus()
    desk.keyboard.type("tt")
    assert desk.evaluate("window.pressed") == 0
    assert desk.locator("#filter-q").input_value() == "tt"


@pytest.mark.parametrize(
    "event", ["{code: 'KeyT', isComposing: true}", "{code: 'KeyT', keyCode: 229}", "{key: 't', code: ''}"]
)
def test_a_letter_that_vietnamese_typing_is_composing_presses_nothing(desk: Page, event: str) -> None:
    desk.evaluate(f"window.dispatchEvent(new KeyboardEvent('keydown', {event}))")
    assert desk.evaluate("window.pressed") == 0


def test_a_letter_with_control_belongs_to_the_browser(desk: Page) -> None:
    desk.evaluate(
        "window.dispatchEvent(new KeyboardEvent('keydown', {code: 'KeyT', key: 't', ctrlKey: true}))"
    )
    assert desk.evaluate("window.pressed") == 0


def test_the_slash_goes_to_the_search(desk: Page) -> None:
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.id") == "q"
    assert desk.locator("#q").input_value() == ""


def test_arrows_move_in_the_list_and_x_ticks(desk: Page) -> None:
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    assert desk.evaluate(FOCUSED_ROW) == 1
    desk.keyboard.press("x")
    assert desk.evaluate(TICKED) == [False, True, False, False, False]
    assert desk.locator("tr.ui-list__row--selected").count() == 1
    desk.keyboard.press("End")
    assert desk.evaluate(FOCUSED_ROW) == 4
    desk.keyboard.press("Home")
    assert desk.evaluate(FOCUSED_ROW) == 0


def test_shift_and_arrow_tick_a_range(desk: Page) -> None:
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Shift+ArrowDown")
    desk.keyboard.press("Shift+ArrowDown")
    assert desk.evaluate(TICKED) == [True, True, True, False, False]


def test_enter_opens_the_row(desk: Page) -> None:
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**#desk")


def test_the_views_fold_and_stay_folded(desk: Page) -> None:
    desk.locator("[data-toggle-views]").click()
    assert desk.locator("#views").is_hidden()
    desk.reload()
    assert desk.locator("#views").is_hidden()
    assert desk.locator("[data-toggle-views]").get_attribute("aria-expanded") == "false"
