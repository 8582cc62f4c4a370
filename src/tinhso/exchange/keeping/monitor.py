"""Writes the records of operational monitoring (exchange protocol §15) without holding up an exchange.

Records wait in memory and go to the database in batches. While it cannot be reached they go to files, which
are written to it later (a node that dies right then may write a file's records twice). What finds no place is
counted, and the count stands in the database as soon as it can.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final, LiteralString

import psycopg
from psycopg.errors import CheckViolation

from tinhso.exchange.keeping.binary import HEADER, TRAILER
from tinhso.exchange.keeping.observed import COLUMNS, Observed, encoded
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id

logger = logging.getLogger(__name__)
MOST_HELD: Final = 20_000
MOST_SPILLED: Final = 256 * 1024 * 1024
AT_ONCE: Final = 5_000
PAUSE_SECONDS: Final = 0.5
CONNECT_SECONDS: Final = 5
WRITE_SECONDS: Final = 30
"""Well below `AVAILABLE_AFTER`: what was written by then is seen by all."""
AVAILABLE_AFTER: Final = timedelta(seconds=60)
"""Records younger than this are not told yet: some of their second may still be on their way (§15)."""
SUFFIX: Final = ".monitored"

SESSION: LiteralString = (
    "SELECT set_config('synchronous_commit', 'off', false), set_config('transaction_timeout', '30s', false)"
)
DAYS: LiteralString = (
    "SELECT exchange_monitored_day(d::date) FROM generate_series((now() AT TIME ZONE 'UTC')::date,"
    " (now() AT TIME ZONE 'UTC')::date + 1, interval '1 day') AS d"
)
COPY: LiteralString = "COPY exchange_monitored ({}) FROM STDIN (FORMAT BINARY)"
LOST: LiteralString = (
    "INSERT INTO exchange_monitoringlost AS l (day, count) VALUES ((now() AT TIME ZONE 'UTC')::date, %s)"
    " ON CONFLICT (day) DO UPDATE SET count = l.count + excluded.count"
)

Connection = psycopg.AsyncConnection[Any]
TROUBLES = (psycopg.Error, OSError, TimeoutError)


class Monitor:
    """Keeps what exchanges of this node were like; belongs to the event loop that started it.

    `conninfo` is libpq's, `folder` takes the files. `kept` and `lost` count records since it started,
    `since` is that moment in milliseconds since 1970.
    """

    def __init__(
        self, conninfo: str, *, folder: Path, held: int = MOST_HELD, spilled: int = MOST_SPILLED
    ) -> None:
        self.kept = self.lost = 0
        self.since = int(moments.now().timestamp() * 1000)
        self._conninfo = conninfo
        self._folder = folder
        self._most_spilled = spilled
        self._held: deque[bytes] = deque(maxlen=held)
        self._files: deque[Path] = deque()
        self._spilled = 0
        self._untold = 0
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Records in memory and files on disk that are not in the database yet."""
        return len(self._held) + len(self._files)

    def note(self, seen: Observed) -> None:
        """Keep a record, soon. Never waits and never raises; the oldest gives way when memory is full."""
        if len(self._held) == self._held.maxlen:
            self._lose(1)
        self._held.append(encoded(seen))

    async def start(self) -> None:
        """Begin, and take up files that were left. The database need not be there."""
        left = await asyncio.to_thread(self._left)
        self._files.extend(left)
        self._spilled = sum(size for _path, size in left.items())
        self._task = asyncio.create_task(self._run(), name="exchange monitoring")

    async def close(self) -> None:
        """Write what waits, to files where the database does not take it; then end."""
        self._closing.set()
        if self._task is not None:
            await self._task
            await self._turn()
        await self._gone()

    async def _run(self) -> None:
        while not self._closing.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), PAUSE_SECONDS)
            await self._turn()

    async def _turn(self) -> None:
        """Write everything that waits, and one file more; when that cannot be, put it into a file."""
        batch: list[bytes] = []
        try:
            while self._held or self._untold:
                batch = self._taken()
                await self._write(batch, len(batch))
                batch = []
            if self._files:
                await self._replay(self._files[0])
        except TROUBLES as error:
            logger.warning("monitoring cannot be written: %s", error)
            await self._gone()
            await self._spill(batch)

    def _taken(self) -> list[bytes]:
        return [self._held.popleft() for _each in range(min(AT_ONCE, len(self._held)))]

    async def _write(self, rows: list[bytes], count: int) -> None:
        """One transaction: rows, and the number of those that were lost before. Raises TROUBLES."""
        lost = self._untold
        for again in (True, False):
            try:
                async with asyncio.timeout(WRITE_SECONDS):
                    await self._copied(rows, lost)
                break
            except CheckViolation:
                await self._gone()
                if again:
                    continue
                logger.exception("%d records of monitoring cannot be kept", count)
                self._lose(count)
                return
        self._untold -= lost
        self.kept += count

    async def _copied(self, rows: Iterable[bytes], lost: int) -> None:
        connection = self._connection or await self._connected()
        async with connection.transaction():
            cursor = connection.cursor()
            async with cursor.copy(COPY.format(", ".join(COLUMNS))) as copy:
                await copy.write(b"".join((HEADER, *rows, TRAILER)))
            if lost:
                await cursor.execute(LOST, (lost,))

    async def _connected(self) -> Connection:
        """A new connection; whoever comes first in a day makes its partition, and that of the next."""
        connection = await psycopg.AsyncConnection.connect(
            self._conninfo,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            application_name="exchange monitoring",
        )
        self._connection = connection
        await connection.execute(SESSION)
        await connection.execute(DAYS)
        return connection

    async def _gone(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*TROUBLES):
                await connection.close()

    async def _spill(self, batch: list[bytes]) -> None:
        """All that waits into a file, while there is room; else the newest of it stays in memory."""
        rows = batch + list(self._held)
        self._held.clear()
        size = sum(map(len, rows))
        if not rows:
            return
        path = self._folder / f"{new_id()}-{len(rows)}{SUFFIX}"
        if self._spilled + size <= self._most_spilled:
            try:
                await asyncio.to_thread(_written, path, rows)
            except OSError as error:
                logger.warning("monitoring cannot be put aside: %s", error)
            else:
                self._files.append(path)
                self._spilled += size
                return
        over = max(0, len(rows) + len(self._held) - (self._held.maxlen or 0))
        self._lose(over)
        self._held.extendleft(reversed(rows[over:]))

    async def _replay(self, path: Path) -> None:
        """Write a file to the database and take it away. One that another node has is left to it."""
        opened = await asyncio.to_thread(_locked, path)
        if opened is not None:
            with opened as file:
                data = await asyncio.to_thread(file.read)
                await self._write([data], int(path.stem.rpartition("-")[2]))
                await asyncio.to_thread(path.unlink)
            self._spilled = max(0, self._spilled - len(data))
        self._files.popleft()

    def _lose(self, count: int) -> None:
        if count and not self._untold:
            logger.error("monitoring loses records: neither the database nor the disk takes them")
        self.lost += count
        self._untold += count

    def _left(self) -> dict[Path, int]:
        self._folder.mkdir(parents=True, exist_ok=True)
        return {path: path.stat().st_size for path in sorted(self._folder.glob(f"*{SUFFIX}"))}


def _locked(path: Path) -> BinaryIO | None:
    """The file, read by nobody else; None when somebody has it or it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.fstat(file.fileno()).st_nlink:
            return file
    except BlockingIOError:
        pass
    file.close()
    return None


def _written(path: Path, rows: list[bytes]) -> None:
    """The file is there whole, or not at all."""
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as out:
            out.writelines(rows)
        part.rename(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
