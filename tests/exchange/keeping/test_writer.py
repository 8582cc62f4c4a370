"""The keeper: durable before it answers, one commit for all that wait, nothing lost, nothing twice."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Coroutine
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import connection

from tests.exchange.keeping.laid import AT, batch, conninfo, keeper, record
from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence.chains import attachment
from tinhso.exchange.keeping import packing, spool, writer
from tinhso.exchange.keeping.records import id_at, least_id, month_of
from tinhso.exchange.keeping.rows import part_digests
from tinhso.exchange.keeping.writer import Keeper
from tinhso.exchange.models import Message, Signature, Unstamped
from tinhso.exchange.protocol.faults import Fault
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db(transaction=True)
Found = TypeVar("Found")


def run(work: Coroutine[Any, Any, Found]) -> Found:
    """One event loop for one test."""
    return asyncio.run(work)


def test_a_message_is_there_when_keep_returns(tmp_path: Path) -> None:
    sent = record(user_id="VN079", issue="H01.1", agreement_id=uuid4(), agreement_revision=3, status=200)

    async def work() -> UUID | None:
        async with keeper(tmp_path) as one:
            id = await one.keep(sent)
            async with await psycopg.AsyncConnection.connect(conninfo()) as other:
                found = await (await other.execute("SELECT id FROM exchange_message")).fetchall()
            assert found == [(id,)]
            return id

    id = run(work())
    row = Message.objects.get(id=id)
    for name in (
        "at",
        "side",
        "response",
        "message_id",
        "request_id",
        "client",
        "service",
        "user_id",
        "issue",
    ):
        assert getattr(row, name) == getattr(sent, name), name
    assert (row.agreement_id, row.agreement_revision, row.status) == (sent.agreement_id, 3, 200)
    assert (row.mode, row.fault_code, row.size, row.truncated) == ("full", "", sent.size, False)
    assert (bytes(row.head), bytes(row.body), row.in_spool, row.more) == (sent.head, sent.body, False, None)
    assert sent.signed is not None
    kept = Signature.objects.get()
    assert bytes(kept.digest) == bytes(row.signature) == hashlib.sha512(sent.signed.signature).digest()
    assert (bytes(kept.xml), kept.chain_result, kept.month) == (sent.signed.signature, None, month_of(row.id))
    assert bytes(Unstamped.objects.get().digest) == bytes(row.signature)


def test_all_that_wait_share_a_commit_and_a_signature_is_kept_once(tmp_path: Path) -> None:
    sent = batch([record() for _ in range(50)])

    async def work() -> Keeper:
        async with keeper(tmp_path) as one:
            await asyncio.gather(*[one.keep(each) for each in sent])
            await one.keep(sent[0])
            return one

    one = run(work())
    assert one.commits < 10
    assert (Message.objects.count(), Signature.objects.count(), Unstamped.objects.count()) == (51, 1, 1)
    (row,) = Message.objects.filter(message_id=sent[7].message_id)
    body = sent[7].body
    assert isinstance(body, bytes)
    parts = part_digests(bytes(row.head), [hashlib.sha512(body).digest()])
    assert sent[7].signed is not None
    assert packing.unpacked(bytes(row.chain), parts) == sent[7].signed.chain
    assert bytes(Signature.objects.get().chain_result or b"") == sent[7].signed.chain_result


def test_two_keepers_of_one_log_keep_a_shared_signature_once(tmp_path: Path) -> None:
    sent = batch([record() for _ in range(40)])

    async def work() -> None:
        async with keeper(tmp_path) as one, keeper(tmp_path) as other:
            await asyncio.gather(*[(one, other)[n % 2].keep(each) for n, each in enumerate(sent)])

    run(work())
    assert (Message.objects.count(), Signature.objects.count(), Unstamped.objects.count()) == (40, 1, 1)


def test_nothing_is_kept_in_mode_none(tmp_path: Path) -> None:
    async def work() -> None:
        async with keeper(tmp_path) as one:
            assert await one.keep(record(mode=BodyLog.NONE)) is None

    run(work())
    assert not Message.objects.exists()


def test_metadata_keeps_neither_path_nor_body(tmp_path: Path) -> None:
    sent = record(mode=BodyLog.METADATA)

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await one.keep(sent)

    run(work())
    row = Message.objects.get()
    assert (row.body, row.in_spool, row.size) == (None, False, sent.size)
    assert b"Authorization" not in bytes(row.head)
    assert b"v1/nguoi" not in bytes(row.head)


def test_a_masked_body_keeps_the_chain_of_what_was_sent(tmp_path: Path) -> None:
    (sent,) = batch([record()])
    assert sent.signed is not None

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await one.keep(replace(sent, mode=BodyLog.MASKED, body=b'{"so": "***"}'))

    run(work())
    row = Message.objects.get()
    assert bytes(row.body) == b'{"so": "***"}'
    assert packing.unpacked(bytes(row.chain), []) == sent.signed.chain


def test_a_large_body_lies_in_the_spool_before_its_row_is_there(tmp_path: Path) -> None:
    body = spool.spooled(tmp_path, b"large" * 1000)
    more = b"second attachment"

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await one.keep(record(body=body, more=(more,)))
            body.close()

    run(work())
    row = Message.objects.get()
    assert (row.body, row.in_spool, bytes(row.body_digest)) == (None, True, body.digest)
    assert b"".join(spool.settled(tmp_path, body.digest, body.size).pieces()) == b"large" * 1000
    digest = hashlib.sha512(more).digest()
    assert row.more == [{"digest": digest.hex(), "size": len(more)}]
    assert spool.address(tmp_path, digest).read_bytes() == more
    assert attachment(2) == "/attachment2"


@pytest.mark.parametrize("in_spool", [False, True], ids=["memory", "file"])
@pytest.mark.parametrize(("most", "kept"), [(10, 10), (11, 10), (9, 9)])
def test_a_body_beyond_what_is_kept_is_cut_and_says_so(
    tmp_path: Path, in_spool: bool, most: int, kept: int
) -> None:
    """T59, with truncation."""
    body = spool.spooled(tmp_path, b"0123456789") if in_spool else b"0123456789"

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await one.keep(record(body=body, most_kept=most))

    run(work())
    row = Message.objects.get()
    found = spool.address(tmp_path, bytes(row.body_digest)).read_bytes() if in_spool else bytes(row.body)
    assert (found, row.truncated, row.size) == (b"0123456789"[:kept], kept < 10, 10)


@pytest.mark.parametrize(
    "change",
    [{"message_id": "a\x00b"}, {"issue": "x" * 256}, {"user_id": "\udc80"}, {"request_id": "y" * 300}],
)
def test_what_no_row_can_hold_fails_alone(tmp_path: Path, change: dict[str, str]) -> None:
    async def work() -> list[Any]:
        async with keeper(tmp_path) as one:
            return await asyncio.gather(
                one.keep(record()), one.keep(record(**change)), one.keep(record()), return_exceptions=True
            )

    first, bad, last = run(work())
    assert isinstance(bad, Fault)
    assert bad.code == "logging_failed"
    assert set(Message.objects.values_list("id", flat=True)) == {first, last}


def test_when_the_database_refuses_every_waiting_message_fails(tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON exchange_message FOR EACH ROW"
            " WHEN (NEW.issue = 'bad') EXECUTE FUNCTION refuse()"
        )

    async def work() -> list[Any]:
        async with keeper(tmp_path) as one:
            made = [one.keep(record(issue="bad" if number == 3 else "")) for number in range(5)]
            found = await asyncio.gather(*made, return_exceptions=True)
            assert await one.keep(record()) is not None
            return found

    try:
        found = run(work())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER refuse ON exchange_message; DROP FUNCTION refuse()")
    failed = [one for one in found if isinstance(one, Fault)]
    assert {one.code for one in failed} == {"logging_failed"}
    assert len({id(one) for one in failed}) == len(failed)
    assert Message.objects.count() == 1 + len(found) - len(failed)
    assert not Message.objects.filter(issue="bad").exists()


def kill_sessions() -> None:
    with psycopg.connect(conninfo(), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'exchange log'"
        )


def test_a_connection_lost_between_messages_is_made_anew(tmp_path: Path) -> None:
    async def work() -> None:
        async with keeper(tmp_path) as one:
            await one.keep(record())
            await asyncio.to_thread(kill_sessions)
            await one.keep(record())

    run(work())
    assert Message.objects.count() == 2


def test_a_connection_lost_before_the_data_was_sent_is_made_anew_and_nothing_is_twice(tmp_path: Path) -> None:
    async def work() -> None:
        async with keeper(tmp_path) as one:
            async with await psycopg.AsyncConnection.connect(conninfo()) as other:
                await other.execute("LOCK TABLE exchange_message IN ACCESS EXCLUSIVE MODE")
                waiting = asyncio.create_task(one.keep(record()))
                await asyncio.to_thread(kill_when_it_waits)
            assert await waiting is not None

    run(work())
    assert Message.objects.count() == 1


def kill_when_it_waits() -> None:
    """End the log's session once it waits for a lock."""
    with psycopg.connect(conninfo(), autocommit=True) as other:
        while not other.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'exchange log' AND wait_event_type = 'Lock'"
        ).fetchall():
            time.sleep(0.02)


