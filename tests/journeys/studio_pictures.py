"""Pictures of the studio: `python -m tests.journeys.studio_pictures SITE PASSWORD SECRET`.

Into `docs/screenshots`. SITE is a `make run` in which `tests.journeys.stopwatch` made its procedure; pages
of fees and papers are of that one, the others of the demo's building permit.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.clerk import CODE, Hand
from tests.journeys.hands import PICTURES
from tests.journeys.stopwatch import signs_in
from tests.support.browser import SIZES, launch, web_parts

WHO, PERMIT = "rachgia.chuyenvien", "1.013225"
SETTLED_MS = 900


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """One picture, once nothing moves any more."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=str(PICTURES / f"studio-{name}.png"), full_page=whole)
    sys.stdout.write(f"studio-{name}.png\n")


def changing(page: Page, site: str, code: str) -> str:
    """The address of the draft that changes a procedure in force."""
    page.goto(f"{site}/can-bo/xuong/?q={code}")
    page.locator(f"form[action*='/{code}/'] button").first.click()
    page.wait_for_load_state("networkidle")
    return page.url


def taken(page: Page, site: str) -> None:
    """Every page that has a picture of this kind."""
    for name, address in (("home", "?q=xây+dựng"), ("blocks", "khoi/"), ("bring", "goi/")):
        page.goto(f"{site}/can-bo/xuong/{address}")
        picture(page, name)
    home = changing(page, site, CODE)
    page.goto(f"{home}phi/")
    page.get_by_label("dòng 1", exact=False).first.focus()
    picture(page, "fees")
    page.goto(f"{home}giay-to/")
    page.wait_for_load_state("networkidle")
    page.locator("[data-papers] [data-code] summary").nth(1).click()
    picture(page, "papers")
    home = changing(page, site, PERMIT)
    page.goto(f"{home}truong-hop/")
    picture(page, "examples")
    page.goto(f"{home}quy-trinh/")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Sửa bản vẽ").click()
    page.locator(".bjs-powered-by").wait_for()
    picture(page, "drawing", whole=False)
    hand = Hand(page)
    page.goto(f"{home}mo-ta/")
    page.wait_for_load_state("networkidle")
    hand.write(page.get_by_label("Tóm tắt bằng lời thường"), "Để được xây nhà ở riêng lẻ.")
    hand.saved()
    for name, address in (("history", "cac-lan-luu/"), ("comparison", "so-sanh/")):
        page.goto(f"{home}{address}")
        picture(page, name)
    page.goto(f"{home}cac-lan-luu/")
    page.locator("main a[href*='lan-luu/']").last.click()
    picture(page, "choosing")


def main() -> None:
    """Sign in, take them."""
    site, password, secret = sys.argv[1:4]
    Path(PICTURES).mkdir(exist_ok=True)
    web_parts()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(
            viewport=SIZES["desktop"],  # type: ignore[arg-type]  # a plain dict of width and height
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
        ).new_page()
        page.set_default_timeout(40_000)
        signs_in(Hand(page), site, WHO, password, secret)
        taken(page, site)
        browser.close()


if __name__ == "__main__":
    main()
