"""The gallery in a real browser: accessible, steady, without foreign hosts, and as it was drawn before."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest
from django.urls import reverse
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Page

from tests.support.browser import OpenPage, axe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.journey]
PICTURES = Path(__file__).parent / "pictures"
SHOWN = {
    "desk-m-light": ("desktop", "size=m&part=desk"),
    "desk-m-dark": ("desktop", "size=m&part=desk&theme=dark"),
    "fields-l-phone": ("phone", "frame=public&size=l&part=fields"),
    "text-l-phone": ("phone", "frame=public&size=l&part=text"),
    "lists-s": ("desktop", "size=s&part=lists"),
}
# Anti-aliasing differs between machines; a changed colour, size or place does not hide under this.
MEAN_DIFFERENCE = 3.0


@pytest.fixture
def gallery(live_site: str) -> str:
    return live_site + reverse("ui:gallery")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_gallery(gallery: str, page: Page, theme: str) -> None:
    page.goto(f"{gallery}?theme={theme}")
    assert axe(page) == []


@pytest.mark.parametrize("size", ["s", "l"])
def test_axe_finds_nothing_in_the_other_sizes(gallery: str, open_page: OpenPage, size: str) -> None:
    page = open_page("desktop")
    page.goto(f"{gallery}?size={size}")
    assert axe(page) == []


def test_axe_finds_nothing_in_the_public_frame(gallery: str, page: Page) -> None:
    page.goto(f"{gallery}?frame=public&size=l")
    assert axe(page) == []


@pytest.mark.parametrize("language", ["en", "km"])
def test_axe_finds_nothing_in_other_languages(gallery: str, open_page: OpenPage, language: str) -> None:
    page = open_page("phone")
    page.goto(f"{gallery}?frame=public&size=l&lang={language}")
    assert page.locator("html").get_attribute("lang") == language
    assert axe(page) == []


@pytest.mark.parametrize(("width", "frame"), [(320, "public"), (320, "desk"), (360, "desk"), (1280, "desk")])
def test_no_page_scrolls_sideways(gallery: str, open_page: OpenPage, width: int, frame: str) -> None:
    page = open_page("phone")
    page.set_viewport_size({"width": width, "height": 740})
    page.goto(f"{gallery}?frame={frame}&size=l")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_only_our_own_host_is_asked_and_two_font_files_are_fetched(gallery: str, open_page: OpenPage) -> None:
    page = open_page("phone")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{gallery}?frame=public&size=l&part=fields", wait_until="networkidle")
    host = gallery.split("/gallery")[0]
    assert [url for url in asked if not url.startswith((host, "data:"))] == []
    fonts = sorted(url.rsplit("/", 1)[1] for url in asked if url.endswith(".woff2"))
    assert fonts == ["noto-sans-latin.woff2", "noto-sans-vietnamese.woff2"]


def test_the_khmer_font_comes_with_khmer_words_only(gallery: str, open_page: OpenPage) -> None:
    page = open_page("phone")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{gallery}?frame=public&size=l&lang=km&part=fields", wait_until="networkidle")
    assert any("noto-sans-khmer" in url for url in asked)


SMALL = """(least) => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((e) => e.getClientRects().length && e.type !== 'hidden' && !e.closest('.govuk-skip-link'))
  .filter((e) => !(e.tagName === 'A' && getComputedStyle(e).display === 'inline'))
  .map((e) => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => Math.round(box.height) < least || Math.round(box.width) < Math.min(least, 40))
  .map(([html, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${html}`)"""


def test_controls_of_public_pages_are_48_pixels_high(gallery: str, open_page: OpenPage) -> None:
    page = open_page("phone")
    for part in ("buttons", "fields", "errors"):
        page.goto(f"{gallery}?frame=public&size=l&part={part}")
        assert page.evaluate(SMALL, 48) == [], part


@pytest.mark.parametrize("size", ["s", "m", "l"])
def test_controls_of_the_desk_are_24_pixels_at_least(gallery: str, open_page: OpenPage, size: str) -> None:
    page = open_page("desktop")
    page.goto(f"{gallery}?size={size}")
    assert page.evaluate(SMALL, 24) == []


LINES = """() => [...document.querySelectorAll('main *, header *')]
  .filter((e) => e.getClientRects().length && !e.closest('.govuk-visually-hidden, svg'))
  .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim().length > 1))
  .map((e) => [e.outerHTML.slice(0, 80), getComputedStyle(e)])
  .filter(([, s]) => s.lineHeight !== 'normal' && parseFloat(s.lineHeight) / parseFloat(s.fontSize) < 1.39)
  .map(([html, s]) => `${s.lineHeight}/${s.fontSize} ${html}`)"""


@pytest.mark.parametrize("query", ["size=s", "size=m", "size=l", "frame=public&size=l"])
def test_no_line_of_vietnamese_stands_under_1_4(gallery: str, page: Page, query: str) -> None:
    page.goto(f"{gallery}?{query}")
    assert page.evaluate(LINES) == []


CONTRAST = """() => {
  const rgb = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const lum = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.99) return c; } return [255, 255, 255]; };
  return [...document.querySelectorAll('main *')]
    .filter((e) => e.getClientRects().length && !e.closest('svg, [disabled], .govuk-visually-hidden'))
    .filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
    .map((e) => { const [a, b] = [lum(rgb(getComputedStyle(e).color)), lum(ground(e))].sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), e.outerHTML.slice(0, 80)]; })
    .filter(([ratio]) => ratio < 6.5).map(([ratio, html]) => `${ratio.toFixed(1)} ${html}`);
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_has_contrast(gallery: str, open_page: OpenPage, theme: str) -> None:
    page = open_page("desktop")
    page.goto(f"{gallery}?theme={theme}")
    assert page.evaluate(CONTRAST) == []


def test_nothing_is_refused_by_the_content_policy(gallery: str, open_page: OpenPage) -> None:
    page = open_page("desktop")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.goto(gallery)
    assert said == []


def test_the_gallery_is_readable_without_scripts(gallery: str, open_page: OpenPage) -> None:
    page = open_page("phone", javascript=False)
    page.goto(f"{gallery}?frame=public&size=l")
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("#tab-2").is_visible()
    assert page.get_by_role("link", name="Tra cứu hồ sơ").is_visible()


@pytest.mark.parametrize("name", list(SHOWN))
def test_the_gallery_looks_as_it_did(gallery: str, open_page: OpenPage, name: str) -> None:
    """Set TINHSO_PICTURES=keep to draw the pictures anew after a wanted change."""
    size, query = SHOWN[name]
    page = open_page(size)
    page.goto(f"{gallery}?{query}", wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    drawn = Image.open(BytesIO(page.screenshot(full_page=True))).convert("RGB")
    drawn = drawn.resize((drawn.width // 2, drawn.height // 2), Image.Resampling.BOX)
    kept = PICTURES / f"{name}.png"
    if os.environ.get("TINHSO_PICTURES") == "keep":
        PICTURES.mkdir(exist_ok=True)
        drawn.quantize(64).save(kept, optimize=True)
    before = Image.open(kept).convert("RGB")
    assert drawn.size == before.size
    difference = ImageStat.Stat(ImageChops.difference(drawn, before)).mean
    assert max(difference) < MEAN_DIFFERENCE
