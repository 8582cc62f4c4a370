"""Make the skeleton of a room: `make room NAME=payments FLOOR_OF=tasks`.

Writes every file of the common shape, a first test, and stands the room on the floor of `FLOOR_OF`
(default `dossiers`): in the import contract and in INSTALLED_APPS.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = re.compile(r"[a-z][a-z0-9]*")

FILES = {
    "src/tinhso/{room}/__init__.py": '''"""What {room} is for, in one sentence.

What it must not do, in another.
"""
''',
    "src/tinhso/{room}/apps.py": """from django.apps import AppConfig


class {Room}Config(AppConfig):
    name = "tinhso.{room}"
    label = "{room}"
""",
    "src/tinhso/{room}/contracts.py": '''"""What crosses the door of {room}."""

from __future__ import annotations
''',
    "src/tinhso/{room}/api.py": '''"""The door of {room}."""

__all__: list[str] = []
''',
    "src/tinhso/{room}/permissions.py": '''"""The acts of {room} and who may do them."""

from __future__ import annotations
''',
    "src/tinhso/{room}/models.py": '''"""Tables of {room}, and the constraints that keep them true."""

from __future__ import annotations
''',
    "src/tinhso/{room}/operations/__init__.py": '''"""What changes {room}."""
''',
    "src/tinhso/{room}/queries.py": '''"""Reads of {room}."""

from __future__ import annotations
''',
    "src/tinhso/{room}/migrations/__init__.py": "",
    "src/tinhso/{room}/migrations/0001_initial.py": """from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations: list[object] = []
""",
    "tests/{room}/__init__.py": "",
    "tests/{room}/test_door.py": '''"""The door of {room} opens."""

from __future__ import annotations

from tinhso.{room} import api


def test_the_door_shows_only_what_it_names() -> None:
    assert all(hasattr(api, name) for name in api.__all__)
''',
}


def stop(sentence: str) -> None:
    """End with one sentence."""
    sys.exit(f"tinhso: {sentence}")


def make(room: str, *, beside: str, root: Path = ROOT) -> list[Path]:
    """Write the skeleton and register it on the floor of `beside`. Returns the written files."""
    if not NAME.fullmatch(room):
        stop(f"{room!r} is no name for a room: one lower-case word, such as `payments`.")
    if (root / "src" / "tinhso" / room).exists():
        stop(f"the room {room} exists already.")
    contract = _standing(root / "pyproject.toml", room, beside)
    settings = _installed(root / "src" / "tinhso" / "config" / "settings.py", room, beside)
    written = []
    for name, text in FILES.items():
        file = root / name.format(room=room)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.format(room=room, Room=room.capitalize()) if text else "", encoding="utf-8")
        written.append(file)
    for file, changed in (contract, settings):
        file.write_text(changed, encoding="utf-8")
    return written


def _standing(file: Path, room: str, beside: str) -> tuple[Path, str]:
    text = file.read_text(encoding="utf-8")
    floor = re.compile(rf'^  "(?=[^"\n]*\b{re.escape(beside)}\b)([^"\n]*)",$', re.MULTILINE)
    found = floor.search(text)
    if found is None:
        stop(f"no floor holds {beside}; name a room of the import contract in pyproject.toml.")
        raise AssertionError
    rooms = [one.strip(" ()") for one in found[1].split("|")]
    line = " | ".join(f"({one})" for one in [*rooms, room])
    return file, text[: found.start()] + f'  "{line}",' + text[found.end() :]


def _installed(file: Path, room: str, beside: str) -> tuple[Path, str]:
    text = file.read_text(encoding="utf-8")
    entry = f'    "tinhso.{beside}",\n'
    if entry not in text:
        stop(f"{beside} is not in INSTALLED_APPS; name a room that is.")
    return file, text.replace(entry, f'{entry}    "tinhso.{room}",\n', 1)


def main() -> None:
    """Make the room named by the first argument."""
    if len(sys.argv) != 2 or not sys.argv[1]:
        stop("say which room: `make room NAME=payments`.")
    for file in make(sys.argv[1], beside=os.environ.get("FLOOR_OF", "dossiers")):
        print(f"  {file.relative_to(ROOT)}")
    print("Now say in its __init__.py what it is for, and draw it in docs/architecture.md.")


if __name__ == "__main__":
    main()
