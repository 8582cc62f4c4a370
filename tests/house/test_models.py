"""Every table keeps its truth by named constraints that a test tries to break, and points down only."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from django.db import models
from django.db.models.constants import LOOKUP_SEP

from tests.house.rooms import ROOT, SOURCE, floors, our_models, python, room_of

WHOLE_ROWS = {"select_related", "prefetch_related"}


def test_every_constraint_has_a_name_of_its_own() -> None:
    names = [constraint.name for model in our_models() for constraint in model._meta.constraints]

    assert len(names) == len(set(names))
    assert not [model for model in our_models() if model._meta.unique_together], "use UniqueConstraint"


def test_every_constraint_is_tried_by_a_test() -> None:
    here = set(re.findall(r"[a-z_0-9]+", "".join(_texts_of_other_tests())))
    names = {constraint.name for model in our_models() for constraint in model._meta.constraints}

    assert not names - here, "write a test that tries to break it and names it"


def _texts_of_other_tests() -> Iterator[str]:
    for file in python("tests"):
        if file.parent != ROOT / "tests" / "house":
            yield file.read_text(encoding="utf-8")


def _foreign() -> Iterator[tuple[type[models.Model], models.ForeignKey[models.Model, models.Model]]]:
    """Foreign keys from one room's table to another's."""
    for model in our_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.ForeignKey) and _room(field.related_model) != model._meta.app_label:
                yield model, field


def _room(related: object) -> str:
    assert isinstance(related, type)
    assert issubclass(related, models.Model)
    return related._meta.app_label


def test_keys_to_other_rooms_point_down_protect_and_leave_no_way_back() -> None:
    heights = floors()
    found = list(_foreign())
    assert found
    for model, field in found:
        here, there = model._meta.app_label, _room(field.related_model)
        where = f"{model._meta.label}.{field.name}"
        assert heights.get(there, -1) < heights[here], f"{where} points up, or to a room that is none"
        assert field.remote_field.on_delete is models.PROTECT, f"{where} must protect"
        assert field.remote_field.related_name == "+", f"{where} leaves a way back"


def _declared_keys() -> Iterator[tuple[str, ast.Call]]:
    kinds = {"ForeignKey", "OneToOneField", "ManyToManyField"}
    for file in SOURCE.rglob("models*/**/*.py"):
        yield from _calls(file.read_text(encoding="utf-8"), kinds, str(file.relative_to(SOURCE)))
    for file in SOURCE.rglob("models.py"):
        yield from _calls(file.read_text(encoding="utf-8"), kinds, str(file.relative_to(SOURCE)))


def _calls(source: str, kinds: set[str], where: str) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in kinds:
            yield f"{where}:{node.lineno}", node


def test_keys_to_other_rooms_are_written_as_strings() -> None:
    imported = [
        f"{file.relative_to(SOURCE)}: {node.module}"
        for file in SOURCE.rglob("*.py")
        if "migrations" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (parts := (node.module or "").split("."))[:1] == ["tinhso"]
        and len(parts) > 2
        and parts[2] == "models"
        and parts[1] != room_of(file)
        and room_of(file) != "config"
    ]

    assert not imported
    strings = [
        call.args[0].value
        for _where, call in _declared_keys()
        if call.args and isinstance(call.args[0], ast.Constant)
    ]
    assert "directory.Agency" in strings, "the walk finds the keys that are there"


def _followed(tree: ast.AST, keys: frozenset[str]) -> Iterator[int]:
    """Lines that reach through a key into the other room: `agency__name`, `F("unit__code")`."""
    for node in ast.walk(tree):
        words: list[str] = []
        if isinstance(node, ast.keyword) and node.arg:
            words = [node.arg]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = [node.value] if re.fullmatch(r"-?[a-z_]+", node.value) else []
        for word in words:
            first, separator, rest = word.lstrip("-").partition(LOOKUP_SEP)
            if separator and first in keys and rest.split(LOOKUP_SEP)[0] not in {"in", "isnull", "id"}:
                yield node.lineno if isinstance(node, ast.Constant) else node.value.lineno
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in WHOLE_ROWS:
            named = {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
            if named & keys:
                yield node.lineno


@pytest.mark.parametrize("room", sorted({model._meta.app_label for model, _field in _foreign()}))
def test_nobody_follows_a_key_into_another_room(room: str) -> None:
    keys = frozenset(field.name for model, field in _foreign() if model._meta.app_label == room)
    own = frozenset(
        field.name
        for model in our_models()
        if model._meta.app_label == room
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and _room(field.related_model) == room
    )
    followed = [
        f"{file.relative_to(SOURCE)}:{line}"
        for file in (SOURCE / room).rglob("*.py")
        if "migrations" not in file.parts
        for line in _followed(ast.parse(file.read_text(encoding="utf-8")), keys - own)
    ]

    assert not followed


def test_the_search_for_followed_keys_finds_them() -> None:
    source = 'rows.filter(agency__name="x").order_by("-unit__code").select_related("agency")'

    assert len(list(_followed(ast.parse(source), frozenset({"agency", "unit"})))) == 3
