"""Money never passes through a float: whole đồng, from what a rule or a provider says to the ledger."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import ROOT

MONEY = (
    *("src/tinhso/payments", "src/tinhso/dossiers/fees.py", "src/tinhso/dossiers/operations/charging.py"),
    *(
        "src/tinhso/procedures/fees/assessing.py",
        "src/tinhso/procedures/fees/dmn.py",
        "src/national/payments",
    ),
)
SECONDS = {"src/national/payments/notices.py"}
"""Waits, not sums."""
READERS = {"json.loads", "json.load", "orjson.loads"}


def _files() -> Iterator[Path]:
    for name in MONEY:
        place = ROOT / name
        yield from [place] if place.is_file() else sorted(place.rglob("*.py"))


def _faults(file: Path) -> Iterator[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    asked = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "isinstance"
        for part in ast.walk(node.args[1])
    }
    for node in ast.walk(tree):
        if id(node) not in asked and _is_fault(node, ours="tinhso" in file.parts):
            yield f"{file.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)}"  # type: ignore[attr-defined]


def _is_fault(node: ast.AST, *, ours: bool) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, float)
    if isinstance(node, ast.Name):
        return node.id in ("float", "round", "FloatField")
    if isinstance(node, ast.Attribute):
        return node.attr == "FloatField"
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.Div) and not _a_path(node)
    if ours and isinstance(node, ast.Call) and ast.unparse(node.func) in READERS:
        return "parse_float" not in {word.arg for word in node.keywords}
    return False


def _a_path(node: ast.BinOp | ast.AugAssign) -> bool:
    """A folder and a name in it."""
    right = node.right if isinstance(node, ast.BinOp) else node.value
    return isinstance(right, ast.JoinedStr) or (
        isinstance(right, ast.Constant) and isinstance(right.value, str)
    )


def test_money_never_passes_through_a_float() -> None:
    found = [
        fault for file in _files() if str(file.relative_to(ROOT)) not in SECONDS for fault in _faults(file)
    ]
    assert not found


def test_what_would_be_a_float_is_seen() -> None:
    lines = [
        *(
            "half = amount / 2",
            "amount *= 0.5",
            "sum: float = 1",
            "whole = round(amount)",
            "json.loads(body)",
        ),
        "models.FloatField()",
    ]
    assert all(any(_is_fault(node, ours=True) for node in ast.walk(ast.parse(line))) for line in lines)
    fine = 'HOME / "a"; isinstance(amount, int); json.loads(body, parse_float=no); amount // 2'
    assert not any(_is_fault(node, ours=True) for node in ast.walk(ast.parse(fine)))
