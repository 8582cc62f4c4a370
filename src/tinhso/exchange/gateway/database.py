"""Django's database beside the loop: its address, and a thread for queries that are rare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.conf import settings
from django.db import connections
from psycopg.conninfo import make_conninfo

T = TypeVar("T")
DJANGO_ONLY = frozenset({"server_side_binding", "prepare_threshold"})


def conninfo() -> str:
    """libpq's words for the default database."""
    made = settings.DATABASES["default"]
    named = {
        "dbname": made["NAME"],
        "user": made["USER"],
        "password": made["PASSWORD"],
        "host": made["HOST"],
        "port": made["PORT"],
        **{name: value for name, value in made["OPTIONS"].items() if name not in DJANGO_ONLY},
    }
    return make_conninfo(**{name: str(value) for name, value in named.items() if value})


class QueryThread:
    """One thread with a connection of its own, in which Django's queries are made one after another."""

    def __init__(self, name: str) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def do(self, work: Callable[[], T]) -> T:
        """What the work gives, or raises."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """Let the thread and its connection go."""
        await self.do(connections.close_all)
        self._thread.shutdown(wait=False)
