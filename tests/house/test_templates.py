"""Pages are built from `ui` and their own room only."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.rooms import SOURCE, floors, room_of

REACHED = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
LOADED = re.compile(r"{%\s*load\s+([^%]+?)\s*%}")
LIBRARIES = {
    file.stem: room_of(file) for file in SOURCE.rglob("templatetags/*.py") if file.stem != "__init__"
}
TEMPLATES = sorted(SOURCE.glob("*/templates/**/*.*"))


def test_every_room_keeps_its_templates_in_a_folder_of_its_name() -> None:
    assert TEMPLATES
    strays = [
        str(file.relative_to(SOURCE))
        for file in TEMPLATES
        if file.relative_to(SOURCE).parts[2] != room_of(file)
    ]

    assert not strays


@pytest.mark.parametrize("room", sorted({room_of(file) for file in TEMPLATES}))
def test_templates_reach_for_ui_and_their_own_room(room: str) -> None:
    heights = floors()
    strays = []
    for file in TEMPLATES:
        if room_of(file) != room:
            continue
        text = file.read_text(encoding="utf-8")
        for named in REACHED.findall(text):
            owner = Path(named).parts[0]
            if owner not in ("ui", room):
                strays.append(f"{file.relative_to(SOURCE)} reaches for {named}")
        for names in LOADED.findall(text):
            for name in names.split():
                if heights.get(LIBRARIES.get(name, "ui"), 0) > heights[room]:
                    strays.append(f"{file.relative_to(SOURCE)} loads {name} from above")

    assert not strays


def test_pages_of_a_higher_room_may_include_what_a_lower_room_offers_by_tags_only() -> None:
    assert LIBRARIES.get("ui") == "ui"
    assert set(LIBRARIES.values()) <= set(floors())
