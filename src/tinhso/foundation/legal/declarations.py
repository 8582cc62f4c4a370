"""What legal values there are: declared in JSON files that rooms carry in their `legal/` folder.

A file is a list of `{key, label, kind, unit?, choices?, values: [{value, effective_from, effective_to?,
legal_basis, confidence, note?}]}`. `effective_to` is the first day on which the value no longer holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps


class Kind(StrEnum):
    """How a value is written in JSON and what it becomes in Python."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    TEXT = "text"
    CHOICE = "choice"
    TIME = "time"
    STRUCTURE = "structure"


class Confidence(StrEnum):
    """How sure the shipped value is: read in the instrument, seen in implementations, tried, remembered."""

    DOCUMENT = "document"
    CODE = "code"
    CHECKED = "checked"
    MEMORY_HIGH = "memory_high"
    MEMORY_MEDIUM = "memory_medium"
    MEMORY_LOW = "memory_low"
    ASSUMED = "assumed"
    ENTERED = "entered"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One value as a release ships it; `value` is JSON."""

    value: Any
    effective_from: date
    effective_to: date | None
    legal_basis: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """One legal value that exists: `label` and `unit` are what people read."""

    key: str
    label: str
    kind: Kind
    unit: str
    choices: tuple[str, ...]
    origin: str
    values: tuple[Shipped, ...]

    def decode(self, raw: Any) -> Any:
        """The Python value of stored JSON. Raises ValueError when it is not of this kind."""
        if self.kind is Kind.CHOICE and raw not in self.choices:
            raise ValueError(f"{self.key}: {raw!r} is none of {', '.join(self.choices)}")
        return _DECODERS[self.kind](raw)


def _exactly(kind: type) -> Callable[[Any], Any]:
    def decode(raw: Any) -> Any:
        if type(raw) is not kind:
            raise ValueError(f"{raw!r} is not {kind.__name__}")
        return raw

    return decode


def _decimal(raw: Any) -> Decimal:
    if type(raw) not in (str, int):
        raise ValueError(f"{raw!r}: a decimal is written as text")
    try:
        found = Decimal(raw)
    except InvalidOperation:
        raise ValueError(f"{raw!r} is not a decimal") from None
    if not found.is_finite():
        raise ValueError(f"{raw!r} is not a finite decimal")
    return found


def _time(raw: Any) -> time:
    if type(raw) is not str:
        raise ValueError(f"{raw!r}: a time is written HH:MM")
    return time.fromisoformat(raw)


def _structure(raw: Any) -> Any:
    if type(raw) not in (list, dict):
        raise ValueError(f"{raw!r} is neither list nor object")
    return raw


_DECODERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: _exactly(int),
    Kind.DECIMAL: _decimal,
    Kind.BOOLEAN: _exactly(bool),
    Kind.TEXT: _exactly(str),
    Kind.CHOICE: _exactly(str),
    Kind.TIME: _time,
    Kind.STRUCTURE: _structure,
}


def _shipped(raw: dict[str, Any]) -> Shipped:
    ends = raw.get("effective_to")
    return Shipped(
        value=raw["value"],
        effective_from=date.fromisoformat(raw["effective_from"]),
        effective_to=date.fromisoformat(ends) if ends else None,
        legal_basis=raw["legal_basis"],
        confidence=Confidence(raw["confidence"]),
        note=raw.get("note", ""),
    )


def parse(text: str, *, origin: str) -> tuple[Declaration, ...]:
    """The declarations in one file. Raises ValueError or KeyError, naming the fault, for a bad file."""
    found = []
    for raw in json.loads(text):
        values = sorted((_shipped(value) for value in raw["values"]), key=lambda each: each.effective_from)
        declaration = Declaration(
            key=raw["key"],
            label=raw["label"],
            kind=Kind(raw["kind"]),
            unit=raw.get("unit", ""),
            choices=tuple(raw.get("choices", ())),
            origin=origin,
            values=tuple(values),
        )
        for value in values:
            declaration.decode(value.value)
        found.append(declaration)
    return tuple(found)


@cache
def declarations() -> dict[str, Declaration]:
    """Every declared key of the installed rooms. Raises ValueError when two files claim one key."""
    found: dict[str, Declaration] = {}
    for room in apps.get_app_configs():
        for file in sorted(Path(room.path, "legal").glob("*.json")):
            for declaration in parse(file.read_text(encoding="utf-8"), origin=f"{room.label}/{file.stem}"):
                if declaration.key in found:
                    raise ValueError(f"legal value {declaration.key!r} is declared twice")
                found[declaration.key] = declaration
    return found


def declared(key: str) -> Declaration:
    """The declaration of a key. Raises LookupError for one that no room declares."""
    try:
        return declarations()[key]
    except KeyError:
        raise LookupError(f"no legal value named {key!r}") from None
