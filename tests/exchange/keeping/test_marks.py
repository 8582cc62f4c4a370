"""Marks of messages: claimed once over all writers of a log, with the row or not at all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exchange.keeping.laid import AT, batch, conninfo, keeper, record
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.keeping import marks
from tinhso.exchange.keeping.marks import Mark, mark_of
from tinhso.exchange.keeping.writer import Keeper
from tinhso.exchange.models import Message
from tinhso.exchange.protocol.faults import Fault

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 3
KEPT = "kept"


def fresh(number: int = 0) -> Mark:
    return mark_of(AT + timedelta(milliseconds=number), uuid4().bytes)


async def tried(one: Keeper, mark: Mark, *, mode: BodyLog = BodyLog.FULL, message_id: str = "") -> str:
    """How it went: kept, or the fault's code."""
    try:
        await one.keep(record(mark=mark, mode=mode, **({"message_id": message_id} if message_id else {})))
    except Fault as fault:
        return fault.code
    return KEPT


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.integers(0, WRITERS - 1), st.integers(0, 5), st.sampled_from([BodyLog.FULL, BodyLog.NONE])
        ),
        min_size=1,
        max_size=60,
    )
)
def test_however_messages_are_spread_over_writers_each_mark_passes_once(
    tmp_path: Path, plan: Sequence[tuple[int, int, BodyLog]]
) -> None:
    names = [fresh(number % 2) for number in range(6)]
    before = Message.objects.count()

    async def work() -> list[str]:
        async with AsyncExitStack() as open_ones:
            writers = [await open_ones.enter_async_context(keeper(tmp_path)) for _number in range(WRITERS)]
            return await asyncio.gather(
                *[tried(writers[writer], names[number], mode=mode) for writer, number, mode in plan]
            )

    went = list(zip(plan, asyncio.run(work()), strict=True))

    passed = Counter(number for (_writer, number, _mode), how in went if how == KEPT)
    assert passed == Counter({number for _writer, number, _mode in plan})
    assert {how for _step, how in went} <= {KEPT, "invalid_request"}
    logged = sum(how == KEPT and mode is BodyLog.FULL for (_writer, _number, mode), how in went)
    assert Message.objects.count() == before + logged


def test_a_replay_leaves_no_row_and_harms_nobody_in_its_batch(tmp_path: Path) -> None:
    known = fresh()

    async def work() -> list[str]:
        async with keeper(tmp_path) as one, keeper(tmp_path) as other:
            assert await tried(one, known) == KEPT
            went = await asyncio.gather(
                *[tried(other, known if number == 3 else fresh(number)) for number in range(8)]
            )
            assert other.rows == 7
            return went

    went = asyncio.run(work())
    assert [number for number, how in enumerate(went) if how != KEPT] == [3]
    assert Message.objects.count() == 8


def test_messages_without_a_mark_pass_as_often_as_they_come(tmp_path: Path) -> None:
    same = batch([record()])[0]

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await asyncio.gather(*[one.keep(same) for _number in range(3)])

    asyncio.run(work())
    assert Message.objects.count() == 3


@pytest.mark.parametrize(("commits", "how"), [(True, "invalid_request"), (False, KEPT)])
def test_who_comes_second_waits_for_the_first_and_goes_on_only_when_that_one_failed(
    tmp_path: Path, commits: bool, how: str
) -> None:
    mark = fresh()

    async def work() -> str:
        async with keeper(tmp_path) as one:
            async with await psycopg.AsyncConnection.connect(conninfo()) as first:
                await first.execute("INSERT INTO exchange_received VALUES (%s, %s)", mark)
                second = asyncio.create_task(tried(one, mark))
                await asyncio.to_thread(waits)
                assert not second.done()
                await (first.commit() if commits else first.rollback())
            return await second

    assert asyncio.run(work()) == how
    assert Message.objects.count() == (not commits)


def waits() -> None:
    """Return once the log's session waits for another's transaction."""
    with psycopg.connect(conninfo(), autocommit=True) as other:
        while not other.execute(
            "SELECT FROM pg_stat_activity"
            " WHERE application_name = 'exchange log' AND wait_event_type = 'Lock'"
        ).fetchall():
            other.execute("SELECT pg_sleep(0.02)")


def test_a_batch_that_fails_leaves_its_marks_free(tmp_path: Path) -> None:
    mark = fresh()

    async def work() -> None:
        async with keeper(tmp_path) as one:
            with psycopg.connect(conninfo(), autocommit=True) as database:
                database.execute(
                    "ALTER TABLE exchange_message ADD CONSTRAINT full_up CHECK (false) NOT VALID"
                )
                assert await tried(one, mark) == "logging_failed"
                database.execute("ALTER TABLE exchange_message DROP CONSTRAINT full_up")
            assert await tried(one, mark) == KEPT

    asyncio.run(work())
    assert Message.objects.count() == 1


def test_writers_that_take_each_others_marks_in_any_order_never_wait_for_each_other(tmp_path: Path) -> None:
    names = [fresh(number % 3) for number in range(200)]

    async def work() -> Counter[str]:
        async with AsyncExitStack() as open_ones:
            writers = [await open_ones.enter_async_context(keeper(tmp_path)) for _number in range(WRITERS)]
            return Counter(
                await asyncio.gather(
                    *[
                        tried(one, name)
                        for turn, one in enumerate(writers)
                        for name in (names if turn % 2 else reversed(names))
                    ]
                )
            )

    assert asyncio.run(work()) == {KEPT: len(names), "invalid_request": (WRITERS - 1) * len(names)}


def test_a_mark_is_when_it_was_signed_and_half_a_digest_at_most() -> None:
    made = mark_of(AT, bytes(range(64)))
    assert made == (AT, bytes(range(marks.DIGEST_BYTES)))
    assert marks.claim([made, mark_of(AT - timedelta(seconds=1), bytes(16))]).index("02:29:59") > 0
