"""Work on long bodies, done by few threads beside the loop: other messages go on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tinhso.exchange.protocol.faults import Fault

T = TypeVar("T")
LONG_BYTES = 16 * 1024
"""From here on a check or a mask may take longer than a message should wait for another."""
THREADS = 2
MOST_WAITING = 64


class Aside:
    """Does short work at once and long work in a thread."""

    def __init__(self, *, most_waiting: int = MOST_WAITING) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="long bodies")
        self._most = most_waiting
        self._waiting = 0

    async def do(self, size: int, work: Callable[[], T]) -> T:
        """The result of work on a body of `size` bytes, and what it raises.

        Raises Fault `internal_error` when too much waits already.
        """
        if size <= LONG_BYTES:
            return work()
        if self._waiting >= self._most:
            raise Fault("internal_error", "Too many long bodies wait to be checked or masked")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the threads once they have finished."""
        self._threads.shutdown(wait=False)
