"""Messages that were received already: a captured one serves nobody a second time, at no node.

A node's own memory answers first; `keeping.marks` has the last word, for all nodes and over restarts.
A message is refused when it was signed longer than `SIGNED_WITHIN` ago, so no longer must be remembered.
Here marks are kept in two sets, the younger and the older, which take turns.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import psycopg
from psycopg_pool import AsyncConnectionPool

from tinhso.exchange.keeping.marks import FORGET, Mark, replayed

logger = logging.getLogger(__name__)
SIGNED_WITHIN = timedelta(minutes=5)
TURN = SIGNED_WITHIN + timedelta(minutes=1)
"""How long a set takes marks: longer than a message is young, also one signed a little ahead of our clock."""
MOST_REMEMBERED = 1_000_000
FORGET_SECONDS = 5.0


class Replays:
    """What one node received lately; of more than it may remember the oldest are forgotten."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._young: set[bytes] = set()
        self._old: set[bytes] = set()
        self._began = datetime.min.replace(tzinfo=UTC)

    def first(self, mark: Mark, *, at: datetime) -> None:
        """Remember a message. Raises Fault for one that came to this node before."""
        if at - self._began > TURN or 2 * len(self._young) >= self._most:
            self._old = self._young if at - self._began <= 2 * TURN else set()
            self._young, self._began = set(), at
        if mark.digest in self._young or mark.digest in self._old:
            raise replayed()
        self._young.add(mark.digest)


async def forget(pool: AsyncConnectionPool) -> None:
    """Remove the marks of all nodes whose time is over, a few at a time, until cancelled."""
    while True:
        await asyncio.sleep(FORGET_SECONDS)
        try:
            async with pool.connection() as connection:
                await connection.execute(FORGET)
        except psycopg.Error:
            logger.exception("old marks of messages could not be removed")