def test_a_commit_of_many_long_bodies_goes_out_in_slices(tmp_path: Path) -> None:
    bodies = [bytes([number]) * 200_000 for number in range(20)]

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await asyncio.gather(*[one.keep(record(body=body, size=len(body))) for body in bodies])
            assert one.commits < len(bodies)

    run(work())
    assert sorted(bytes(body) for body in Message.objects.values_list("body", flat=True)) == bodies


def test_an_answer_lost_during_the_commit_fails_and_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows whether the row is there; the message does not go on, and no second row is made."""
    real = Keeper._written

    async def lost(self: Keeper, *arguments: Any) -> None:
        await real(self, *arguments)
        raise psycopg.OperationalError("connection lost")

    async def work() -> None:
        async with keeper(tmp_path) as one:
            monkeypatch.setattr(Keeper, "_written", lost)
            with pytest.raises(Fault, match="logging_failed"):
                await one.keep(record())
            monkeypatch.setattr(Keeper, "_written", real)
            await one.keep(record())

    run(work())
    assert Message.objects.count() == 2


def test_a_database_that_never_answers_fails_the_waiting_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "COMMIT_SECONDS", 0.3)

    async def work() -> None:
        async with keeper(tmp_path) as one:
            async with await psycopg.AsyncConnection.connect(conninfo()) as other:
                await other.execute("LOCK TABLE exchange_message IN ACCESS EXCLUSIVE MODE")
                with pytest.raises(Fault, match="logging_failed"):
                    await one.keep(record())
            assert await one.keep(record()) is not None

    run(work())
    assert Message.objects.count() == 1


def test_a_month_without_partitions_gets_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = least_id(AT + timedelta(days=900))

    async def work() -> None:
        async with keeper(tmp_path) as one:
            monkeypatch.setattr(writer, "new_id", lambda: later)
            await one.keep(record())

    run(work())
    assert Message.objects.get().id == later
    assert Signature.objects.get().month == month_of(later) == date(2029, 5, 1)


def said(failing: datetime, refuses: datetime) -> None:
    """As the stamper, in a process of its own, would write it."""
    with psycopg.connect(conninfo(), autocommit=True) as other:
        other.execute(
            "INSERT INTO exchange_stamping (id, authority, tries, error, failing_since, refuses_after)"
            " VALUES (1, '', 1, 'TSA does not answer', %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET refuses_after = excluded.refuses_after",
            (failing, refuses),
        )


def test_after_the_acceptable_time_without_stamps_logging_refuses_and_resumes_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T51, the log's part."""
    monkeypatch.setattr(writer, "ASK_EVERY", timedelta(0))
    over = moments.now()

    async def work() -> None:
        async with keeper(tmp_path) as one:
            await one.keep(record())
            await asyncio.to_thread(said, over, over)
            with pytest.raises(Fault, match=r"logging_failed.timestamping_failed.*TSA does not answer"):
                await one.keep(record())
            await asyncio.to_thread(said, over, over + timedelta(days=2))
            await one.keep(record())

    run(work())
    assert Message.objects.count() == 2


