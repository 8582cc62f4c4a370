"""Hands that count: touches of the page, keys pressed, letters typed; nothing else moves the page.

A touch is one tap on the page; a key is one key held or pressed, so Ctrl+Enter is two. Letters, and the key
of a phone's keyboard that leads to the next box, are typing. The phone's own chooser of pictures takes two.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page

ROOT = Path(__file__).resolve().parents[2]
COUNTS = ROOT / "docs" / "usability.json"
PICTURES = ROOT / "docs" / "screenshots"
WRITES = bool(os.environ.get("TINHSO_USABILITY"))
OF_THE_CHOOSER = 2
AGAIN = "TINHSO_USABILITY=1 pytest tests/journeys/test_usability.py -n 0, then python tools/usability.py"


class Hands:
    """One person's, on one page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.touches = self.keys = self.typed = 0

    def tap(self, there: Locator) -> None:
        """One touch."""
        there.tap()
        self.touches += 1

    def choose(self, button: Locator, file: FilePayload) -> None:
        """Open the phone's chooser, pick a picture there."""
        with self.page.expect_file_chooser() as opened:
            self.tap(button)
        opened.value.set_files(file)
        self.touches += OF_THE_CHOOSER

    def press(self, chord: str) -> None:
        """One key, or several held together."""
        self.page.keyboard.press(chord)
        self.keys += len(chord.split("+"))

    def type(self, words: str, *, delay: float = 0) -> None:
        """Letters into what has the focus."""
        self.page.keyboard.type(words, delay=delay)
        self.typed += len(words)

    def tab_to(self, selector: str, *, most: int = 40) -> None:
        """Tab until the focus is there. Raises AssertionError when it never is."""
        for _key in range(most):
            if self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"the keyboard does not reach {selector}")

    def next_box(self) -> None:
        """The phone keyboard's key for the next box: typing."""
        self.page.keyboard.press("Tab")
        self.typed += 1


def picture(page: Page, name: str) -> None:
    """Keep what stands on the page, when counts are written."""
    if WRITES:
        page.screenshot(path=str(PICTURES / f"usability-{name}.png"), full_page=True)


def counted(name: str, **found: Any) -> None:
    """Compare with what docs/usability.json says of a task; or write it there, with TINHSO_USABILITY=1."""
    told = json.loads(COUNTS.read_text()) if COUNTS.exists() else {}
    if WRITES:
        told[name] = told.get(name, {}) | found
        COUNTS.write_text(json.dumps(told, indent=2, ensure_ascii=False, sort_keys=True) + "\n")
        return
    kept = {key: told.get(name, {}).get(key) for key in found}
    assert kept == found, f"docs/usability.json is stale ({name}): {AGAIN}"
