"""Posted JSON, read member by member and refused when it is not exactly what was agreed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

MISSING: Any = object()


class Bad(ValueError):
    """The posted JSON is not usable; the text says which member."""


class Fields:
    """A JSON object whose members are taken one by one."""

    def __init__(self, body: bytes) -> None:
        try:
            data = json.loads(body)
            json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as fault:
            raise Bad("the body must be JSON of letters that UTF-8 has") from fault
        if not isinstance(data, dict):
            raise Bad("the body must be a JSON object")
        self._left: dict[str, Any] = data

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def text(self, name: str, *, default: str = MISSING) -> str:
        """A string; not empty when it has no default."""
        value = self._left.pop(name, default)
        if not isinstance(value, str) or (default is MISSING and not value):
            raise Bad(f"Missing (or invalid type) string parameter {name}")
        return value

    def objects(self, name: str) -> list[Fields]:
        """A list of objects, each to be taken apart in turn."""
        value = self._left.pop(name, MISSING)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise Bad(f"Missing (or invalid type) array parameter {name}")
        return [Fields(json.dumps(item).encode()) for item in value]

    def texts(self, name: str, *, default: list[str] = MISSING) -> list[str]:
        """A list of strings."""
        value = self._left.pop(name, default)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise Bad(f"Missing (or invalid type) array parameter {name}")
        return value

    def texts_by_name(self, name: str) -> dict[str, str]:
        """An object whose members are all strings."""
        value = self._left.pop(name, MISSING)
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise Bad(f"Missing (or invalid type) object parameter {name}")
        return value

    def choice(self, name: str, choices: Sequence[str], *, default: str = MISSING) -> str:
        """One of the given strings."""
        value = self.text(name, default=default)
        if value not in choices:
            raise Bad(f"Invalid parameter {name}")
        return value

    def whole(self, name: str, *, default: int = MISSING) -> int:
        """A whole number."""
        value = self._left.pop(name, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Bad(f"Missing (or invalid type) integer parameter {name}")
        return value

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self._left.pop(name, default)
        if not isinstance(value, bool):
            raise Bad(f"Invalid type of boolean parameter {name}")
        return value

    def moment(self, name: str) -> datetime | None:
        """An aware ISO 8601 moment, or None when left out."""
        text = self.text(name, default="")
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError as fault:
            raise Bad(f"Invalid parameter {name}") from fault
        if moment.tzinfo is None:
            raise Bad(f"{name} must name its time zone")
        return moment

    def nothing_else(self) -> None:
        """Refuse members nobody asked for: a mistyped name must not pass in silence."""
        if self._left:
            raise Bad(f"Unknown parameter {sorted(self._left)[0]}")
