"""Measure pages as a phone on a slow net and a desk in an office see them; print and keep.

make bench-pages
python -m bench.pages --runs 1 --only home     briefly, nothing kept
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.support.browser import launch, web_parts

from bench.cases import laying, servers
from bench.pages import limits, visiting
from bench.pages.relay import Relay
from bench.pages.visiting import DESK, PHONE

RUNS = 5
DOSSIERS = 10_000
PROCEDURE = "1.001193"
RESULT = servers.ROOT / "bench" / "results" / "pages.json"
SLOW = "phone of 360 px, CPU 4 × slower, 400 kbit/s, 400 ms"
OFFICE = "desk of 1280 px, 20 Mbit/s, 10 ms"
WALK_MS = 20_000
WARMED_BY = 6

Cookie = dict[str, Any]

# From the key to the frame that shows the answer, over a change of page where there is one.
PRESSED = """(wanted) => { addEventListener('keydown', (event) => {
  sessionStorage.setItem('pressed', performance.timeOrigin + event.timeStamp);
  sessionStorage.removeItem('seen');
  const look = () => document.querySelector(wanted)
    ? requestAnimationFrame(() => sessionStorage.setItem('seen', performance.timeOrigin + performance.now()))
    : requestAnimationFrame(look);
  look();
}, {once: true, capture: true}); }"""
ANSWERED = "() => sessionStorage.getItem('seen') - sessionStorage.getItem('pressed')"
PAINTED = """() => { const paint = performance.getEntriesByName('first-contentful-paint')[0];
  return paint ? performance.timeOrigin + paint.startTime - sessionStorage.getItem('pressed') : 0; }"""


def type_a_search(page: Page) -> None:
    """Home: tap the box, type."""
    page.locator("#q").tap()
    page.keyboard.type("khai sinh", delay=60)


def look_closer(page: Page) -> None:
    """Procedure page: what is folded opens, and folds again."""
    for summary in page.locator("main summary").all()[:2]:
        summary.tap()
        summary.tap()
    page.locator("h1").tap()


def answer(page: Page) -> None:
    """Question page: type a name, choose."""
    page.locator('[name="con.ho_ten"]').tap()
    page.keyboard.type("Tran Gia Bao", delay=60)
    page.locator('[name="con.gioi_tinh"]').first.tap()


def move_and_tick(page: Page) -> None:
    """Work list: by keys."""
    for key in ("ArrowDown", "ArrowDown", "x", "Shift+ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        page.wait_for_timeout(60)


class Pages:
    """The site with its visitors."""

    def __init__(self, browser: Browser, relay: Relay, cookies: dict[str, str]) -> None:
        self.browser, self.relay = browser, relay
        self.origin = f"http://127.0.0.1:{relay.port}"
        self._cookies = cookies

    def cookie(self, who: str) -> Cookie:
        """The session of the person or the officer."""
        return {"name": self._cookies["name"], "value": self._cookies[who]}

    def _warm(self, address: str, who: str) -> None:
        """Each server process has drawn the page before it is measured."""
        cookie = self.cookie(who) if who else None
        with visiting.fresh(self.browser, DESK, origin=self.origin, cookie=cookie) as context:
            for _time in range(WARMED_BY):
                page = context.new_page()
                page.goto(address)
                page.close()

    def question(self) -> str:
        """The address of a question page of a filing that was begun, reached without slowness."""
        cookie = self.cookie("person")
        with visiting.fresh(self.browser, PHONE, origin=self.origin, cookie=cookie) as context:
            page = context.new_page()
            page.set_default_timeout(WALK_MS)
            page.goto(f"{self.origin}/nop/{PROCEDURE}/")
            page.get_by_role("button", name="Cho tôi").click()
            page.get_by_label("Tìm xã, phường, đặc khu").fill("vinh thanh van")
            page.get_by_role("button", name="Tìm", exact=True).click()
            page.get_by_role("radio").first.check()
            page.get_by_role("button", name="Tiếp tục", exact=True).last.click()
            page.locator('[name="con.ho_ten"]').wait_for()
            return page.url

    def visits(
        self, address: str, profile: visiting.Profile, runs: int, use: Callable[[Page], None], who: str = ""
    ) -> list[dict[str, float]]:
        """As many visits, each by a browser that was never here."""
        self._warm(address, who)
        seen = []
        for _run in range(runs):
            cookie = self.cookie(who) if who else None
            with visiting.fresh(self.browser, profile, origin=self.origin, cookie=cookie) as context:
                seen.append(visiting.visit(context, profile, address, self.relay, use=use))
        return seen

    def day(self, runs: int) -> list[dict[str, float]]:
        """An officer receives dossiers by keys."""
        with visiting.fresh(self.browser, DESK, origin=self.origin, cookie=self.cookie("officer")) as context:
            return list(self._day(context, runs))

    def _day(self, context: BrowserContext, runs: int) -> Any:
        page = context.new_page()
        visiting.slowed(page, DESK)
        page.goto(f"{self.origin}/can-bo/ho-so/?xem=don-vi", wait_until="load")
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator(".ui-identity__code").wait_for()
        for run in range(runs + 1):
            got = {"next": self._turned(page, "n")}
            got["key"] = self._answered(page, "t", "#viec button[type=submit]")
            got["after"] = self._turned(page, "Control+Enter")
            if run:  # the first warms up
                yield got

    def _answered(self, page: Page, key: str, wanted: str) -> float:
        page.wait_for_load_state("load")
        page.evaluate(PRESSED, wanted)
        page.keyboard.press(key)
        page.locator(wanted).first.wait_for()
        page.wait_for_function("() => sessionStorage.getItem('seen')")
        return float(page.evaluate(ANSWERED))

    def _turned(self, page: Page, key: str) -> float:
        """From the key to the paint of another dossier, by a whole page or a piece of one."""
        page.wait_for_load_state("load")
        code = page.locator(".ui-identity__code").inner_text()
        page.evaluate(PRESSED, "#never")
        page.keyboard.press(key)
        page.wait_for_function(
            "(code) => { const at = document.querySelector('.ui-identity__code');"
            " return at && at.innerText !== code; }",
            arg=code,
        )
        page.wait_for_function("() => performance.getEntriesByName('first-contentful-paint').length")
        return float(page.evaluate(PAINTED))


def public(pages: Pages, name: str, runs: int) -> list[dict[str, Any]]:
    """The rows of one public page."""
    addresses = {"home": "/", "procedure page": f"/thu-tuc/{PROCEDURE}/"}
    uses = {"home": type_a_search, "procedure page": look_closer, "question page": answer}
    address = pages.origin + addresses[name] if name in addresses else pages.question()
    who = "" if name in addresses else "person"
    seen = pages.visits(address, PHONE, runs, uses[name], who)
    return [limits.row(name, one, [run[one.key] for run in seen], note=SLOW) for one in limits.PUBLIC]


def work_list(pages: Pages, name: str, runs: int) -> list[dict[str, Any]]:
    """The rows of the work list."""
    address = f"{pages.origin}/can-bo/ho-so/?xem=don-vi"
    seen = pages.visits(address, DESK, runs, move_and_tick, "officer")
    for run in seen:
        run["styles_and_scripts"] = run["styles"] + run["scripts"]
    note = f"50 rows; {OFFICE}"
    return [limits.row(name, one, [run[one.key] for run in seen], note=note) for one in limits.LIST]


def desk(pages: Pages, name: str, runs: int) -> list[dict[str, Any]]:
    """The rows of an officer's keys."""
    seen = pages.day(runs)
    return [limits.row(name, one, [run[one.key] for run in seen], note=OFFICE) for one in limits.DESK]


