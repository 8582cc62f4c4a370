"""A server and peers of bare sockets on loopback, for tests of the wire."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvloop

from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.gateway.client import Client
from tinhso.exchange.gateway.flowing import Limits
from tinhso.exchange.gateway.http import Handler, Incoming, Server

Run = Callable[[Coroutine[Any, Any, None]], None]


def on_uvloop(work: Coroutine[Any, Any, None]) -> None:
    """Run on the gateway's own loop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(asyncio.wait_for(work, WITHIN_SECONDS))


def on_plain_loop(work: Coroutine[Any, Any, None]) -> None:
    """Run on the loop that Python brings."""
    asyncio.run(asyncio.wait_for(work, WITHIN_SECONDS))


both_loops = pytest.mark.parametrize("run", [on_uvloop, on_plain_loop], ids=["uvloop", "asyncio"])


async def echo(incoming: Incoming) -> None:
    """Answer with the request line and the body."""
    body = await incoming.read(1 << 20)
    said = f"{incoming.verb} {incoming.target} ".encode() + body
    await incoming.answer(200, "OK", [("Content-Type", "text/plain")], said)


@asynccontextmanager
async def serving(
    handler: Handler = echo, tls: ssl.SSLContext | None = None, **limits: Any
) -> AsyncIterator[Server]:
    """A server on a port of its own."""
    server = Server(handler, limits=Limits(**limits))
    await server.listen("127.0.0.1", 0, tls=tls)
    try:
        yield server
    finally:
        await server.stop(within=0.5)


@asynccontextmanager
async def calling(tls: ssl.SSLContext | None = None, **limits: Any) -> AsyncIterator[Client]:
    """A client that is closed at the end."""
    client = Client(limits=Limits(**limits), tls=tls)
    try:
        yield client
    finally:
        await client.close()


class Raw:
    """A peer that sends just the bytes it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def drip(self, data: bytes) -> None:
        """Byte by byte, each in a packet of its own."""
        for at in range(len(data)):
            self.writer.write(data[at : at + 1])
            await asyncio.sleep(0)

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def answer(self) -> tuple[bytes, bytes]:
        """Head and body of an answer with Content-Length."""
        head = await self.head()
        length = next(
            (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length")),
            0,
        )
        return head, await self.reader.readexactly(length)

    async def rest(self) -> bytes:
        """Everything until the server closes."""
        return await self.reader.read()

    async def close(self) -> None:
        self.writer.close()
        try:
            await self.writer.wait_closed()
        except OSError:
            return


@asynccontextmanager
async def peer_of(port: int, tls: ssl.SSLContext | None = None) -> AsyncIterator[Raw]:
    """A connection to that port of this machine."""
    name = "localhost" if tls else None
    raw = Raw(*await asyncio.open_connection("127.0.0.1", port, ssl=tls, server_hostname=name))
    try:
        yield raw
    finally:
        await raw.close()


async def said(port: int, data: bytes) -> bytes:
    """All that the server says to these bytes before it closes."""
    async with peer_of(port) as raw:
        await raw.send(data)
        return await raw.rest()


Peer = Callable[[Raw], Coroutine[Any, Any, None]]


@asynccontextmanager
async def answering(peer: Peer) -> AsyncIterator[str]:
    """The address of a server of bare sockets, each connection played by `peer`."""
    failures: list[BaseException] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raw = Raw(reader, writer)
        try:
            await peer(raw)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            await raw.close()

    server = await asyncio.start_server(play, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
    assert not failures
