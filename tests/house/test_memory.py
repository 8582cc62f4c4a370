"""Whoever changes a remembered table tells the memory: what saves no signal must do so itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOMS = ("directory", "procedures", "identity", "search")
BULK = frozenset({"bulk_create", "bulk_update", "update"})
UNREMEMBERED = {
    "identity": {
        "operations/arrivals.py": "people's names are not remembered",
        "operations/people.py": "people's names are not remembered",
        "operations/relations.py": "relations are asked each time",
        "operations/tokens.py": "tokens are asked at every request",
        "operations/looks.py": "looks are only written",
        "signin/attempts.py": "devices",
        "signin/sessions.py": "sign-ins, and when an account was last used",
        "signin/factors.py": "second factors",
        "signin/rewrapping.py": "second factors, and a counter",
        "operations/merges.py": "persons, and accounts of persons",
        "operations/merged_relations.py": "relations are asked each time",
        "merging.py": "persons are not remembered, nor what names them",
        "operations/exceptions.py": "inspections and openings are asked each time",
    },
    "procedures": {"queries.py": "a dictionary", "completeness.py": "a dictionary"},
}


def _functions(file: Path) -> Iterator[tuple[str, ast.AST]]:
    """Functions and classes at the top of a module."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name, node


def _calls(node: ast.AST) -> set[str]:
    """What is called in it: the names of methods, with `KNOWN.changed` as such, and of functions."""
    found = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            owner = one.func.value
            known = isinstance(owner, ast.Name) and owner.id == "KNOWN"
            found.add(f"KNOWN.{one.func.attr}" if known else one.func.attr)
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            found.add(one.func.id)
    return found


def _silent(room: str) -> list[str]:
    """Functions that write in bulk while neither they nor who calls them in the module tell the memory."""
    found = []
    base = Path(settings.SOURCE) / room
    for file in sorted(base.rglob("*.py")):
        name = str(file.relative_to(base))
        if name.startswith("migrations/") or name in UNREMEMBERED.get(room, {}):
            continue
        calls = {function: _calls(node) for function, node in _functions(file)}
        telling = {function for function, made in calls.items() if "KNOWN.changed" in made}
        for function, made in calls.items():
            callers = {other for other, theirs in calls.items() if function in theirs}
            if made & BULK and function not in telling and not (callers and callers <= telling):
                found.append(f"{room}/{name}: {function}")
    return found


@pytest.mark.parametrize("room", ROOMS)
def test_writes_that_send_no_signal_tell_the_memory(room: str) -> None:
    assert _silent(room) == []
