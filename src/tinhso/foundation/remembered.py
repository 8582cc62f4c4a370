"""Small tables kept in memory: read whole by one query, read again after a few seconds.

What another process changes is seen within `Remembered.seconds`. What the running transaction changes is
seen there at once and nowhere else until it commits; when it is rolled back nothing of it stays in memory.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar
from weakref import WeakSet

from django.db import connection

from tinhso.foundation import transactions

Content = TypeVar("Content")


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
