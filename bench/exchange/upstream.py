"""The service behind everything: answers `…/1k`, `…/100k`, `…/10m` with as many bytes. Prints its port.

No two answers are the same, as the log keeps equal bodies once.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator

import uvloop

from bench.exchange.base import BODIES
from tinhso.exchange.gateway.http import Incoming, Server

MARK_BYTES = 16
RESTS = {name: os.urandom(size // 2).hex().encode()[MARK_BYTES:] for name, size in BODIES.items()}
IN_ONE = 1_000_000
_numbers = itertools.count()


async def answer(incoming: Incoming) -> None:
    """Answer by the last word of the path."""
    async for _piece in incoming.body:
        continue
    rest = RESTS.get(incoming.target.rpartition("/")[2])
    if rest is None:
        await incoming.answer(404, "Not Found", [])
        return
    mark = b"%0*d" % (MARK_BYTES, next(_numbers))
    headers = [("Content-Type", "application/json")]
    if len(rest) < IN_ONE:
        await incoming.answer(200, "OK", headers, mark + rest)
    else:
        length = ("Content-Length", str(len(mark) + len(rest)))
        await incoming.answer(200, "OK", [*headers, length], _pieces(mark, rest))


async def _pieces(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def main() -> None:
    """Serve until ended."""
    server = Server(answer)
    await server.listen("127.0.0.1", 0)
    print(server.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
