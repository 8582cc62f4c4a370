"""How the exchange's pages are looked at: signed in, in a browser, with a picture for who wants one."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

from tests.support import people
from tests.support.browser import axe, fits
from tinhso.foundation.refs import ActorRef


def sign_in(page: Page, site: str, actor: ActorRef) -> None:
    """Let the page's browser be this officer's or person's."""
    agent = page.evaluate("navigator.userAgent")
    held = people.client(actor, agent=agent).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": held, "url": site}])


def good(page: Page, name: str) -> None:
    """The page is there, no wider than its window, and axe finds nothing wrong.

    A picture of it goes into the folder that TINHSO_PICTURES names.
    """
    page.wait_for_load_state()
    assert "/dang-nhap/" not in page.url
    if folder := os.environ.get("TINHSO_PICTURES"):
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    assert fits(page), name
    assert axe(page) == []
