"""The service behind everything: answers `…/1k`, `…/100k`, `…/10m` with as many bytes. Prints its port."""

from __future__ import annotations

import asyncio
import os

import uvloop

from tinhso.exchange.gateway.http import Incoming, Server

SIZES = {"1k": 1_000, "100k": 100_000, "10m": 10_000_000}
BODIES = {name: os.urandom(size // 2).hex().encode() for name, size in SIZES.items()}
HEADERS = [("Content-Type", "application/json")]


async def answer(incoming: Incoming) -> None:
    """Answer by the last word of the path."""
    async for _piece in incoming.body:
        continue
    body = BODIES.get(incoming.target.rpartition("/")[2])
    if body is None:
        await incoming.answer(404, "Not Found", [])
    else:
        await incoming.answer(200, "OK", HEADERS, body)


async def main() -> None:
    """Serve until ended."""
    server = Server(answer)
    await server.listen("127.0.0.1", 0)
    print(server.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main())
