"""The log's writer: a message is durable before it goes on, and all that wait share one commit."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString
from uuid import UUID

import psycopg
from psycopg.errors import CheckViolation
from psycopg.pq.abc import PGresult

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.keeping import marks
from tinhso.exchange.keeping.binary import HEADER, TRAILER
from tinhso.exchange.keeping.copying import copied
from tinhso.exchange.keeping.faults import logging_failed, timestamping_failed
from tinhso.exchange.keeping.marks import Mark
from tinhso.exchange.keeping.records import Body, Record, id_at, month_of
from tinhso.exchange.keeping.rows import COLUMNS, Row, Signing, row
from tinhso.exchange.keeping.spool import Spooled, first_of, spooled
from tinhso.exchange.protocol.faults import Fault
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id

logger = logging.getLogger(__name__)
MOST_ROWS = 1_000
MOST_BYTES = 16 * 1024 * 1024
MOST_WAITING = 20_000
COMMIT_SECONDS = 30
GATHER_SECONDS = 0.003
"""From one commit's beginning to the next's at least: under load few commits hold many messages."""
CONNECT_SECONDS = 5
MOST_SECONDS_WAITING = 60
ASK_EVERY = timedelta(seconds=2)
CLOCKS_APART = timedelta(seconds=1)
REMEMBERED_SIGNATURES = 10_000

SESSION: LiteralString = (
    "SELECT set_config('synchronous_commit', 'on', false), set_config('transaction_timeout', '30s', false),"
    " exchange_log_month(now()::date), exchange_log_month((now() + interval '1 month')::date)"
)
COPY = f"COPY exchange_message ({', '.join(COLUMNS)}) FROM STDIN (FORMAT BINARY)"
PREPARE: LiteralString = """
PREPARE exchange_signatures (date[], bytea[], bytea[], bytea[]) AS
WITH new AS (
    INSERT INTO exchange_signature (month, digest, xml, chain_result, kept_at)
    SELECT month, digest, xml, chain_result, now()
    FROM unnest($1, $2, $3, $4) AS t (month, digest, xml, chain_result)
    ON CONFLICT DO NOTHING RETURNING month, digest
)
INSERT INTO exchange_unstamped (month, digest, since) SELECT month, digest, now() FROM new
"""
ASK: LiteralString = (
    "SELECT clock_timestamp(), s.refuses_after, s.error FROM (SELECT) AS one"
    " LEFT JOIN exchange_stamping s ON s.refuses_after IS NOT NULL"
)

Connection = psycopg.AsyncConnection[Any]


@dataclass(eq=False, slots=True)
class _Waiting:
    row: Row | None
    """None where nothing of the message is kept but its mark."""
    mark: Mark | None
    done: asyncio.Future[None]
    since: float


class Keeper:
    """Writes the message log for one process; belongs to the event loop that started it.

    `conninfo` is libpq's. Rows are never written twice: an attempt is repeated only when the one before
    certainly left nothing.
    """

    def __init__(self, conninfo: str, *, folder: Path, clock: Callable[[], datetime] = moments.now) -> None:
        self.rows = 0
        self.commits = 0
        self._conninfo = conninfo
        self._folder = folder
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._began = 0.0
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._known: OrderedDict[tuple[date, bytes], None] = OrderedDict()
        self._asked_at: datetime | None = None
        self._refusal: tuple[datetime, str] | None = None
        self._offset = timedelta(0)

    async def start(self) -> None:
        """Connect and begin. Raises psycopg.Error when the database is not there."""
        self._connection = await self._connected()
        await self._ask(self._connection)
        self._task = asyncio.create_task(self._run(), name="exchange log")

    async def close(self) -> None:
        """Write what waits, then end."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._connection is not None:
            await self._connection.close()

    async def __aenter__(self) -> Keeper:
        await self.start()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def keep(self, record: Record) -> UUID | None:
        """Log a message; returns its identifier after the commit, None in mode `none`.

        Raises Fault `logging_failed` when it is not certain that the row is durable, with
        `.timestamping_failed` when nothing could be stamped for longer than is acceptable (§12), and
        `invalid_request`, with nothing kept, when its mark was taken before at any node.
        """
        if record.mode is BodyLog.NONE and record.mark is None:
            return None
        if self._closing or self._task is None or len(self._waiting) >= MOST_WAITING:
            raise logging_failed("the log takes no more messages now")
        made = None if record.mode is BodyLog.NONE else await self._row(record)
        loop = asyncio.get_running_loop()
        waiting = _Waiting(made, record.mark, loop.create_future(), loop.time())
        self._waiting.append(waiting)
        self._wake.set()
        await waiting.done
        return made.id if made is not None else None

    async def _row(self, record: Record) -> Row:
        ready = await self._settled(record)
        try:
            return row(ready, self._new_id())
        except (ValueError, UnicodeEncodeError) as error:
            raise logging_failed(f"message cannot be logged: {error}") from error

    async def _settled(self, record: Record) -> Record:
        """The record with all its files durable, its body cut where it is to be."""
        if record.mode is BodyLog.METADATA:
            return record
        body: Body | None = record.body
        if isinstance(body, Spooled) and record.most_kept is not None and record.size > record.most_kept:
            body = await asyncio.to_thread(first_of, body, record.most_kept)
            record = replace(record, body=body)
        if record.more and not all(isinstance(one, Spooled) for one in record.more):
            more = tuple(
                [one if isinstance(one, Spooled) else spooled(self._folder, one) for one in record.more]
            )
            record = replace(record, more=more)
        for one in (body, *record.more):
            if isinstance(one, Spooled):
                await asyncio.to_thread(one.settle)
        return record

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._gathered()
            batch = self._taken()
            try:
                refused = await self._kept(batch)
            except Fault as fault:
                _fail(batch, fault)
            except Exception as error:  # whatever it is, those who wait must hear of it
                broken = logging_failed(f"the message log cannot be written: {type(error).__name__}")
                logger.error("%s: %d messages were not logged: %s", broken.detail, len(batch), error)
                _fail(batch, broken)
            else:
                self.rows += len(batch) - len(refused)
                self.commits += 1
                _fail(refused, marks.replayed())
                for one in batch:
                    if not one.done.done():
                        one.done.set_result(None)

    async def _gathered(self) -> None:
        """Commits in close succession wait for each other's messages; the first after a pause does not."""
        now = asyncio.get_running_loop().time()
        early = self._began + GATHER_SECONDS - now
        if early > 0 and not self._closing:
            await asyncio.sleep(early)
            now += early
        self._began = now

    def _taken(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size, now = 0, asyncio.get_running_loop().time()
        while self._waiting and len(batch) < MOST_ROWS and size < MOST_BYTES:
            one = self._waiting.popleft()
            if one.done.cancelled():
                continue
            if now - one.since > MOST_SECONDS_WAITING:
                _fail([one], logging_failed("the message log is too slow"))
                continue
            batch.append(one)
            size += len(one.row.data) if one.row is not None else 0
        return batch

    async def _kept(self, batch: Sequence[_Waiting]) -> Sequence[_Waiting]:
        """Write a batch; gives those whose mark was taken before, of which nothing is kept."""
        if not batch:
            return ()
        await self._refuse_unstamped()
        rows = [one.row for one in batch if one.row is not None]
        signings = {(one.month, one.digest): one for each in rows if (one := each.signing) is not None}
        new = [signings[key] for key in sorted(signings) if key not in self._known]
        again = True
        while True:
            attempt = _Attempt()
            try:
                async with asyncio.timeout(COMMIT_SECONDS):
                    refused = await self._written(batch, new, attempt)
                break
            except CheckViolation:
                await self._gone()
                if not again:
                    raise
                await self._months({month_of(each.id) for each in rows})
            except (psycopg.OperationalError, OSError):
                await self._gone()
                if not again or attempt.committing:
                    raise
            except BaseException:
                await self._gone()
                raise
            again = False
        for one in new:
            self._known[(one.month, one.digest)] = None
        while len(self._known) > REMEMBERED_SIGNATURES:
            self._known.popitem(last=False)
        return refused

    async def _written(
        self, batch: Sequence[_Waiting], new: Sequence[Signing], attempt: _Attempt
    ) -> Sequence[_Waiting]:
        connection = self._connection or await self._connected()
        self._connection = connection
        wanted = [one.mark for one in batch if one.mark is not None]
        question = [_signatures(new)] if new else []
        question += [marks.claim(wanted), COPY] if wanted else [COPY]
        refused: list[_Waiting] = []

        def data_of(answers: Sequence[PGresult]) -> bytes:
            passing, late = _judged(batch, marks.claimed(answers[-1]) if wanted else set())
            refused.extend(late)
            return b"".join((HEADER, *(one.row.data for one in passing if one.row is not None), TRAILER))

        def ending() -> None:
            attempt.committing = True

        await copied(connection.pgconn, ";".join(question).encode(), data_of, ending=ending)
        return refused

    async def _connected(self) -> Connection:
        connection = await psycopg.AsyncConnection.connect(
            self._conninfo, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="exchange log"
        )
        await connection.execute(SESSION)
        await connection.execute(PREPARE)
        await connection.execute(marks.PREPARE)
        return connection

    async def _months(self, months: set[date]) -> None:
        self._connection = await self._connected()
        for month in sorted(months):
            await self._connection.execute("SELECT exchange_log_month(%s)", (month,))

    async def _gone(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await connection.close()

    async def _refuse_unstamped(self) -> None:
        """Ask the stamper's row, at most every two seconds. Raises Fault once its time is over."""
        at = self._clock()
        if self._asked_at is None or at - self._asked_at >= ASK_EVERY:
            try:
                self._connection = self._connection or await self._connected()
                await self._ask(self._connection)
            except (psycopg.OperationalError, OSError):
                await self._gone()
                self._connection = await self._connected()
                await self._ask(self._connection)
        if self._refusal is not None and at > self._refusal[0]:
            raise timestamping_failed(f"nothing could be time-stamped in time: {self._refusal[1]}")

    async def _ask(self, connection: Connection) -> None:
        """How the stamper fares, and how far this machine's clock is from the database's."""
        found = await (await connection.execute(ASK)).fetchone()
        if found is None:
            raise psycopg.OperationalError("no answer")
        there, refuses, error = found
        self._asked_at = self._clock()
        self._refusal = None if refuses is None else (refuses, error)
        offset = there - self._asked_at
        self._offset = offset if abs(offset) > CLOCKS_APART else timedelta(0)
        if self._offset:
            logger.warning("the clock here is %.1f s off the database's", -self._offset.total_seconds())

    def _new_id(self) -> UUID:
        """An identifier by the database's clock, which all nodes share: archives go by their order."""
        return id_at(self._clock() + self._offset) if self._offset else new_id()


@dataclass(slots=True)
class _Attempt:
    committing: bool = False


def _judged(batch: Sequence[_Waiting], claimed: set[bytes]) -> tuple[Sequence[_Waiting], Sequence[_Waiting]]:
    """Who may pass, and whose mark was taken before; of two in one batch with one mark the first passes."""
    passing, late = [], []
    for one in batch:
        if one.mark is None:
            passing.append(one)
        elif one.mark.digest in claimed:
            claimed.remove(one.mark.digest)
            passing.append(one)
        else:
            late.append(one)
    return passing, late


def _signatures(new: Sequence[Signing]) -> str:
    """Keep these as one statement; what stands between its quotes is hexadecimal or a date."""
    months = ",".join(f"'{one.month.isoformat()}'" for one in new)
    columns = [[one.digest, one.xml, one.chain_result] for one in new]
    values = ",".join(f"ARRAY[{','.join(map(_literal, column))}]" for column in zip(*columns, strict=True))
    return f"EXECUTE exchange_signatures(ARRAY[{months}]::date[],{values})"


def _literal(data: bytes | None) -> str:
    return "NULL::bytea" if data is None else f"'\\x{data.hex()}'::bytea"


def _fail(batch: Sequence[_Waiting], fault: Fault) -> None:
    for one in batch:
        if not one.done.done():
            one.done.set_exception(Fault(fault.code, fault.message, fault.detail))
