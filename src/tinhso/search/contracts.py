"""What crosses the door of search."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that can be found.

    `title` and `words` (everyday words, one phrase each) weigh most and forgive typing errors;
    `text` is everything else. `units` limit who finds it (empty: anyone). `weight` lifts what people
    look for often: 1.0 is ordinary.
    """

    kind: str
    id: UUID
    title: str
    words: tuple[str, ...] = ()
    text: str = ""
    url: str = ""
    units: tuple[UUID, ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found thing; `score` orders hits of one query only."""

    kind: str
    id: UUID
    title: str
    url: str
    score: float
