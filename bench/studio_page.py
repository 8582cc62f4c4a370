"""A form of 95 questions and 100 rules opened on a slow phone, by a browser that was never there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from tests.support.browser import launch, web_parts

from bench.cases import servers
from bench.pages import limits, visiting
from bench.pages.relay import Relay

RUNS = int(os.environ.get("BENCH_VISITS", "5"))
WARMED_BY = 6
SLOW = "phone of 360 px, CPU 4 × slower, 400 kbit/s, 400 ms"
LIMITS = (
    limits.Limit("lcp", "opened on a slow phone (LCP)", "ms", 2000),
    limits.Limit("all", "first visit, bytes in all with fonts", "KB", 200),
)


@contextmanager
def browsing() -> Iterator[tuple[Browser, str]]:
    """A browser, and the name it says: who is signed in is bound to it."""
    web_parts()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser, visiting.agent(browser)
        browser.close()


def rows(browser: Browser, url: str, begun: dict[str, Any]) -> list[dict[str, Any]]:
    """What the dearest page of `begun` costs (`paths` by their names, `cookie` of who files)."""
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"],
        env={**servers.environment(url), "DJANGO_SETTINGS_MODULE": "tinhso.config.settings"},
        check=True,
    )
    with servers.web(url) as (port, _pid), Relay(port) as relay:
        origin = f"http://127.0.0.1:{relay.port}"
        found = [
            _measured(browser, relay, origin, name, path, begun["cookie"])
            for name, path in begun["paths"].items()
        ]
    return max(found, key=lambda one: one[0]["ours"])


def _measured(
    browser: Browser, relay: Relay, origin: str, name: str, path: str, cookie: dict[str, Any]
) -> list[dict[str, Any]]:
    with visiting.fresh(browser, visiting.DESK, origin=origin, cookie=cookie) as context:
        for _time in range(WARMED_BY):
            page = context.new_page()
            page.goto(f"{origin}{path}")
            page.close()
    seen = []
    for _run in range(RUNS):
        with visiting.fresh(browser, visiting.PHONE, origin=origin, cookie=cookie) as context:
            seen.append(visiting.visit(context, visiting.PHONE, f"{origin}{path}", relay, use=_touched))
    act = f"95 questions, 100 rules, {name}"
    return [limits.row(act, one, [run[one.key] for run in seen], note=SLOW) for one in LIMITS]


def _touched(page: Page) -> None:
    """The form is there to be filled in: a box takes a key."""
    page.locator("main input:visible").first.tap()
    page.keyboard.type("1")
