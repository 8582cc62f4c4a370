"""Counters of quotas in the database, which all nodes share; a node takes few calls at a time from them."""

from __future__ import annotations

from uuid import UUID, uuid4

from psycopg_pool import AsyncConnectionPool

from tinhso.exchange.guards.quotas import Lease

LEASE = "SELECT granted, all_taken FROM exchange_quota_lease(%s, %s, %s, %s, %s)"
GIVE_BACK = "SELECT exchange_quota_give_back(%s, %s, %s, %s)"
ALIVE = "SELECT exchange_quota_alive(%s)"


class Counters:
    """`guards.quotas.SharedCounters` over PostgreSQL, for one node."""

    def __init__(self, pool: AsyncConnectionPool) -> None:
        self._pool = pool
        self.node: UUID = uuid4()

    async def lease(self, key: str, window: str, *, most: int, ask: int) -> Lease:
        """Take up to `ask` calls. Raises psycopg.Error."""
        async with self._pool.connection() as connection:
            found = await connection.execute(LEASE, (key, window, self.node, most, ask))
            row = await found.fetchone()
        return Lease(row[0], row[1]) if row else Lease(0, most)

    async def give_back(self, key: str, window: str, count: int) -> None:
        """Put back calls that were not made. Raises psycopg.Error."""
        async with self._pool.connection() as connection:
            await connection.execute(GIVE_BACK, (key, window, self.node, count))

    async def alive(self) -> None:
        """Say that this node lives; its slots would be free to others in 30 s. Raises psycopg.Error."""
        async with self._pool.connection() as connection:
            await connection.execute(ALIVE, (self.node,))
