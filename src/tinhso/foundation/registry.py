"""Registries and ports: how higher rooms make themselves known to lower ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

Entry = TypeVar("Entry")


class Registry(Generic[Entry]):
    """Named entries that rooms declare while Django starts. A name is taken once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._entries: dict[str, Entry] = {}

    def add(self, name: str, entry: Entry) -> Entry:
        """Declare an entry. Raises ValueError when the name is taken by another."""
        if name in self._entries and self._entries[name] != entry:
            raise ValueError(f"{self.what} {name!r} is declared twice")
        self._entries[name] = entry
        return entry

    def get(self, name: str) -> Entry:
        """The entry of that name. Raises LookupError when nobody declared it."""
        try:
            return self._entries[name]
        except KeyError:
            raise LookupError(f"no {self.what} named {name!r}") from None

    def __iter__(self) -> Iterator[tuple[str, Entry]]:
        return iter(sorted(self._entries.items()))

    def __contains__(self, name: object) -> bool:
        return name in self._entries


class Port(Generic[Entry]):
    """A question a lower room asks and one higher room answers. Bound once, in a room's `ports`."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._bound: Entry | None = None

    def bind(self, implementation: Entry) -> None:
        """Bind the answering room. Raises ValueError when another is bound already."""
        if self._bound is not None and self._bound is not implementation:
            raise ValueError(f"port {self.what!r} is bound twice")
        self._bound = implementation

    @property
    def answered(self) -> bool:
        """Whether a room is bound."""
        return self._bound is not None

    def __call__(self) -> Entry:
        if self._bound is None:
            raise LookupError(f"nobody answers the port {self.what!r}")
        return self._bound
