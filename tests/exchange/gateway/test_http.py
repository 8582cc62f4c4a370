"""The gateway's server and honest peers: order, framing, streams, half-closed peers, a stop that finishes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.exchange.gateway.wire import Run, both_loops, echo, peer_of, said, serving
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.gateway.flowing import Cut, TooSlow
from tinhso.exchange.gateway.http import Incoming

GET = b"GET %b HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


async def pieces(*texts: bytes) -> AsyncIterator[bytes]:
    for text in texts:
        await asyncio.sleep(0)
        yield text


@both_loops
def test_requests_sent_ahead_are_answered_in_their_order(run: Run) -> None:
    async def work() -> None:
        async def late_first(incoming: Incoming) -> None:
            await asyncio.sleep(0.02 if incoming.target == "/0" else 0)
            await echo(incoming)

        async with serving(late_first) as server:
            many = b"".join(GET % f"/{number}".encode() for number in range(500))
            body = b"POST /b HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
            counted = b"PUT /c HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nxy"
            answered = await said(server.port, many + body + counted + LAST)
        targets = [
            line.split(b" ")[1] for line in answered.splitlines() if line[:3] in (b"GET", b"POS", b"PUT")
        ]
        assert answered.count(b"HTTP/1.1 200 OK") == 503
        assert [part.split(b"HTTP")[0] for part in answered.split(b"GET /")[1:4]] == [b"0 ", b"1 ", b"2 "]
        assert b"POST /b abcHTTP/1.1" in answered
        assert b"PUT /c xyHTTP/1.1" in answered
        assert answered.endswith(b"Connection: close\r\n\r\nGET /last ")
        assert len(targets) > 0

    run(work())


@both_loops
def test_what_is_sent_ahead_waits_in_its_socket(run: Run) -> None:
    async def work() -> None:
        go = asyncio.Event()
        under_way = 0

        async def waiting(incoming: Incoming) -> None:
            nonlocal under_way
            under_way += 1
            await go.wait()
            await echo(incoming)
            under_way -= 1

        async with serving(waiting) as server, peer_of(server.port) as raw:
            raw.writer.transport.set_write_buffer_limits(high=0)
            sending = asyncio.create_task(raw.send(GET % b"/many" * 1_000_000))
            while not under_way:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
            assert under_way == 1
            assert not sending.done()
            go.set()
            assert (await raw.answer())[1] == b"GET /many "
            sending.cancel()
            await asyncio.wait([sending])
            raw.writer.transport.abort()

    run(work())


@both_loops
def test_old_peer_is_answered_without_chunks_and_left(run: Run) -> None:
    async def work() -> None:
        async def streaming(incoming: Incoming) -> None:
            await incoming.answer(200, "OK", [], pieces(b"ab", b"", b"c"))

        async with serving(streaming) as server:
            old = await said(server.port, b"GET / HTTP/1.0\r\n\r\n")
            new = await said(server.port, LAST)
        assert old == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nabc"
        assert new == (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
        )

    run(work())


@both_loops
@pytest.mark.parametrize(
    ("verb", "status", "headers", "body", "head"),
    [
        (b"HEAD", 200, [("Content-Length", "512")], b"", b"Content-Length: 512\r\n"),
        (b"HEAD", 200, [], b"abc", b"Content-Length: 3\r\n"),
        (b"HEAD", 200, [], b"", b""),
        (b"GET", 204, [("Content-Length", "9")], b"abc", b""),
        (b"GET", 304, [], b"abc", b""),
        (b"GET", 200, [], b"", b"Content-Length: 0\r\n"),
    ],
)
def test_answers_without_a_body_carry_none(
    run: Run, verb: bytes, status: int, headers: list[tuple[str, str]], body: bytes, head: bytes
) -> None:
    async def work() -> None:
        async def handler(incoming: Incoming) -> None:
            await incoming.answer(status, "X", headers, body)

        async with serving(handler) as server:
            got = await said(server.port, verb + b" / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert got == b"HTTP/1.1 %d X\r\n%bConnection: close\r\n\r\n" % (status, head)

    run(work())


@both_loops
def test_stream_of_told_length_goes_plain_and_a_wrong_length_cuts(run: Run) -> None:
    async def work() -> None:
        told: list[str] = []

        async def handler(incoming: Incoming) -> None:
            length = incoming.target[1:]
            try:
                await incoming.answer(200, "OK", [("Content-Length", length)], pieces(b"ab", b"cd"))
            except ValueError as error:
                told.append(str(error))

        async with serving(handler) as server:
            for length, body in ((b"4", b"abcd"), (b"3", b"ab"), (b"5", b"abcd")):
                async with peer_of(server.port) as raw:
                    await raw.send(GET % (b"/" + length))
                    assert b"Content-Length: " + length in await raw.head()
                    if length == b"4":
                        assert await raw.reader.readexactly(4) == body
                        continue
                    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                        await raw.reader.readexactly(int(length))
        assert len(told) == 2

    run(work())


@both_loops
def test_go_on_is_said_once_somebody_reads(run: Run) -> None:
    asking = b"POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"

    async def work() -> None:
        async def refusing(incoming: Incoming) -> None:
            await incoming.answer(403, "No", [])

        async with serving() as server, peer_of(server.port) as raw:
            await raw.send(asking)
            assert await raw.head() == b"HTTP/1.1 100 Continue\r\n\r\n"
            await raw.send(b"abc")
            assert (await raw.answer())[1] == b"POST / abc"
            await raw.send(asking + b"def")
            assert (await raw.answer())[1] == b"POST / def"
        async with serving(refusing) as server, peer_of(server.port) as raw:
            await raw.send(asking)
            assert (await raw.head()).startswith(b"HTTP/1.1 403 No")
            assert await raw.rest() == b""

    run(work())


@both_loops
def test_peer_that_sends_no_more_still_reads_its_answers(run: Run) -> None:
    async def work() -> None:
        async def slow(incoming: Incoming) -> None:
            await asyncio.sleep(0.05)
            await echo(incoming)

        async with serving(slow) as server, peer_of(server.port) as raw:
            await raw.send(GET % b"/a" + GET % b"/b")
            raw.writer.write_eof()
            answered = await raw.rest()
        assert answered.index(b"GET /a ") < answered.index(b"GET /b ")

    run(work())


@both_loops
def test_peer_that_stops_in_the_middle_of_its_body_is_told(run: Run) -> None:
    async def work() -> None:
        seen: list[Exception] = []

        async def reading(incoming: Incoming) -> None:
            try:
                async for _piece in incoming.body:
                    pass
            except Cut as cut:
                seen.append(cut)
                raise

        async with serving(reading) as server, peer_of(server.port) as raw:
            await raw.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabcde")
            raw.writer.write_eof()
            assert (await raw.rest()).startswith(b"HTTP/1.1 400 ")
        assert "after 5 bytes" in str(seen[0])

    run(work())


@both_loops
def test_peer_cut_after_five_of_ten_megabytes_is_never_taken_for_whole(run: Run) -> None:
    async def work() -> None:
        got = 0
        ended = asyncio.Event()
        how: list[object] = []

        async def reading(incoming: Incoming) -> None:
            nonlocal got
            try:
                async for piece in incoming.body:
                    got += len(piece)
                how.append("whole")
            except Cut as cut:
                how.append(cut)
            ended.set()

        async with serving(reading) as server, peer_of(server.port) as raw:
            await raw.send(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10000000\r\n\r\n")
            await raw.send(bytes(5_000_000))
            raw.writer.transport.abort()
            await ended.wait()
        assert got <= 5_000_000
        assert isinstance(how[0], Cut)

    run(work())


@both_loops
def test_answer_before_the_body_is_whole_reaches_a_peer_that_still_sends(run: Run) -> None:
    async def work() -> None:
        async def too_large(incoming: Incoming) -> None:
            await incoming.read(1_000)

        async with serving(too_large, linger_bytes=1 << 22) as server, peer_of(server.port) as raw:
            await raw.send(
                b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 900000000\r\n\r\n" + bytes(2_000_000)
            )
            assert (await raw.rest()).startswith(b"HTTP/1.1 413 ")

    run(work())


@both_loops
def test_handler_that_fails_or_forgets_is_answered_for(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        async def handler(incoming: Incoming) -> None:
            if incoming.target == "/fails":
                raise LookupError("secret")
            if incoming.target == "/twice":
                await incoming.answer(200, "OK", [])
                await incoming.answer(200, "OK", [])
            if incoming.target == "/peer":
                raise Cut("the far side left")
            if incoming.target == "/slow":
                raise TooSlow("the far side sleeps")
            if incoming.target == "/inject":
                await incoming.answer(200, "OK", [("X", "a\r\nSet-Cookie: b")])

        async with serving(handler) as server:
            for target, status in ((b"/fails", 500), (b"/forgets", 500), (b"/peer", 502), (b"/inject", 500)):
                async with peer_of(server.port) as raw:
                    await raw.send(GET % target)
                    head, body = await raw.answer()
                    assert head.startswith(b"HTTP/1.1 %d " % status)
                    assert body == b""
                    assert b"Set-Cookie" not in head
            answered = await said(server.port, GET % b"/twice")
        assert answered == b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    run(work())
    assert "secret" in caplog.text


@both_loops
def test_stop_finishes_what_is_under_way_and_takes_nothing_new(run: Run) -> None:
    async def work() -> None:
        go = asyncio.Event()
        began = asyncio.Event()

        async def waiting(incoming: Incoming) -> None:
            began.set()
            await go.wait()
            await echo(incoming)

        async with serving(waiting) as server, peer_of(server.port) as idle, peer_of(server.port) as busy:
            port = server.port
            await busy.send(GET % b"/under-way" + GET % b"/sent-ahead")
            await began.wait()
            stopping = asyncio.create_task(server.stop(within=WITHIN_SECONDS))
            assert await idle.rest() == b""
            with pytest.raises(ConnectionError):
                await asyncio.open_connection("127.0.0.1", port)
            go.set()
            answered = await busy.rest()
            await stopping
        assert answered.endswith(b"Connection: close\r\n\r\nGET /under-way ")
        assert server.connections == 0

    run(work())


@both_loops
def test_stop_cuts_what_does_not_end(run: Run) -> None:
    async def work() -> None:
        began = asyncio.Event()
        ended: list[str] = []

        async def never(incoming: Incoming) -> None:
            began.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(incoming.target)

        async with serving(never) as server, peer_of(server.port) as raw:
            await raw.send(GET % b"/never")
            await began.wait()
            await server.stop(within=0.05)
            assert ended == ["/never"]
            assert server.connections == 0

    run(work())