PARTS: dict[str, Callable[[Pages, str, int], list[dict[str, Any]]]] = {
    "home": public,
    "procedure page": public,
    "question page": public,
    "work list": work_list,
    "desk": desk,
}


def show(rows: list[dict[str, Any]]) -> None:
    """Print the table."""
    for row in rows:
        most = "" if row["floor"] is None else f"{row['floor']:g}"
        spread = f"p95 {row['p95_ms']:.0f} ms" if row["p95_ms"] is not None else ""
        print(f"{row['act']:46} {row['ours']:8g} {row['unit']:3} limit {most:5} {spread:14} {row['note']}")


def prepared(database: servers.Database, agent: str) -> tuple[str, dict[str, str]]:
    """A fresh database of ten thousand dossiers, most under way; and who is signed in."""
    facts, _fresh = servers.province(database)
    mark = servers.fingerprint("province.py")
    name = f"pages_{mark}"
    database.maintain(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}" TEMPLATE "base_{mark}"'
    )
    laying.lay(database, name, facts, total=DOSSIERS, under_way=DOSSIERS * 9 // 10)
    url = database.url(name)
    # every second dossier is sent and waits at its office's one-stop unit
    os.environ["BENCH_AGENT"] = agent
    os.environ["BENCH_UNIT"] = facts["offices"][1]["units"]["intake_officer"]
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0"],
        env={**servers.environment(url), "DJANGO_SETTINGS_MODULE": "tinhso.config.settings"},
        check=True,
    )
    return url, servers.python("bench.pages.visitors", url=url)


def measure(*, runs: int = RUNS, only: tuple[str, ...] = tuple(PARTS)) -> list[dict[str, Any]]:
    """Everything, printed as it comes."""
    web_parts()
    rows: list[dict[str, Any]] = []
    with servers.Database() as database, sync_playwright() as playwright:
        browser = launch(playwright)
        url, cookies = prepared(database, visiting.agent(browser))
        with servers.web(url) as (port, _pid), Relay(port) as relay:
            pages = Pages(browser, relay, cookies)
            for name in only:
                found = PARTS[name](pages, name, runs)
                show(found)
                rows += found
        browser.close()
    return rows


def keep(rows: list[dict[str, Any]]) -> None:
    """Write the file that the README's table is made from."""
    RESULT.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print, write."""
    asked = argparse.ArgumentParser(prog="bench.pages")
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--only", default="")
    given = asked.parse_args()
    only = tuple(given.only.split(",")) if given.only else tuple(PARTS)
    rows = measure(runs=given.runs, only=only)
    if not given.only and given.runs >= RUNS:
        keep(rows)


if __name__ == "__main__":
    main()
