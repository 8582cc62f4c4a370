"""Keeps the gateway's snapshot as new as the database: told by LISTEN, and asking each second besides."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import psycopg
from psycopg.rows import dict_row

from tinhso.exchange.gateway.snapshot import REVISION, Connection, Snapshot, load

logger = logging.getLogger(__name__)
CHANNEL = "exchange_changed"
ASKING_SECONDS = 1.0
AGAIN_SECONDS = 1.0
TIMEOUT_SECONDS = 10


class Follower:
    """Holds the newest snapshot; without the database the last one stays, and logging stops exchange."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._told: list[Callable[[Snapshot], None]] = []
        self.snapshot = Snapshot()
        self.following = False

    def tell(self, listener: Callable[[Snapshot], None]) -> None:
        """Call at each change, and at once with what is there."""
        self._told.append(listener)
        if self.snapshot.revision >= 0:
            listener(self.snapshot)

    async def begin(self) -> None:
        """Read the first snapshot. Raises psycopg.Error."""
        connection = await self._connect()
        try:
            self._take(await load(connection))
        finally:
            await connection.close()

    async def run(self) -> None:
        """Follow until cancelled."""
        while True:
            try:
                await self._follow()
            except (psycopg.Error, OSError):
                logger.exception("the configuration cannot be followed")
            self.following = False
            await asyncio.sleep(AGAIN_SECONDS)

    async def _follow(self) -> None:
        connection = await self._connect()
        try:
            await connection.execute(f"LISTEN {CHANNEL}")
            self.following = True
            while True:
                await self._look(connection)
                async for _notice in connection.notifies(timeout=ASKING_SECONDS, stop_after=1):
                    pass
        finally:
            await connection.close()

    async def _look(self, connection: Connection) -> None:
        row = await (await connection.execute(REVISION)).fetchone()
        if row is not None and row["revision"] != self.snapshot.revision:
            self._take(await load(connection))

    def _take(self, made: Snapshot) -> None:
        self.snapshot = made
        for listener in self._told:
            try:
                listener(made)
            except Exception:
                logger.exception("a part of the gateway could not take revision %d", made.revision)

    async def _connect(self) -> Connection:
        return await psycopg.AsyncConnection.connect(
            self._database, autocommit=True, row_factory=dict_row, connect_timeout=TIMEOUT_SECONDS
        )
