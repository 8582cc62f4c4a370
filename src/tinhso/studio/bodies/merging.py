"""Two people's changes to one part put together, place by place: what only one changed is taken from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tinhso.studio.bodies.comparing import by_key

_MISSING = object()


@dataclass(slots=True)
class Merged:
    """The two put together; `clashes` are the paths both changed differently, where `ours` was taken."""

    value: Any
    clashes: list[str] = field(default_factory=list)


def merge(base: Any, ours: Any, theirs: Any, keys: Mapping[str, str]) -> Merged:
    """Three-way merge of JSON values. `keys` name how members of a list are known (list → key)."""
    merged = Merged(None)
    merged.value = _merge(base, ours, theirs, keys, "", "", merged.clashes)
    return merged


def _merge(
    base: Any, ours: Any, theirs: Any, keys: Mapping[str, str], name: str, path: str, clashes: list[str]
) -> Any:
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _objects(base if isinstance(base, dict) else {}, ours, theirs, keys, path, clashes)
    if isinstance(ours, list) and isinstance(theirs, list) and name in keys:
        return _lists(base if isinstance(base, list) else [], ours, theirs, keys, name, path, clashes)
    clashes.append(path)
    return ours


def _objects(
    base: dict[str, Any],
    ours: dict[str, Any],
    theirs: dict[str, Any],
    keys: Mapping[str, str],
    path: str,
    clashes: list[str],
) -> dict[str, Any]:
    merged = {}
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        here = f"{path}.{name}" if path else name
        value = _merge(
            base.get(name, _MISSING),
            ours.get(name, _MISSING),
            theirs.get(name, _MISSING),
            keys,
            name,
            here,
            clashes,
        )
        if value is not _MISSING:
            merged[name] = value
    return merged


def _lists(
    base: list[Any],
    ours: list[Any],
    theirs: list[Any],
    keys: Mapping[str, str],
    name: str,
    path: str,
    clashes: list[str],
) -> list[Any]:
    """Members known by their key: in our order, with their new ones after the member they stand behind."""
    sides = [by_key(side, keys, (name,)) for side in (base, ours, theirs)]
    if any(side is None for side in sides):
        clashes.append(path)
        return ours
    before, here, there = (side or {} for side in sides)
    merged: list[Any] = []
    for known, mine in here.items():
        value = _merge(
            before.get(known, _MISSING),
            mine,
            there.get(known, _MISSING),
            keys,
            name,
            f"{path}.{known}",
            clashes,
        )
        if value is not _MISSING:
            merged.append(value)
    order = list(there)
    for place, known in enumerate(order):
        if known in here:
            continue
        value = _merge(
            before.get(known, _MISSING), _MISSING, there[known], keys, name, f"{path}.{known}", clashes
        )
        if value is _MISSING:
            continue
        behind = {str(one[keys[name]]): at for at, one in enumerate(merged)}
        spot = next((behind[other] + 1 for other in reversed(order[:place]) if other in behind), 0)
        merged.insert(spot, value)
    return merged
