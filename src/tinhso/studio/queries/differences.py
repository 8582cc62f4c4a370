"""Where two bodies of a part differ, place by place; members of lists are known by key, as in merging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

SHORT = 80
NOTHING = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place and what stands there in each body; empty where nothing does."""

    place: str
    before: str
    after: str


def differences(before: Any, after: Any, keys: Mapping[str, str]) -> tuple[Difference, ...]:
    """Every place where two JSON values differ, in the order of the new one."""
    return tuple(_differ(before, after, keys, "", ""))


def _differ(before: Any, after: Any, keys: Mapping[str, str], name: str, place: str) -> Iterator[Difference]:
    if before is not NOTHING and after is not NOTHING and before == after:
        return
    here, there = _members(before, keys, name), _members(after, keys, name)
    if here is None or there is None:
        yield Difference(place, _short(before), _short(after))
        return
    for key in [*there, *(key for key in here if key not in there)]:
        inner = f"{place} › {key}" if place else str(key)
        inner_name = key if isinstance(after, dict) else ""
        yield from _differ(here.get(key, NOTHING), there.get(key, NOTHING), keys, inner_name, inner)


def _members(value: Any, keys: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """What is compared member by member; None for what is compared whole."""
    if isinstance(value, dict):
        return value
    if not isinstance(value, list) or name not in keys:
        return None
    found = {str(member.get(keys[name])): member for member in value if isinstance(member, dict)}
    return found if len(found) == len(value) else None


def _short(value: Any) -> str:
    if value is NOTHING or value is None:
        return ""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    text = " ".join(text.split())
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
