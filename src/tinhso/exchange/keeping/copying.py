"""One question to PostgreSQL that ends in a COPY, spoken by libpq itself: two waits to a commit.

The layers of psycopg above libpq cost more than the commit when few messages share it; so the log's writer,
and nobody else, goes below them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn, PGresult

SLICE_BYTES = 256 * 1024
_DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


async def copied(
    pg: PGconn,
    question: bytes,
    data_of: Callable[[Sequence[PGresult]], bytes],
    *,
    ending: Callable[[], None],
) -> None:
    """Run statements, the last of them `COPY … FROM STDIN`, as one transaction; return once it is durable.

    `data_of` makes what is copied, by the answers to the statements before, which cost no wait of their own.
    `ending` is called before the data's end is said: up to there nothing can be committed. The connection
    must be idle and not blocking; after an exception it must be closed. Raises psycopg.Error.
    """
    link = _Link(pg)
    answers: list[PGresult] = []
    try:
        pg.send_query(question)
        await link.flushed()
        while (result := await link.result()) is not None and result.status in _DONE:
            answers.append(result)
        if result is None or result.status != ExecStatus.COPY_IN:
            raise _error(result)
        data = data_of(answers)
        for at in range(0, len(data), SLICE_BYTES):
            while pg.put_copy_data(data[at : at + SLICE_BYTES]) == 0:
                await link.writable()
            if at:
                await link.flushed()
        ending()
        while pg.put_copy_end() == 0:
            await link.writable()
        await link.flushed()
        while (result := await link.result()) is not None:
            if result.status not in _DONE:
                raise _error(result)
    finally:
        link.close()


def _error(result: PGresult | None) -> Exception:
    return OperationalError("the copy did not begin") if result is None else error_from_result(result)


class _Link:
    """Waits for the connection's socket, and takes what comes."""

    def __init__(self, pg: PGconn) -> None:
        self._pg = pg
        self._socket = pg.socket
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[None] | None = None
        self._error: Exception | None = None
        self._loop.add_reader(self._socket, self._read)

    def close(self) -> None:
        """Watch the socket no more."""
        self._loop.remove_reader(self._socket)

    async def result(self) -> PGresult | None:
        """The next result, None after the last."""
        while self._pg.is_busy():
            await self._wait()
        return self._pg.get_result()

    async def flushed(self) -> None:
        """Return once all that was written has gone out."""
        while self._pg.flush():
            await self.writable()

    async def writable(self) -> None:
        """Return once more can be written."""
        self._loop.add_writer(self._socket, self._wake)
        try:
            await self._wait()
        finally:
            self._loop.remove_writer(self._socket)

    async def _wait(self) -> None:
        if self._error is None:
            self._waiting = self._loop.create_future()
            await self._waiting
        if self._error is not None:
            raise self._error

    def _read(self) -> None:
        try:
            self._pg.consume_input()
        except OperationalError as error:
            self._error = error
            self._loop.remove_reader(self._socket)
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
