"""Nothing is kept that nobody calls: each public function of the source has a caller in the source."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.house.rooms import SOURCE, python

# What has no caller yet, and why it stays. A name that found its caller, or went, must leave the list.
AWAITED = {
    "directory.establish_unit": "tests and the bench make units by it until reorganisations have a page",
    "directory.establish": "an agency is set up by it until reorganisations have a page",
    "directory.identify": "an agency gets its identifier by it until reorganisations have a page",
    "directory.close_unit": "a unit ends by it until reorganisations have a page",
    "directory.dissolve": "an agency ends by it until reorganisations have a page",
    "directory.reorganise": "territories merge by it until reorganisations have a page",
    "directory.changes_from": "lineage of July 2025, read once reorganisations have a page",
    "directory.changes_into": "lineage of July 2025, read once reorganisations have a page",
    "directory.predecessors": "lineage of July 2025, read once reorganisations have a page",
    "exchange.verify_files": "archives of many days at once; the bench counts by it",
    "foundation.run_until_empty": "tests run the queue by it",
    "foundation.corner_lines": "tests look at where a signature stands by it",
    "foundation.decomposed": "what phones of one maker type; tests feed it to every box",
    "foundation.search_query": "part of the one place that prepares text for search",
    "foundation.search_vector": "part of the one place that prepares text for search",
    "foundation.similarity": "part of the one place that prepares text for search",
    "identity.end_post": "the end of a post, once officers have a page",
    "identity.deactivate": "an officer who leaves, once officers have a page",
    "procedures.revise": "a draft is changed by it until procedures are written on a page",
}


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for file in python("src"):
        if file.is_relative_to(SOURCE) and "migrations" not in file.parts:
            yield file, ast.parse(file.read_text(encoding="utf-8"))


def uncalled(sources: list[tuple[Path, ast.Module]], templates: str) -> set[str]:
    """`room.function` of each public, undecorated function that nothing but doors and lists names."""
    used: Counter[str] = Counter()
    aliases: dict[str, set[str]] = {}
    for _file, tree in sources:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                used[node.id] += 1
            elif isinstance(node, ast.Attribute):
                used[node.attr] += 1
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and "tinhso." in node.value:
                used[node.value.rpartition(".")[2]] += 1
            elif isinstance(node, ast.alias) and node.asname:
                aliases.setdefault(node.name, set()).add(node.asname)
    found = set()
    for file, tree in sources:
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list and node.name[0] != "_":
                names = {node.name, *aliases.get(node.name, ())}
                if not any(used[name] or re.search(rf"\b{name}\b", templates) for name in names):
                    found.add(f"{file.relative_to(SOURCE).parts[0]}.{node.name}")
    return found


def test_every_public_function_has_a_caller() -> None:
    templates = "".join(file.read_text(encoding="utf-8") for file in SOURCE.rglob("templates/**/*.html"))
    found = uncalled(list(_sources()), templates)

    assert not found - AWAITED.keys(), "delete it, or say in AWAITED why it stays"
    assert not AWAITED.keys() - found, "these are called now, or gone: take them off the list"


def test_the_search_finds_what_nobody_calls() -> None:
    tree = ast.parse("def lonely(): ...\ndef called(): ...\ndef _own(): called()\n@route\ndef page(): ...\n")

    assert uncalled([(SOURCE / "room" / "x.py", tree)], "") == {"room.lonely"}
