"""What the documents say is what there is."""

from __future__ import annotations

import re

from tools import usability

from tests.house.rooms import ROOT, SOURCE, floors, inhabited
from tinhso.config import house

DOCS = ROOT / "docs"


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_variable_that_is_read_is_documented_and_the_other_way_round() -> None:
    read = {
        name
        for file in SOURCE.rglob("*.py")
        for name in re.findall(r'"(TINHSO_[A-Z_]+|NATIONAL_SECRET)"', file.read_text(encoding="utf-8"))
    }
    told = set(re.findall(r"`(TINHSO_[A-Z_]+|NATIONAL_SECRET)", _text("docs/operations.md")))

    assert read - {"TINHSO_SECRET"} <= told
    assert told <= read | {"TINHSO_SECRET"}


def test_the_page_of_usability_tells_what_the_tests_counted() -> None:
    assert _text("docs/usability.md") == usability.text(), "stale: python tools/usability.py"


def test_every_room_is_drawn() -> None:
    drawing = _text("docs/architecture.md")

    assert not [room for room in (*inhabited(), "foundation", "ui") if f"{room}/" not in drawing]
    drawn = set(re.findall(r"\b([a-z]+)/(?=\s|$)", drawing.split("src/national/")[0]))
    assert drawn <= set(floors())


def test_commands_and_recipes_that_documents_name_exist() -> None:
    commands = set(house.gather().commands)
    recipes = set(re.findall(r"^([a-z][a-z_-]*):", _text("Makefile"), flags=re.MULTILINE))
    for file in (ROOT / "README.md", *DOCS.rglob("*.md")):
        text = file.read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|^    )tinhso ([a-z]+)", text, flags=re.MULTILINE))
        assert named <= commands, f"{file.name} names {named - commands}"
        made = set(re.findall(r"(?:`|^    )make ([a-z-]+)\b", text, flags=re.MULTILINE))
        assert {name for name in made if not name.endswith("-")} <= recipes, f"{file.name}: {made - recipes}"


def test_files_that_documents_name_exist() -> None:
    lost = []
    for file in (ROOT / "README.md", *DOCS.rglob("*.md")):
        for named in re.findall(
            r"`((?:docs|src|tests|tools|bench|deploy)/[\w./-]+)`", file.read_text("utf-8")
        ):
            if not (ROOT / named).exists() and named != "docs/performance.md":
                lost.append(f"{file.name}: {named}")

    assert not lost


def test_decisions_say_what_was_decided_in_one_page() -> None:
    for file in sorted((DOCS / "decisions").glob("*.md")):
        text = file.read_text(encoding="utf-8")
        assert re.search(r"[Dd]ecided", text), file.name
        assert text.count("\n") <= 80, f"{file.name} is longer than a page"
