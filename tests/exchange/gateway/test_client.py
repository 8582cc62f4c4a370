"""The gateway's client: raw heads, framing, the pool, and servers that cut, stall or lie."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from tests.exchange.gateway.wire import Raw, Run, answering, both_loops, calling, echo, serving
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.gateway.client import CannotConnect, Failed, Late, origin_of
from tinhso.exchange.gateway.flowing import TooLarge
from tinhso.exchange.gateway.http import Incoming

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


async def pieces(*texts: bytes) -> AsyncIterator[bytes]:
    for text in texts:
        await asyncio.sleep(0)
        yield text


@both_loops
def test_request_goes_out_byte_for_byte(run: Run) -> None:
    async def work() -> None:
        seen: list[bytes] = []

        async def peer(raw: Raw) -> None:
            for size in (0, 3, 0, 18):
                seen.append(await raw.head() + await raw.reader.readexactly(size))
                await raw.send(OK)

        async with answering(peer) as url, calling() as client:
            headers = [("x-road-CLIENT", "VN/GOV/H01"), ("X", "1"), ("x", "Vũ"), ("Connection", "close")]
            for verb, body in (("GET", b""), ("PUT", b"abc"), ("POST", b"")):
                answer = await client.send(url, verb, "/a%2Fb/../%c3?q=%zz&&", headers, body)
                assert await answer.read(9) == b"ok"
            await (await client.send(url, "POST", "/", [("Host", "b")], pieces(b"ab", b"", b"c"))).read(9)
        host = url.removeprefix("http://").encode()
        mine = "x-road-CLIENT: VN/GOV/H01\r\nX: 1\r\nx: Vũ\r\nHost: ".encode() + host + b"\r\n"
        assert seen == [
            b"GET /a%2Fb/../%c3?q=%zz&& HTTP/1.1\r\n" + mine + b"\r\n",
            b"PUT /a%2Fb/../%c3?q=%zz&& HTTP/1.1\r\n" + mine + b"Content-Length: 3\r\n\r\nabc",
            b"POST /a%2Fb/../%c3?q=%zz&& HTTP/1.1\r\n" + mine + b"Content-Length: 0\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
        ]

    run(work())


@both_loops
@pytest.mark.parametrize(
    ("verb", "said", "status", "body", "kept"),
    [
        ("GET", OK, 200, b"ok", True),
        (
            "GET",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
            200,
            b"ok",
            True,
        ),
        ("GET", b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, b"until the end", False),
        ("GET", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", False),
        ("GET", b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", False),
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", 200, b"", True),
        ("HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, b"", True),
        ("GET", b"HTTP/1.1 204 Gone\r\nContent-Length: 0\r\n\r\n", 204, b"", True),
        ("GET", b"HTTP/1.1 304 Same\r\nContent-Length: 99\r\n\r\n", 304, b"", True),
        ("GET", b"HTTP/1.1 302 There\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, b"", True),
        ("GET", b"HTTP/1.1 100 Go on\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n" + OK, 200, b"ok", True),
    ],
)
def test_answers_are_framed_by_their_kind(
    run: Run, verb: str, said: bytes, status: int, body: bytes, kept: bool
) -> None:
    async def work() -> None:
        asked = 0

        async def peer(raw: Raw) -> None:
            nonlocal asked
            while True:
                await raw.head()
                asked += 1
                for at in range(0, len(said), 7):
                    await raw.send(said[at : at + 7])
                    await asyncio.sleep(0)
                if not kept:
                    return

        async with answering(peer) as url, calling() as client:
            used = []
            for _ in range(2):
                answer = await client.send(url, verb, "/", [])
                used += client.calls
                assert answer.status == status
                assert await answer.read(100) == body
            assert asked == 2
            assert (len(set(used)) == 1) is kept

    run(work())


@both_loops
@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: " + b"a" * 100_000,
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 10_000 + b"\r\n",
        b"HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n",
        b"HTTP/1.1 100 Go on\r\n\r\n" * 100,
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n\r\n\r\n",
        b"* OK IMAP4rev1\r\n\r\n",
        b"",
        b"HTTP/1.1 200",
    ],
)
def test_answer_that_cannot_be_trusted_fails(run: Run, said: bytes) -> None:
    async def work() -> None:
        async def peer(raw: Raw) -> None:
            await raw.head()
            await raw.send(said)

        async with answering(peer) as url, calling() as client:
            with pytest.raises(Failed):
                await client.send(url, "GET", "/", [])

    run(work())


@both_loops
def test_bytes_that_nobody_asked_for_end_the_connection(run: Run) -> None:
    async def work() -> None:
        async def peer(raw: Raw) -> None:
            await raw.head()
            await raw.send(OK + b"HTTP/1.1 200 Forged\r\nContent-Length: 6\r\n\r\nforged")
            await raw.rest()

        async with answering(peer) as url, calling() as client:
            for _ in range(3):
                answer = await client.send(url, "GET", "/", [])
                assert await answer.read(100) == b"ok"
                assert answer.reason == "OK"

    run(work())


@both_loops
def test_answer_cut_in_the_middle_is_never_taken_for_whole(run: Run) -> None:
    async def work() -> None:
        async def peer(raw: Raw) -> None:
            head = await raw.head()
            if b"GET /counted" in head:
                await raw.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n" + bytes(5_000_000))
            else:
                await raw.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")

        async with answering(peer) as url, calling() as client:
            for target in ("/counted", "/chunked"):
                answer = await client.send(url, "GET", target, [])
                with pytest.raises(Failed, match=r"after \d+ bytes of the answer"):
                    await answer.read(1 << 30)

    run(work())


@both_loops
def test_each_stage_has_its_time(run: Run) -> None:
    async def work() -> None:
        async def peer(raw: Raw) -> None:
            head = await raw.head()
            if b"/half" in head:
                await raw.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            await asyncio.sleep(WITHIN_SECONDS)

        limits = {"answer_seconds": 0.5, "idle_seconds": 0.5, "connect_seconds": 0.5}
        async with answering(peer) as url, calling(**limits) as client:
            with pytest.raises(Late, match="no answer in time"):
                await client.send(url, "GET", "/never", [])
            answer = await client.send(url, "GET", "/half", [])
            with pytest.raises(Late, match="after 3 bytes"):
                await answer.read(100)
            with pytest.raises(Late, match="does not read"):
                await client.send(url, "POST", "/", [], bytes(50_000_000))
            with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
                port = deaf.getsockname()[1]
                with socket.create_connection(("127.0.0.1", port)), pytest.raises(CannotConnect):
                    await asyncio.gather(
                        *(client.send(f"http://127.0.0.1:{port}", "GET", "/", []) for _ in range(3))
                    )

    run(work())


@both_loops
def test_what_cannot_be_connected_says_so_and_why(run: Run) -> None:
    async def work() -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        async with calling() as client:
            with pytest.raises(CannotConnect):
                await client.send(f"http://127.0.0.1:{port}", "GET", "/", [])
            with pytest.raises(CannotConnect) as found:
                await client.send("http://khong-co.invalid", "GET", "/", [])
            assert isinstance(found.value.__cause__, socket.gaierror)

    run(work())


@both_loops
def test_body_that_fails_at_its_source_fails_the_request_with_its_own_error(run: Run) -> None:
    async def work() -> None:
        closed = []

        async def broken() -> AsyncIterator[bytes]:
            try:
                yield b"abc"
                raise LookupError("the source is gone")
            finally:
                closed.append(True)

        async def peer(raw: Raw) -> None:
            assert b"0\r\n\r\n" not in await raw.rest()

        async with answering(peer) as url, calling() as client:
            with pytest.raises(LookupError):
                await client.send(url, "POST", "/", [], broken())
            for told in ("2", "4"):
                with pytest.raises(ValueError, match="was told"):
                    await client.send(url, "POST", "/", [("Content-Length", told)], pieces(b"ab", b"c"))
        assert closed == [True]

    run(work())


@both_loops
def test_answer_before_the_request_is_whole_is_read(run: Run) -> None:
    async def work() -> None:
        ended: list[bool] = []

        async def endless() -> AsyncIterator[bytes]:
            try:
                while True:
                    await asyncio.sleep(0)
                    yield bytes(1_000)
            finally:
                ended.append(True)

        async def refusing(incoming: Incoming) -> None:
            await incoming.answer(413, "Too large", [], b"no more")

        async with serving(refusing) as server, calling() as client:
            answer = await client.send(f"http://127.0.0.1:{server.port}", "POST", "/", [], endless())
            assert (answer.status, await answer.read(100)) == (413, b"no more")
            while client.calls:
                await asyncio.sleep(0.01)
        assert ended == [True]

    run(work())


@both_loops
def test_connections_are_shared_bounded_and_renewed(run: Run) -> None:
    async def work() -> None:
        most = 0

        async def handler(incoming: Incoming) -> None:
            nonlocal most
            most = max(most, server.connections)
            await asyncio.sleep(0.001)
            await echo(incoming)

        async with serving(handler) as server:
            url = f"http://127.0.0.1:{server.port}"

            async def ask(number: int) -> None:
                answer = await client.send(url, "GET", f"/{number}", [])
                assert await answer.read(100) == b"GET /%d " % number

            async with calling(per_origin=5) as client:
                await asyncio.gather(*map(ask, range(200)))
                assert len(client.calls) == 5
            assert most == 5
            async with calling(age_seconds=0.0) as client:
                await ask(1)
                before = set(client.calls)
                await ask(2)
                assert not before & client.calls
            async with calling(pool_seconds=0.05) as client:
                await ask(1)
                while client.calls:
                    await asyncio.sleep(0.01)

    run(work())


@both_loops
def test_one_who_waits_and_gives_up_takes_no_connection_with_him(run: Run) -> None:
    async def work() -> None:
        go, began = asyncio.Event(), asyncio.Event()

        async def handler(incoming: Incoming) -> None:
            began.set()
            await go.wait()
            await echo(incoming)

        async with serving(handler) as server, calling(per_origin=1, connect_seconds=1) as client:
            url = f"http://127.0.0.1:{server.port}"
            first = asyncio.create_task(client.send(url, "GET", "/1", []))
            await began.wait()
            leaving = asyncio.create_task(client.send(url, "GET", "/2", []))
            await asyncio.sleep(0.05)
            leaving.cancel()
            with pytest.raises(CannotConnect, match="busy"):
                await client.send(url, "GET", "/3", [])
            go.set()
            assert await (await first).read(100) == b"GET /1 "
            assert await (await client.send(url, "GET", "/4", [])).read(100) == b"GET /4 "
            assert len(client.calls) == 1

    run(work())


@both_loops
def test_request_given_up_cuts_its_connection(run: Run) -> None:
    async def work() -> None:
        async with serving(lambda incoming: asyncio.sleep(10)) as server, calling() as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.send(f"http://127.0.0.1:{server.port}", "GET", "/", [])
            while client.calls:
                await asyncio.sleep(0.01)

    run(work())


@both_loops
def test_answer_that_is_left_or_too_large_cuts_its_connection(run: Run) -> None:
    async def work() -> None:
        async def large(incoming: Incoming) -> None:
            await incoming.answer(200, "OK", [], bytes(10_000_000))

        async with serving(large) as server, calling(held_seconds=0.5, pool_seconds=1) as client:
            url = f"http://127.0.0.1:{server.port}"
            async with await client.send(url, "GET", "/", []):
                pass
            with pytest.raises(TooLarge):
                await (await client.send(url, "GET", "/", [])).read(1_000)
            forgotten = await client.send(url, "GET", "/", [])
            while client.calls:
                await asyncio.sleep(0.01)
            with pytest.raises(Late, match="nobody read"):
                await forgotten.read(1 << 30)

    run(work())


@pytest.mark.parametrize(
    ("verb", "target", "headers"),
    [
        ("GET", "/a b", []),
        ("GET", "/\r\nX: y", []),
        ("GET", "", []),
        ("GET", "/\xe9", []),
        ("GE T", "/", []),
        ("GET", "/", [("X", "a\r\nY: b")]),
        ("GET", "/", [("X\r\nY", "a")]),
    ],
)
def test_request_that_would_break_its_head_is_not_sent(
    verb: str, target: str, headers: list[tuple[str, str]]
) -> None:
    async def work() -> None:
        async with calling() as client:
            with pytest.raises(ValueError, match=r"request line|header"):
                await client.send("http://127.0.0.1:1", verb, target, headers)

    asyncio.run(work())


def test_address_is_read_strictly() -> None:
    assert origin_of("http://A.vn/x?y").authority == "a.vn"
    assert origin_of("https://[::1]:8443").authority == "[::1]:8443"
    assert origin_of("https://a.vn:443").authority == "a.vn"
    for wrong in ("ftp://a", "http://", "a:80", "http://a@b", "http://a:x"):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever words
            origin_of(wrong)
