"""Reading and writing answers by path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def get(answers: Any, keys: Sequence[str]) -> Any:
    """The value below `keys`; None when the way there is missing or is no mapping."""
    for key in keys:
        if not isinstance(answers, dict):
            return None
        answers = answers.get(key)
    return answers


def put(answers: dict[str, Any], keys: Sequence[str], value: Any) -> None:
    """Set the value below `keys`, making the mappings on the way."""
    for key in keys[:-1]:
        inner = answers.get(key)
        if not isinstance(inner, dict):
            inner = answers[key] = {}
        answers = inner
    answers[keys[-1]] = value


def drop(answers: dict[str, Any], keys: Sequence[str]) -> None:
    """Remove the value below `keys`, and the mappings left empty by it."""
    inner = answers.get(keys[0])
    if len(keys) > 1:
        if not isinstance(inner, dict):
            return
        drop(inner, keys[1:])
        if inner:
            return
    answers.pop(keys[0], None)


def empty(value: Any) -> bool:
    """Whether a value is no answer."""
    return value is None or value == "" or value == [] or value == {}
