"""What is made from a service's settings at some cost, and kept until they change."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Generic, TypeVar
from uuid import UUID

Made = TypeVar("Made")


class Ready(Generic[Made]):
    """One thing for each service, by its id; with `most` the oldest of more go."""

    def __init__(self, *, most: int | None = None) -> None:
        self._most = most
        self._kept: dict[UUID, tuple[tuple[object, ...], Made]] = {}

    def of(self, id: UUID, settings: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What was made from these settings, or what `make` makes now; its exceptions pass."""
        kept = self._kept.get(id)
        if kept is None or kept[0] != settings:
            kept = settings, make()
            self._kept[id] = kept
            for old in list(self._kept)[: -self._most] if self._most is not None else ():
                self._kept.pop(old, None)
        return kept[1]

    def all(self) -> dict[UUID, Made]:
        """What is kept of each service."""
        return {id: made for id, (_settings, made) in self._kept.items()}

    def only(self, ids: Collection[UUID]) -> None:
        """Forget all other services."""
        self._kept = {id: kept for id, kept in self._kept.items() if id in ids}
