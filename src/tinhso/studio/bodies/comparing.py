"""Two states of a part beside each other, place by place; and taking some places of one into the other.

A place is a path through objects by name and through lists by the key their members are known by; a list
without a key is one place.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tinhso.studio.contracts import Body

_MISSING = object()
ORDER = "*"
"""The last step of the path of a list's order."""


WHOLE = frozenset({"term", "deemed", "show_if", "value", "holds", "when", "expected"})
"""Objects that are one place: half a term or half a rule says nothing."""


class ChangeKind(StrEnum):
    """What happened at a place."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Change:
    """One place that is different. `path` are names and keys; `before`, `after` the values, None for none."""

    kind: ChangeKind
    path: tuple[str, ...]
    before: Any = None
    after: Any = None

    @property
    def place(self) -> str:
        """The path as one text, the same for the same place."""
        return "/".join(step.replace("~", "~0").replace("/", "~1") for step in self.path)


def changes(before: Any, after: Any, keys: Mapping[str, str]) -> tuple[Change, ...]:
    """What is different, in the order of `after`; `keys` name how members of a list are known."""
    return tuple(_changes(before, after, keys, ()))


def take(current: Body, other: Body, places: Collection[str], keys: Mapping[str, str]) -> Body:
    """`current` with the given places of `changes(current, other, keys)` as `other` has them."""
    taken = copy.deepcopy(current)
    wanted = [change for change in changes(current, other, keys) if change.place in places]
    for change in sorted(wanted, key=lambda change: change.kind is not ChangeKind.MOVED):
        _put(taken, change, other, keys)
    return taken


def _changes(before: Any, after: Any, keys: Mapping[str, str], path: tuple[str, ...]) -> Iterator[Change]:
    if before == after:
        return
    whole = bool(path) and path[-1] in WHOLE
    if isinstance(before, dict) and isinstance(after, dict) and not whole:
        for name in [*after, *(name for name in before if name not in after)]:
            yield from _one(before.get(name, _MISSING), after.get(name, _MISSING), keys, (*path, name))
        return
    here, there = (by_key(side, keys, path) for side in (before, after))
    if here is not None and there is not None:
        for known in [*there, *(known for known in here if known not in there)]:
            yield from _one(here.get(known, _MISSING), there.get(known, _MISSING), keys, (*path, known))
        both = [[known for known in side if known in here and known in there] for side in (here, there)]
        if both[0] != both[1]:
            yield Change(ChangeKind.MOVED, (*path, ORDER), both[0], both[1])
        return
    yield Change(ChangeKind.CHANGED, path, before, after)


def _one(before: Any, after: Any, keys: Mapping[str, str], path: tuple[str, ...]) -> Iterator[Change]:
    if before is _MISSING:
        yield Change(ChangeKind.ADDED, path, None, after)
    elif after is _MISSING:
        yield Change(ChangeKind.REMOVED, path, before, None)
    else:
        yield from _changes(before, after, keys, path)


def by_key(members: Any, keys: Mapping[str, str], path: tuple[str, ...]) -> dict[str, Any] | None:
    """Members of the list at a path by their key; None when it has none, or they do not tell them apart."""
    key = keys.get(path[-1]) if path else None
    if key is None or not isinstance(members, list):
        return None
    found = {str(one[key]): one for one in members if isinstance(one, dict) and one.get(key) is not None}
    return found if len(found) == len(members) else None


def _put(body: Any, change: Change, other: Any, keys: Mapping[str, str]) -> None:
    """Make one place of `body` as it is in `other`."""
    home, theirs = body, other
    for depth, step in enumerate(change.path[:-1]):
        home, theirs = (_inside(side, step, keys, change.path[:depth]) for side in (home, theirs))
    last = change.path[-1]
    if isinstance(home, dict):
        if change.kind is ChangeKind.REMOVED:
            home.pop(last, None)
        else:
            home[last] = copy.deepcopy(change.after)
        return
    key = keys[change.path[-2]]
    if last == ORDER:
        ranks = {known: at for at, known in enumerate(change.after)}
        moved = iter(
            sorted((one for one in home if str(one[key]) in ranks), key=lambda one: ranks[str(one[key])])
        )
        home[:] = [next(moved) if str(one[key]) in ranks else one for one in home]
        return
    if change.kind is ChangeKind.REMOVED:
        home[:] = [one for one in home if str(one[key]) != last]
        return
    order = [str(one[key]) for one in theirs]
    before = order[: order.index(last)]
    spot = next((at + 1 for at in range(len(home) - 1, -1, -1) if str(home[at][key]) in before), 0)
    home.insert(spot, copy.deepcopy(change.after))


def _inside(side: Any, step: str, keys: Mapping[str, str], path: tuple[str, ...]) -> Any:
    if isinstance(side, dict):
        return side[step]
    key = keys[path[-1]]
    return next(one for one in side if str(one[key]) == step)
