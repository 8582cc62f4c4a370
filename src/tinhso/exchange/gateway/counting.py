"""Counters of quotas in the database, which all nodes share; a node takes few calls at a time from them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from psycopg_pool import AsyncConnectionPool

from tinhso.exchange.guards.quotas import Lease, Warned
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id

LEASE = "SELECT granted, all_taken FROM exchange_quota_lease(%s, %s, %s, %s, %s)"
GIVE_BACK = "SELECT exchange_quota_give_back(%s, %s, %s, %s)"
WARNED = """
INSERT INTO exchange_quotawarning (id, agreement_id, "limit", day, taken, most, at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (agreement_id, "limit", day) DO NOTHING
"""
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

    async def warned(self, warning: Warned, *, at: datetime) -> None:
        """Leave word that a limit is nearly used up; of each limit once a day. Raises psycopg.Error."""
        facts = UUID(warning.key), warning.limit.value, moments.today(at), warning.taken, warning.most, at
        async with self._pool.connection() as connection:
            await connection.execute(WARNED, (new_id(), *facts))

    async def alive(self) -> None:
        """Say that this node lives; its slots would be free to others in 30 s. Raises psycopg.Error."""
        async with self._pool.connection() as connection:
            await connection.execute(ALIVE, (self.node,))
