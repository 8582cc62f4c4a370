"""Fetches the global configuration and brings it into force for all nodes through the shared state."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psycopg
from psycopg_pool import AsyncConnectionPool

from tinhso.exchange.gateway.fetching import Unfetched
from tinhso.exchange.gateway.following import Follower
from tinhso.exchange.protocol import globalconf
from tinhso.exchange.protocol.identifiers import oddities

logger = logging.getLogger(__name__)
TAKE = """
UPDATE exchange_state SET global_configuration = %(text)s, global_fetched_at = %(at)s
WHERE id = 1 AND global_configuration = %(before)s
"""
SAME = "UPDATE exchange_state SET global_fetched_at = %(at)s WHERE id = 1"


class Directory:
    """Asks where the anchor says, every `seconds`; of several nodes the first to bring a document wins."""

    def __init__(
        self,
        follower: Follower,
        pool: AsyncConnectionPool,
        fetch: Callable[[str], Awaitable[bytes]],
        *,
        seconds: float,
    ) -> None:
        self._follower = follower
        self._pool = pool
        self._fetch = fetch
        self._seconds = seconds
        self.trouble = ""
        """Why the last attempt brought nothing; empty after one that did."""
        self.fetched_at: datetime | None = None

    async def run(self) -> None:
        """Refresh until cancelled."""
        while True:
            await self.refresh(at=datetime.now(UTC))
            await asyncio.sleep(self._seconds if not self.trouble else min(self._seconds, 10))

    async def refresh(self, *, at: datetime) -> bool:
        """Ask once; whether a newer document came into force. A refused one leaves the old as it is."""
        snapshot = self._follower.snapshot
        if snapshot.anchor is None:
            self.trouble = "no anchor"
            return False
        held = snapshot.configuration
        try:
            text = (await self._fetch(snapshot.anchor.url)).decode("ascii").strip()
            newer = held is None or text != held.text
            if newer:
                _warn(globalconf.succeed(held, text, by=snapshot.anchor, at=at))
            before = held.text if held else ""
            async with self._pool.connection() as connection:
                await connection.execute(TAKE if newer else SAME, {"text": text, "before": before, "at": at})
        except (globalconf.Refused, Unfetched, UnicodeDecodeError, psycopg.Error, OSError) as error:
            self.trouble = f"{snapshot.anchor.url}: {error}"
            logger.warning("the global configuration could not be renewed: %s", self.trouble)
            return False
        self.trouble, self.fetched_at = "", at
        return newer


def _warn(made: globalconf.GlobalConfiguration) -> None:
    """Write down whose identifiers have characters that new ones must not have; they are served all the same
    (§1.1)."""
    for client in made.serving:
        if odd := oddities(client):
            logger.warning("the identifier %s of the global configuration has odd parts: %s", client, odd)
