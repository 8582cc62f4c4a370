"""Two lists of things that have keys: what came, went, changed and stands elsewhere now."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paired:
    """Keys of two lists. `kept` stand in both, in their order now; of these `moved` changed places."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    moved: frozenset[str]


def paired(before: Sequence[str], after: Sequence[str]) -> Paired:
    """Compare two orders of keys; as few as possible count as moved."""
    here, there = dict.fromkeys(before), dict.fromkeys(after)
    kept = [key for key in there if key in here]
    place = {key: number for number, key in enumerate(here)}
    stay = _longest_rising([place[key] for key in kept])
    return Paired(
        added=tuple(key for key in there if key not in here),
        removed=tuple(key for key in here if key not in there),
        kept=tuple(kept),
        moved=frozenset(key for key in kept if place[key] not in stay),
    )


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The members of a longest rising part of different numbers."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(tails, number)
        before[number] = tails[at - 1] if at else None
        tails[at : at + 1] = [number]
    found: set[int] = set()
    step = tails[-1] if tails else None
    while step is not None:
        found.add(step)
        step = before[step]
    return frozenset(found)


def following(keys: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """For each key the name of the one before it, empty for the first."""
    return {key: names[keys[number - 1]] if number else "" for number, key in enumerate(keys)}
