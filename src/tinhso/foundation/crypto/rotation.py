"""Moving everything that a master key wraps to the newest one, kind by kind; rooms declare their kinds.

    crypto.wrapped.add("persons", Wrapped(again=…, left=…))

Each `again` goes on where a killed run stopped, in small transactions; old keys are read until it is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tinhso.foundation.crypto.ring import ring
from tinhso.foundation.registry import Registry


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A kind of value. `again` wraps what the current key does not, and returns how much that was; `left`
    counts what each master key wraps, by its name (empty: not looked at yet)."""

    again: Callable[[], int]
    left: Callable[[], Mapping[str, int]]


wrapped: Registry[Wrapped] = Registry("kind of wrapped value")


def rotate() -> dict[str, int]:
    """Wrap everything by the current master key. How much was wrapped again, by kind. Safe to repeat."""
    return {kind: entry.again() for kind, entry in wrapped}


def left_by_kind() -> dict[str, Counter[str]]:
    """How much of a kind each other master key than the current one still wraps, for kinds with any."""
    found = {}
    for kind, entry in wrapped:
        counts = Counter(entry.left())
        del counts[ring().current.name]
        if counts := +counts:
            found[kind] = counts
    return found
