"""What a signed notice says, read without room for two meanings: no member twice, no sum with a fraction."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

MOST = 10**15
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
"""No provider tells of money from before; such a moment is a slip."""


def members(body: bytes) -> dict[str, Any]:
    """The members of a JSON object in UTF-8. Raises ValueError."""
    try:
        given = json.loads(body.decode(), object_pairs_hook=_once, parse_float=_no, parse_constant=_no)
    except RecursionError:
        raise ValueError("nested without end") from None
    if not isinstance(given, dict):
        raise ValueError("not an object")
    return given


def amount(value: object) -> int:
    """Whole đồng above nought. Raises ValueError."""
    if type(value) is not int or not 0 < value < MOST:
        raise ValueError("no whole sum")
    return value


def digits(value: str) -> int:
    """A whole number written in plain digits, no larger than a sum in hundredths. Raises ValueError."""
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(MOST * 100))):
        raise ValueError("not plain digits")
    return int(value)


def moment(value: str) -> datetime:
    """A moment that names its zone, in UTC. Raises ValueError."""
    return since_then(datetime.fromisoformat(value))


def since_then(moment: datetime) -> datetime:
    """The moment in UTC. Raises ValueError without a zone, or when it is from before there were notices."""
    if moment.tzinfo is None:
        raise ValueError("a moment names its zone")
    try:
        found = moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment out of all time") from None
    if found < FIRST:
        raise ValueError("a moment from before")
    return found


def text(value: object, *, longest: int, empty: bool = False) -> str:
    """A text of usual length. Raises ValueError."""
    if not isinstance(value, str) or len(value) > longest or not (value or empty) or "\0" in value:
        raise ValueError("not a text of usual length")
    value.encode()
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _no(number: str) -> Any:
    raise ValueError(f"{number} is no whole number")
