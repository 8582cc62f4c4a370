"""The gateway's HTTP/1.1 server: strict, bounded, streaming both ways, on uvloop or the plain loop.

A handler is called once for a request and answers it: `async def handler(incoming: Incoming) -> None`.
Requests of one connection are served one after another in their order; what is sent ahead waits there.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from math import inf
from typing import cast

from tinhso.exchange.gateway.bodies import Body, Chunked, Counted
from tinhso.exchange.gateway.flowing import Cut, Headers, Limits, Link, TooLarge, TooSlow
from tinhso.exchange.gateway.heads import BadMessage, RequestHead, read_request, write_head
from tinhso.exchange.gateway.incoming import Incoming, Peer

__all__ = ["Handler", "Incoming", "Server"]

logger = logging.getLogger(__name__)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LEFT = "the peer left after %d bytes of its body"


Handler = Callable[[Incoming], Awaitable[None]]
Refusal = Callable[[int], Headers]
"""Headers that go with a status by which the server itself refuses."""


def bare(_status: int) -> Headers:
    """A refusal without a word."""
    return []


class _Connection(Peer):
    """One peer: reads a request, has it handled, reads the next."""

    __slots__ = (
        "_ahead",
        "_current",
        "_decoder",
        "_eof",
        "_head",
        "_lingered",
        "_mark",
        "_spoiled",
        "_task",
        "closing",
        "server",
    )

    def __init__(self, server: Server) -> None:
        super().__init__(server.loop, server.limits)
        self.server = server
        self.closing = False
        self._head = b""
        self._ahead = b""
        self._current: Incoming | None = None
        self._decoder: Body | None = None
        self._task: asyncio.Task[None] | None = None
        self._eof = False
        self._spoiled = False
        self._lingered = 0
        self._mark = 0

    @property
    def stopping(self) -> bool:
        """Whether the server takes no more requests."""
        return self.server.stopping

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer has connected."""
        self.transport = cast(asyncio.Transport, transport)
        address = transport.get_extra_info("peername")
        self.peer_address = str(address[0]) if isinstance(address, tuple) else ""
        self.secure = transport.get_extra_info("sslcontext") is not None
        self.peer_certificate = self.certificate() if self.secure else None
        self.deadline = self.loop.time() + self.limits.head_seconds
        self.server.join(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone, whoever ended it."""
        self.fell(exc)
        current = self._current
        if current is not None and self._decoder is not None:
            current.body.fail(Cut(_LEFT % current.body.received))
        self.server.leave(self)

    def eof_received(self) -> bool:
        """The peer sends no more; it may still read the answer."""
        self._eof = True
        current = self._current
        if current is None or self.closing:
            return False
        if self._decoder is not None:
            current.body.fail(Cut(_LEFT % current.body.received))
            self._decoder = None
        return not self.secure

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self.closing:
            self._lingered += len(data)
            if self._lingered > self.limits.linger_bytes:
                self.abort()
        elif self._spoiled:
            self.hold()
        elif self._current is not None and self._decoder is None:
            self._ahead += data
            self.hold()
        else:
            self._read(data)

    def _read(self, data: bytes) -> None:
        try:
            self._take(data)
        except BadMessage as bad:
            logger.info("refused from %s: %s", self.peer_address, bad.why)
            if self._current is None:
                self._refuse(bad.status)
            else:
                self._spoil(bad)

    def _take(self, data: bytes) -> None:
        """Read the next head, or the body under way; what follows a whole request waits."""
        if self._decoder is None:
            data = self._next_head(data)
        decoder, current = self._decoder, self._current
        if decoder is not None and current is not None and data:
            mine, data = decoder.feed(data)
            current.body.push(mine)
            if decoder.done:
                self._decoder = None
                self.deadline = inf
                current.body.finish()
                Link.release(self)
            elif not self._held and current.body.received - self._mark >= self.limits.idle_bytes:
                self._window(current.body.received)
        if data:
            self._ahead = data
            self.hold()

    def _next_head(self, data: bytes) -> bytes:
        limits = self.limits
        began = self._head
        if began:
            data = began + data
            self._head = b""
        elif data[0] in b"\r\n":
            data = data.lstrip(b"\r\n")
            if not data:
                return b""
        stop = data.find(b"\r\n\r\n", max(0, len(began) - 3))
        if stop > limits.head_bytes or (stop < 0 and len(data) > limits.head_bytes):
            raise BadMessage("a head that is too large", 431)
        if stop < 0:
            if b"\0" in data or b"\n\n" in data:
                raise BadMessage("not HTTP")
            if not began:
                self.deadline = self.loop.time() + limits.head_seconds
            self._head = data
            return b""
        self._begin(read_request(data[: stop + 4], most_headers=limits.header_count))
        return data[stop + 4 :]

    def _begin(self, head: RequestHead) -> None:
        current = self._current = Incoming(self, head)
        if head.chunked or head.length:
            self._decoder = Chunked() if head.chunked else Counted(head.length)
            self._window(0)
        else:
            current.body.finish()
            self.deadline = inf
        self._task = self.loop.create_task(self._serve(current))

    def _window(self, received: int) -> None:
        """The body must bring its share from now on."""
        self._mark = received
        self.deadline = self.loop.time() + self.limits.idle_seconds

    def hold(self) -> None:
        """Stop reading; a peer that may not send is not late."""
        Link.hold(self)
        self.deadline = inf

    def release(self) -> None:
        """Read on; the peer's time runs anew."""
        if self._held and self._decoder is not None and self._current is not None:
            self._window(self._current.body.received)
        Link.release(self)

    def asked(self) -> None:
        """The handler waits for the body: let it come."""
        current = self._current
        if current is not None and current.expects and not current.answered and not current.body.received:
            self.write(_CONTINUE)

    async def _serve(self, incoming: Incoming) -> None:
        try:
            await self.server.handler(incoming)
            if not incoming.answered:
                logger.error("nobody answered %s %s", incoming.verb, incoming.target[:200])
                await self._say(incoming, 500)
        except BadMessage as bad:
            await self._say(incoming, bad.status)
        except TooLarge:
            await self._say(incoming, 413)
        except TooSlow:
            await self._say(incoming, 408)
        except Cut as cut:
            logger.info("%s %s: %s", incoming.verb, incoming.target[:200], cut)
            await self._say(incoming, 502 if incoming.body.done else 400)
        except Exception:
            logger.exception("a request was not handled: %s %s", incoming.verb, incoming.target[:200])
            await self._say(incoming, 500)
        finally:
            self._served(incoming)

    async def _say(self, incoming: Incoming, status: int) -> None:
        if incoming.answered:
            self.abort()
            return
        try:
            await incoming.answer(status, HTTPStatus(status).phrase, self.server.refusal(status))
        except Cut:
            self.abort()

    def _served(self, incoming: Incoming) -> None:
        self._current = self._task = None
        if self.lost:
            return
        if not incoming.answered:
            self.abort()
        elif self._decoder is not None or self._spoiled or not self.stay or self.stopping:
            incoming.body.fail(Cut("answered before the body was whole"))
            incoming.body.drop()
            self._part()
        elif self._ahead:
            data, self._ahead = self._ahead, b""
            Link.release(self)
            self._read(data)
        elif self._eof:
            self.close()
        else:
            self.deadline = self.loop.time() + self.limits.keep_seconds

    def _part(self) -> None:
        """Close so that the peer still reads the answer, though it has not sent everything."""
        whole = self._decoder is None and not self._ahead and not self._spoiled
        self._decoder = None
        self._ahead = self._head = b""
        self._leave()
        if whole or self._eof or self.transport is None or not self.transport.can_write_eof():
            self.close()
        else:
            self.transport.write_eof()
            Link.release(self)

    def _leave(self) -> None:
        self.closing = True
        self.deadline = self.loop.time() + self.limits.linger_seconds

    def _spoil(self, error: Exception) -> None:
        """Nothing that follows can be read: the request under way is not whole, and is the last."""
        if self._current is not None:
            self._current.body.fail(error)
        self._spoiled = True
        self._decoder = None
        self.hold()

    def _refuse(self, status: int) -> None:
        own = "Content-Length: 0\r\nConnection: close\r\n"
        try:
            first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"
            self.write(write_head(first, self.server.refusal(status), own))
        except Cut:
            return
        self._spoiled = True
        self._part()

    def late(self) -> None:
        """The peer's time has run out."""
        self.deadline = inf
        current = self._current
        if self.closing:
            self.abort()
        elif current is not None and self._decoder is not None:
            self._spoil(TooSlow(f"a body that stood still after {current.body.received} bytes"))
        elif self._head:
            self._refuse(408)
        elif current is None:
            self._leave()
            self.close()

    def turn_away(self) -> None:
        """There are too many connections."""
        self._refuse(503)

    def stop(self) -> None:
        """Close now if nothing is under way, else after the present answer."""
        if self._current is None and not self.closing:
            self._leave()
            self.close()

    def end(self) -> None:
        """Cut, and end the handler."""
        if self._task is not None:
            self._task.cancel()
        self.abort()


class Server:
    """Listens on one address with one handler; several may share a port (SO_REUSEPORT)."""

    def __init__(self, handler: Handler, *, limits: Limits | None = None, refusal: Refusal = bare) -> None:
        self.handler = handler
        self.refusal = refusal
        self.limits = limits or Limits()
        self.stopping = False
        self.loop: asyncio.AbstractEventLoop
        self._connections: set[_Connection] = set()
        self._listening: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._empty: asyncio.Event

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._listening is None:
            raise RuntimeError("the server does not listen")
        return int(self._listening.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """How many peers are connected."""
        return len(self._connections)

    async def listen(
        self, host: str, port: int, *, tls: ssl.SSLContext | None = None, shared: bool = False
    ) -> None:
        """Begin; port 0 takes any. Raises OSError when the address is taken."""
        self.loop = asyncio.get_running_loop()
        self._empty = asyncio.Event()
        limits = self.limits
        self._listening = await self.loop.create_server(
            lambda: _Connection(self),
            host,
            port,
            ssl=tls,
            backlog=2048,
            reuse_port=shared or None,
            ssl_handshake_timeout=limits.handshake_seconds if tls else None,
            ssl_shutdown_timeout=limits.linger_seconds if tls else None,
        )
        self._sweeping()

    async def stop(self, *, within: float = 10.0) -> None:
        """Take nobody new and finish what is under way; cut what takes longer than `within` seconds."""
        self.stopping = True
        if self._listening is None:
            return
        self._listening.close()
        for connection in tuple(self._connections):
            connection.stop()
        if not await self._emptied(within):
            for connection in tuple(self._connections):
                connection.end()
            await self._emptied(1.0)
        if self._sweep is not None:
            self._sweep.cancel()

    async def _emptied(self, seconds: float) -> bool:
        if self._connections:
            self._empty.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._empty.wait()
            except TimeoutError:
                return False
        return True

    def join(self, connection: _Connection) -> None:
        """A peer has connected."""
        self._connections.add(connection)
        if len(self._connections) > self.limits.connections or self.stopping:
            connection.turn_away()

    def leave(self, connection: _Connection) -> None:
        """A peer is gone."""
        self._connections.discard(connection)
        if not self._connections:
            self._empty.set()

    def _sweeping(self) -> None:
        now = self.loop.time()
        for connection in tuple(self._connections):
            if now > connection.deadline or now > connection.write_deadline:
                connection.overdue(now)
        limits = self.limits
        shortest = min(
            limits.head_seconds, limits.idle_seconds, limits.linger_seconds, limits.keep_seconds, 4.0
        )
        self._sweep = self.loop.call_later(shortest / 4, self._sweeping)
