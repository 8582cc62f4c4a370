"""The gateway's server and peers that mean harm: smuggling, dripping, flooding, never reading."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.exchange.gateway.wire import Run, both_loops, echo, on_uvloop, peer_of, said, serving
from tinhso.exchange.gateway.flowing import Cut, TooSlow
from tinhso.exchange.gateway.http import Incoming

HOST = b"POST / HTTP/1.1\r\nHost: a\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"


@both_loops
@pytest.mark.parametrize(
    "data",
    [
        HOST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        HOST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
        HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        HOST + b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        HOST + b"X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HOST + b"X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HOST + b"Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n",
        HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcd0\r\n\r\n",
        HOST + b"Transfer-Encoding: chunked\r\n\r\n10000000000000003\r\nabc\r\n0\r\n\r\n",
        HOST + b"Content-Length: 0\x00\r\n\r\n",
        b"GET / HTTP/1.1\n\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_nothing_that_follows_a_doubtful_message_is_served(run: Run, data: bytes) -> None:
    async def work() -> None:
        served: list[str] = []

        async def handler(incoming: Incoming) -> None:
            served.append(incoming.target)
            await echo(incoming)

        async with serving(handler) as server:
            answered = await said(server.port, data + SMUGGLED)
        assert answered[:10] in (b"HTTP/1.1 4", b"HTTP/1.1 5")
        assert answered.count(b"HTTP/1.1") == 1
        assert "/smuggled" not in served

    run(work())


@both_loops
@pytest.mark.parametrize(
    "flood",
    [
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000,
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 5_000_000,
    ],
)
def test_head_that_is_too_large_is_refused(run: Run, flood: bytes) -> None:
    async def work() -> None:
        async with serving(linger_bytes=1 << 24) as server:
            assert (await said(server.port, flood)).startswith(b"HTTP/1.1 431 ")

    run(work())


@both_loops
def test_head_dripped_byte_by_byte_is_read_and_one_that_never_ends_is_cut(run: Run) -> None:
    async def work() -> None:
        async with serving() as server, peer_of(server.port) as raw:
            await raw.drip(b"\r\n\r\nGET /drip HTTP/1.1\r\nHost: a\r\n\r\n")
            assert (await raw.answer())[1] == b"GET /drip "
        async with serving(head_seconds=0.2) as server:
            async with peer_of(server.port) as raw:
                await raw.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
                answered = asyncio.create_task(raw.rest())
                while not answered.done():
                    raw.writer.write(b"X: y\r\n")
                    await asyncio.sleep(0.01)
                assert (await answered).startswith(b"HTTP/1.1 408 ")
            async with peer_of(server.port) as raw:
                assert await raw.rest() == b""
            async with peer_of(server.port) as raw:
                await raw.send(b"\r\n" * 1_000)
                assert await raw.rest() == b""

    run(work())


@both_loops
def test_body_that_drips_below_its_rate_is_cut(run: Run) -> None:
    async def work() -> None:
        seen: list[Exception] = []

        async def reading(incoming: Incoming) -> None:
            try:
                await incoming.read(1 << 20)
            except TooSlow as slow:
                seen.append(slow)
                raise

        async with (
            serving(reading, idle_seconds=0.2, idle_bytes=1_000) as server,
            peer_of(server.port) as raw,
        ):
            await raw.send(HOST + b"Content-Length: 100000\r\n\r\n")
            answered = asyncio.create_task(raw.rest())
            while not answered.done():
                raw.writer.write(b"x")
                await asyncio.sleep(0.01)
            assert (await answered).startswith(b"HTTP/1.1 408 ")
        assert len(seen) == 1

    run(work())


@both_loops
def test_body_that_keeps_its_rate_takes_as_long_as_it_needs(run: Run) -> None:
    async def work() -> None:
        async with serving(idle_seconds=1, idle_bytes=10) as server, peer_of(server.port) as raw:
            await raw.send(HOST + b"Content-Length: 800\r\n\r\n")
            for _ in range(40):
                await raw.send(b"x" * 20)
                await asyncio.sleep(0.05)
            assert (await raw.answer())[1] == b"POST / " + b"x" * 800

    run(work())


@both_loops
def test_peer_that_is_kept_waiting_by_us_is_not_late(run: Run) -> None:
    async def work() -> None:
        async def slow(incoming: Incoming) -> None:
            got = naps = 0
            async for piece in incoming.body:
                got += len(piece)
                if naps < 3:
                    naps += 1
                    await asyncio.sleep(0.9)
            await incoming.answer(200, "OK", [], b"%d" % got)

        async with serving(slow, idle_seconds=0.6, held_bytes=50_000) as server, peer_of(server.port) as raw:
            await raw.send(HOST + b"Content-Length: 5000000\r\n\r\n" + bytes(5_000_000))
            assert (await raw.answer())[1] == b"5000000"

    run(work())


@both_loops
def test_peer_that_never_reads_its_answer_is_cut(run: Run) -> None:
    async def work() -> None:
        ended: asyncio.Queue[Exception] = asyncio.Queue()
        made = 0

        async def endless() -> AsyncIterator[bytes]:
            nonlocal made
            while True:
                made += 1
                yield bytes(100_000)

        async def handler(incoming: Incoming) -> None:
            try:
                if incoming.target == "/stream":
                    await incoming.answer(200, "OK", [], endless())
                else:
                    await incoming.answer(200, "OK", [], bytes(50_000_000))
            except Cut as cut:
                await ended.put(cut)

        async with serving(handler, idle_seconds=0.2) as server:
            for target in (b"/stream", b"/whole"):
                async with peer_of(server.port) as raw:
                    raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
                    await raw.send(b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n" % target)
                    assert isinstance(await ended.get(), TooSlow)
                    raw.writer.transport.abort()
            assert made * 100_000 < 50_000_000

    run(work())


@both_loops
def test_peer_that_asks_without_end_and_reads_nothing_is_cut(run: Run) -> None:
    async def work() -> None:
        async def handler(incoming: Incoming) -> None:
            await incoming.answer(200, "OK", [], bytes(10_000))

        async with serving(handler, idle_seconds=0.2) as server, peer_of(server.port) as raw:
            raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
            raw.writer.write(SMUGGLED * 5_000)
            while not server.connections:
                await asyncio.sleep(0.01)
            while server.connections:
                await asyncio.sleep(0.01)
            raw.writer.transport.abort()

    run(work())


@both_loops
def test_answer_left_unread_does_not_keep_a_closed_connection(run: Run) -> None:
    async def work() -> None:
        async with serving(linger_seconds=0.1, keep_seconds=0.1) as server, peer_of(server.port) as raw:
            raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
            await raw.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            while not server.connections:
                await asyncio.sleep(0.01)
            while server.connections:
                await asyncio.sleep(0.01)

    run(work())


@both_loops
def test_connections_beyond_the_most_are_turned_away(run: Run) -> None:
    async def work() -> None:
        async with serving(connections=2) as server, peer_of(server.port) as one, peer_of(server.port):
            while server.connections < 2:
                await asyncio.sleep(0.01)
            assert (await said(server.port, b"")).startswith(b"HTTP/1.1 503 ")
            await one.send(SMUGGLED)
            assert (await one.answer())[1] == b"GET /smuggled "

    run(work())


@both_loops
def test_idle_connection_is_closed_and_a_used_one_kept(run: Run) -> None:
    async def work() -> None:
        async with serving(keep_seconds=1) as server, peer_of(server.port) as raw:
            for _ in range(4):
                await asyncio.sleep(0.3)
                await raw.send(SMUGGLED)
                await raw.answer()
            assert await raw.rest() == b""

    run(work())


def test_many_small_pieces_are_held_no_longer_than_few_large_ones() -> None:
    async def work() -> None:
        go = asyncio.Event()
        held: list[int] = []

        async def waiting(incoming: Incoming) -> None:
            await go.wait()
            held.append(incoming.body.received)
            await echo(incoming)

        async with serving(waiting, held_bytes=10_000) as server, peer_of(server.port) as raw:
            await raw.send(HOST + b"Content-Length: 1000\r\n\r\n")
            for _ in range(1_000):
                raw.writer.write(b"x")
                await asyncio.sleep(0.0002)
            await asyncio.sleep(0.05)
            go.set()
            assert (await raw.answer())[1] == b"POST / " + b"x" * 1_000
        assert held[0] < 1_000

    on_uvloop(work())
