"""Byte limits of a first visit, by what the build wrote."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.support.browser import ROOT, web_parts

DIST = ROOT / "src" / "tinhso" / "ui" / "static" / "ui" / "dist"
KB = 1024


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    web_parts()


def packed(name: str) -> int:
    return len(gzip.compress((DIST / name).read_bytes(), 9, mtime=0))


def test_a_public_page_without_fonts_stays_under_35_kb_of_styles_scripts_and_icons() -> None:
    # 55 KB for the whole visit leave 20 KB for the page itself.
    assert sum(map(packed, ("public.css", "public.js", "icons.svg", "mark.svg"))) <= 35 * KB


def test_the_fonts_of_a_vietnamese_page_stay_under_55_kb() -> None:
    fonts = ("noto-sans-latin.woff2", "noto-sans-vietnamese.woff2")
    assert sum((DIST / name).stat().st_size for name in fonts) <= 55 * KB


def test_scripts_of_public_pages_stay_under_12_kb() -> None:
    assert packed("public.js") <= 12 * KB


def test_styles_and_scripts_of_the_desk_stay_under_90_kb() -> None:
    assert packed("desk.css") + packed("desk.js") <= 90 * KB


@pytest.mark.parametrize("sheet", ["public.css", "desk.css", "wall.css"])
def test_styles_name_no_foreign_host_no_capitals_and_no_restricted_font(sheet: str) -> None:
    text = (DIST / sheet).read_text()
    fetched = re.findall(r"""url\(["']?([^"')]+)|@import""", text)
    assert [address for address in fetched if address.startswith(("http", "//")) or not address] == []
    for word in ("text-transform:uppercase", "GDS Transport", "crown"):
        assert word not in text


def test_the_lock_file_names_no_registry() -> None:
    text = (ROOT / "web" / "package-lock.json").read_text()
    hosts = {line.split('"')[3].split("/")[2] for line in text.splitlines() if '"resolved": "http' in line}
    assert hosts <= {"registry.npmjs.org"}


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (DIST / "icons.svg").read_text()
    missing = []
    for file in (ROOT / "src" / "tinhso").rglob("*.html"):
        for piece in file.read_text().split("{% icon ")[1:]:
            name = piece.split()[0]
            if name.startswith('"') and f'id="{name[1:-1]}"' not in sprite:
                missing.append((Path(file).name, name))
    assert missing == []
