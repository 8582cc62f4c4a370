"""A procedure made by hand with a stop-watch: `python -m tests.journeys.stopwatch SITE PASSWORD SECRET`.

SITE is a fresh `make run`, which prints the demo officers' password and authenticator secret. One officer
makes the procedure of `clerk.py` in a real browser at the pace of somebody who knows the decision; another
publishes it. A key takes KEY seconds (Telex: a mark takes one more), before each control there is THOUGHT.
"""

from __future__ import annotations

import base64
import hmac
import struct
import sys
import time
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect, sync_playwright

from tests.journeys import clerk
from tests.journeys.clerk import Hand, Pace
from tests.support.browser import SIZES, launch, web_parts

KEY, THOUGHT = 0.06, 1.5
AUTHOR, PUBLISHER = "nongnghiep.thuysan", "tinh.quantri"
PUBLISHED = "Công bố (người thứ hai)"
VIETNAM = timedelta(hours=7)


def code_of(secret: str) -> str:
    """The six digits of an authenticator now (RFC 6238)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), "sha1").digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def signs_in(hand: Hand, site: str, login: str, password: str, secret: str) -> None:
    """By the sign-in pages."""
    page = hand.page
    page.goto(f"{site}/can-bo/dang-nhap/")
    hand.write(page.get_by_label("Tên đăng nhập"), login)
    hand.write(page.get_by_label("Mật khẩu", exact=True), password)
    hand.press(page.locator("main form button[type=submit]").first)
    hand.write(page.get_by_label("Mã 6 chữ số"), code_of(secret))
    hand.press(page.locator("main form button[type=submit]").first)
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Mã 6 chữ số")


def publishes(hand: Hand, site: str) -> None:
    """From the list of drafts: read, dated, published."""
    page = hand.page
    page.goto(f"{site}/can-bo/xuong/")
    hand.press(page.get_by_role("link", name="Đăng ký nuôi cá bè"))
    today = datetime.now(UTC) + VIETNAM
    boxes = page.get_by_role("group", name="Có hiệu lực từ ngày").get_by_role("textbox")
    for place, number in enumerate((today.day, today.month, today.year)):
        hand.write(boxes.nth(place), str(number))
    hand.button("Công bố")
    expect(page.get_by_text("Đã công bố.")).to_be_visible()


def told(hands: list[Hand]) -> str:
    """The table of minutes."""
    parts = [(name, seconds) for hand in hands for name, seconds in hand.parts.items()]
    lines = [f"| {name} | {seconds / 60:.1f} |" for name, seconds in parts]
    controls, keys = sum(hand.controls for hand in hands), sum(hand.keys for hand in hands)
    whole = sum(seconds for _name, seconds in parts) / 60
    return "\n".join(
        [
            "| part | minutes |",
            "|---|--:|",
            *lines,
            f"| together ({controls} controls, {keys} keys) | {whole:.1f} |",
        ]
    )


def main() -> None:
    """Make, publish, print."""
    site, password, secret = sys.argv[1:4]
    expect.set_options(timeout=20_000)
    web_parts()
    with sync_playwright() as playwright:
        browser = launch(playwright)

        def sitting() -> Hand:
            context = browser.new_context(
                viewport=SIZES["desktop"],  # type: ignore[arg-type]  # a plain dict of width and height
                locale="vi-VN",
                timezone_id="Asia/Ho_Chi_Minh",
            )
            return Hand(context.new_page(), Pace(KEY, THOUGHT))

        author, publisher = sitting(), sitting()
        with author.part("Đăng nhập"):
            signs_in(author, site, AUTHOR, password, secret)
        clerk.makes(author, site)
        with publisher.part(PUBLISHED):
            signs_in(publisher, site, PUBLISHER, password, secret)
            publishes(publisher, site)
        sys.stdout.write(f"{told([author, publisher])}\n")
        browser.close()


if __name__ == "__main__":
    main()
