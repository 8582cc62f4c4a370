"""The shape of the source: borders, sizes, rooms of one shape, nothing imported in hiding."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.rooms import FRONT, ROOT, SOURCE, floors, inhabited, python, room_of

LONGEST = 500
SHAPE = ("__init__.py", "api.py", "apps.py", "contracts.py")
CLOCKS = {("moments", "now"), ("timezone", "now"), ("datetime", "now"), ("date", "today")}
NAMED_IMPORTS = {"import_string", "import_module", "__import__"}


def test_the_borders_between_rooms_hold_and_there_is_no_circle() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]
    assert "0 broken" in done.stdout


def test_no_file_is_longer_than_can_be_read() -> None:
    long = [
        f"{file.relative_to(ROOT)}: {lines}"
        for file in python()
        if "migrations" not in file.parts
        and (lines := file.read_text(encoding="utf-8").count("\n")) >= LONGEST
    ]

    assert not long


@pytest.mark.parametrize("room", inhabited())
def test_a_room_has_the_shape_of_rooms(room: str) -> None:
    folder = SOURCE / room
    missing = [name for name in SHAPE if not (folder / name).exists()]
    assert not missing

    said = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert said, "the room says what it is for and what it must not do"
    if (folder / "models.py").exists() or (folder / "models").exists():
        assert (folder / "migrations" / "0001_initial.py").exists()
    assert (folder / "operations").exists() or (folder / "operations.py").exists() or room == "workflow"
    assert (ROOT / "tests" / room / "__init__.py").exists(), "its tests stand in tests/<room>/"
    assert list((ROOT / "tests" / room).glob("test_*.py")), "a room without a test"


@pytest.mark.parametrize("room", inhabited())
def test_contracts_import_nothing_of_their_room_and_the_door_shows_no_rows(room: str) -> None:
    contracts = (SOURCE / room / "contracts.py").read_text(encoding="utf-8")
    own = [
        name
        for _line, name in _imported(ast.parse(contracts))
        if name.startswith(f"tinhso.{room}.") or name == f"tinhso.{room}"
    ]
    assert not [name for name in own if not name.endswith(".contracts")], "only contracts of a folder of it"

    door = ast.parse((SOURCE / room / "api.py").read_text(encoding="utf-8"))
    assert not [name for _line, name in _imported(door) if name.endswith(".models")]


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or ""


def _hidden(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Our modules imported inside functions, or by a name in a string."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (
                (line, name) for line, name in _imported(function) if name.startswith(("tinhso", "national"))
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = node.args[0]
            word = named.value if isinstance(named, ast.Constant) else ""
            if called in NAMED_IMPORTS and isinstance(word, str) and word.startswith(("tinhso", "national")):
                yield node.lineno, word


def test_nothing_of_ours_is_imported_in_hiding() -> None:
    heights = floors()
    hidden = []
    for file in python("src"):
        for line, name in _hidden(ast.parse(file.read_text(encoding="utf-8"))):
            where = f"{file.relative_to(ROOT)}:{line} imports {name}"
            if file.is_relative_to(SOURCE) and name.startswith("tinhso."):
                here, there = room_of(file), name.split(".")[1]
                # Models must not load before Django starts: `ready` names modules by words.
                wires = file.name == "apps.py" and (there == here or there == "foundation")
                if here == "config" or (wires and heights[there] <= heights[here]):
                    continue
            hidden.append(where)

    assert not hidden


def test_the_search_for_hidden_imports_finds_them() -> None:
    source = "def f():\n    from tinhso.x import y\n\nimport_string('tinhso.z.a')"

    assert list(_hidden(ast.parse(source))) == [(2, "tinhso.x"), (4, "tinhso.z.a")]


def test_every_package_of_rooms_is_a_room_of_the_contract() -> None:
    packages = {file.parent.name for file in SOURCE.glob("*/__init__.py")}

    assert packages == set(inhabited()) | ({"foundation", "ui", *FRONT} & packages)
    assert packages <= set(floors())


def test_domain_code_asks_nobody_for_the_time() -> None:
    edges = {"pages", "jobs.py", "commands.py", "rest.py", "middleware.py", "routes.py", "production.py"}
    strays = [
        f"{file.relative_to(SOURCE)}:{node.lineno}"
        for room in inhabited()
        for file in (SOURCE / room / "operations").rglob("*.py")
        if not edges & set(file.parts)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"now", "today"} and _clock(node)
    ]

    assert not strays


def _clock(node: ast.Attribute) -> bool:
    owner = node.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return (name, node.attr) in CLOCKS