def test_a_keeper_that_closes_writes_what_waits_and_takes_no_more(tmp_path: Path) -> None:
    async def work() -> None:
        one = keeper(tmp_path)
        await one.start()
        waiting = [asyncio.create_task(one.keep(record())) for _ in range(20)]
        await asyncio.sleep(0)
        await one.close()
        assert all(await asyncio.gather(*waiting))
        with pytest.raises(Fault, match="logging_failed"):
            await one.keep(record())

    run(work())
    assert Message.objects.count() == 20


def test_a_fault_of_the_program_is_told_to_all_who_wait_and_the_log_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with keeper(tmp_path) as one:
            with monkeypatch.context() as broken:
                broken.setattr(writer, "HEADER", None)
                with pytest.raises(Fault, match="logging_failed"):
                    await one.keep(record())
            assert await one.keep(record()) is not None

    run(work())


def test_a_message_that_waits_for_a_minute_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "MOST_SECONDS_WAITING", -1)

    async def work() -> None:
        async with keeper(tmp_path) as one:
            with pytest.raises(Fault, match=r"logging_failed.*too slow"):
                await one.keep(record())

    run(work())
    assert not Message.objects.exists()


@pytest.mark.parametrize("minutes", [-10, 10])
def test_a_clock_ten_minutes_off_changes_no_order(tmp_path: Path, minutes: int) -> None:
    def wrong() -> datetime:
        return moments.now() + timedelta(minutes=minutes)

    async def work() -> list[UUID | None]:
        async with keeper(tmp_path) as right, keeper(tmp_path, clock=wrong) as off:
            made = []
            for one in (right, off, right):
                made.append(await one.keep(record()))
                await asyncio.sleep(0.005)
            return made

    made = run(work())
    assert made == list(Message.objects.order_by("id").values_list("id", flat=True))


def test_identifiers_rise_and_name_their_month() -> None:
    one, other = new_id(), new_id()
    assert one < other
    made = id_at(AT)
    assert (made.version, made.variant, month_of(made)) == (7, one.variant, date(2026, 11, 1))
    assert least_id(AT) <= made < least_id(AT + timedelta(milliseconds=1))
    assert (
        least_id(moments.now() - timedelta(seconds=5)) < one < least_id(moments.now() + timedelta(seconds=5))
    )
