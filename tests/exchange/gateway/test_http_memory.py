"""A body of 200 MiB passes through server and client in bounded memory, slow readers or not."""

from __future__ import annotations

import asyncio
import hashlib
import tracemalloc
from collections.abc import AsyncIterator

from tests.exchange.gateway.wire import calling, on_uvloop, serving
from tinhso.exchange.gateway.http import Incoming

MIB = 1 << 20
PIECE = b"0123456789abcdef" * (MIB // 16)
TIMES = 200
MOST = 24 * MIB


async def body(digest: hashlib._Hash) -> AsyncIterator[bytes]:
    for _ in range(TIMES):
        digest.update(PIECE)
        yield PIECE


def test_a_body_of_200_mib_passes_both_ways_in_bounded_memory() -> None:
    async def work() -> None:
        async def back(incoming: Incoming) -> None:
            await incoming.answer(200, "OK", [], incoming.body)

        sent, came = hashlib.sha1(usedforsecurity=False), hashlib.sha1(usedforsecurity=False)
        async with serving(back) as server, calling() as client:
            tracemalloc.start()
            answer = await client.send(f"http://127.0.0.1:{server.port}", "POST", "/", [], body(sent))
            size = 0
            async for piece in answer.body:
                size += len(piece)
                came.update(piece)
            _now, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        assert size == TIMES * MIB
        assert came.digest() == sent.digest()
        assert most < MOST

    on_uvloop(work())


def test_a_reader_that_sleeps_stops_the_sender_through_both_ends() -> None:
    async def work() -> None:
        made = 0

        async def counted() -> AsyncIterator[bytes]:
            nonlocal made
            for _ in range(TIMES):
                made += 1
                yield PIECE

        async def back(incoming: Incoming) -> None:
            await incoming.answer(200, "OK", [], incoming.body)

        async with serving(back) as server, calling() as client:
            answer = await client.send(f"http://127.0.0.1:{server.port}", "POST", "/", [], counted())
            before = -1
            while before != made:
                before = made
                await asyncio.sleep(0.2)
            assert made * MIB < TIMES * MIB // 2
            size = 0
            async for piece in answer.body:
                size += len(piece)
            assert size == TIMES * MIB

    on_uvloop(work())
