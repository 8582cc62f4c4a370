"""Small tables kept in memory: read whole by one query, read again after a few seconds.

What another process changes is seen within `Remembered.seconds`. What the running transaction changes is
seen there at once and nowhere else until it commits; when it is rolled back nothing of it stays in memory.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, ClassVar, Generic, ParamSpec, TypeVar
from weakref import WeakSet

from django.db import connection

from tinhso.foundation import transactions

Content = TypeVar("Content")
Key = TypeVar("Key", bound=Hashable)


class Remembered(Generic[Content]):
    """The content that `read` gives, remembered per process. `read` runs one query, or a fixed number."""

    seconds: ClassVar[float] = 5.0
    _everything: ClassVar[WeakSet[Remembered[Any]]] = WeakSet()

    def __init__(self, read: Callable[[], Content]) -> None:
        self._read = read
        self._kept: tuple[float, Content] | None = None
        self._own = threading.local()
        self._everything.add(self)

    def __call__(self) -> Content:
        block = getattr(self._own, "block", None)
        if block is not None:
            if connection.atomic_blocks and connection.atomic_blocks[0] is block:
                return self._uncommitted()
            self._own.block = self._own.kept = None
        kept = self._kept
        if kept is None or time.monotonic() - kept[0] > self.seconds:
            kept = self._kept = (time.monotonic(), self._read())
        return kept[1]

    def _uncommitted(self) -> Content:
        if self._own.kept is None:
            self._own.kept = (self._read(),)
        content: Content = self._own.kept[0]
        return content

    def changed(self) -> None:
        """The running transaction changes the table: call it before or after each statement that does."""
        if not connection.atomic_blocks:
            self.forget()
            return
        self._own.block = connection.atomic_blocks[0]
        self._own.kept = None
        transactions.after_commit(self.forget)

    def forget(self) -> None:
        """Read again at the next question."""
        self._kept = None
        self._own.kept = None

    @classmethod
    def forget_everything(cls) -> None:
        """Forget every remembered table, as when the database was changed from outside."""
        for each in cls._everything:
            each.forget()


Asked = ParamSpec("Asked")


class Answers(Remembered[dict[Any, Any]]):
    """Answers of a room's look-ups about rows that change rarely, each read when first asked.

    Everything that changes a row behind any of them calls `changed`. An answer that says "nothing there"
    is not remembered, so that what comes to be is found at once.
    """

    most: ClassVar[int] = 20_000

    def __init__(self) -> None:
        super().__init__(dict)

    def of(self, function: Callable[Asked, Content]) -> Callable[Asked, Content]:
        """Remember what the function answers; its arguments must be hashable, its answers immutable."""
        name = f"{function.__module__}.{function.__qualname__}"

        @functools.wraps(function)
        def ask(*given: Asked.args, **named: Asked.kwargs) -> Content:
            known = self()
            key = (name, given, tuple(named.items()))
            if key in known:
                found: Content = known[key]
                return found
            answer = function(*given, **named)
            if answer:
                if len(known) >= self.most:
                    known.clear()
                known[key] = answer
            return answer

        return ask

    def each(
        self, read: Callable[[list[Key]], dict[Key, Content]]
    ) -> Callable[[Iterable[Key]], dict[Key, Content]]:
        """Remember what a look-up of several ids answers, id by id: only unknown ones are read."""
        name = f"{read.__module__}.{read.__qualname__}"

        @functools.wraps(read)
        def ask(ids: Iterable[Key]) -> dict[Key, Content]:
            known = self()
            wanted = set(ids)
            found = {id_: known[name, id_] for id_ in wanted if (name, id_) in known}
            if missing := [id_ for id_ in wanted if id_ not in found]:
                fresh = read(missing)
                known.update({(name, id_): answer for id_, answer in fresh.items()})
                found |= fresh
            return found

        return ask
