"""The gateway's HTTP/1.1 server: strict, bounded, streaming both ways, on uvloop or the plain asyncio loop.

A handler is called once per request and answers it: `async def handler(incoming: Incoming) -> None`. Requests of
one connection are served one after another in their order; what a peer sends ahead waits in its socket.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from http import HTTPStatus
from math import inf

from tinhso.exchange.gateway.bodies import LAST_CHUNK, Body, Chunked, Counted, chunk
from tinhso.exchange.gateway.heads import BadMessage, Headers, RequestHead, read_request, write_head
from tinhso.exchange.gateway.limits import PeerGone, ServerLimits, TooLarge, TooSlow, WireError
from tinhso.exchange.gateway.link import Inbox, Link

log = logging.getLogger("tinhso.exchange.gateway.http")
_BODILESS = frozenset({204, 304})
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Incoming:
    """One request: head, body as it comes, who sent it; `await answer(…)` exactly once."""

    __slots__ = (
        "_connection", "_head", "answered", "body", "chunked", "headers", "length", "peer_address",
        "peer_certificate", "secure", "target", "verb",
    )  # fmt: skip

    def __init__(self, connection: _Connection, head: RequestHead) -> None:
        self._connection = connection
        self._head = head
        self.verb = head.verb
        self.target = head.target
        self.headers: Headers = head.headers
        self.length: int | None = None if head.chunked else head.length
        self.chunked = head.chunked
        self.peer_address = connection.peer_address
        self.peer_certificate = connection.peer_certificate
        self.secure = connection.secure
        self.body = Inbox(connection, connection.server.limits.buffer)
        self.answered = False

    @property
    def gone(self) -> bool:
        """Whether the peer has cut the connection."""
        return self._connection.lost

    async def read(self, most: int) -> bytes:
        """The whole body; raises TooLarge above `most` bytes, PeerGone, TooSlow."""
        if self.length is not None and self.length > most:
            raise TooLarge(f"a body above {most} bytes")
        return await self.body.read(most)

    async def answer(
        self,
        status: int,
        reason: str,
        headers: Iterable[tuple[str, str]],
        body: bytes | AsyncIterator[bytes] = b"",
        *,
        length: int | None = None,
    ) -> None:
        """Send the answer and wait until the peer's socket took it.

        Framing headers among `headers` are left out, the wire writes its own; a stream goes in chunks, or with
        Content-Length where `length` is given. HEAD, 204 and 304 get no body. Raises PeerGone, TooSlow, ValueError
        for a header that would break the head, RuntimeError when asked twice or when a stream is not `length` long.
        """
        if self.answered:
            raise RuntimeError("this request is answered already")
        connection, head = self._connection, self._head
        bodiless = head.verb == "HEAD" or status in _BODILESS
        stay = head.keep_alive and not connection.server.stopping and self.body.done
        if not isinstance(body, bytes):
            own = f"Content-Length: {length}\r\n" if length is not None else "Transfer-Encoding: chunked\r\n"
            if length is None and not connection.modern:
                own, stay = "", False
        elif head.verb == "HEAD" and length is not None:
            own = f"Content-Length: {length}\r\n"
        else:
            own = f"Content-Length: {len(body)}\r\n"
        if status in _BODILESS:
            own = ""
        if not stay:
            own += "Connection: close\r\n"
        first = write_head(f"HTTP/1.1 {status} {reason}", headers, own)
        self.answered = True
        connection.stay = stay
        if bodiless:
            connection.write(first)
        elif isinstance(body, bytes):
            await connection.write_all(first + body if body else first)
        else:
            connection.write(first)
            await self._stream(body, length)

    async def _stream(self, body: AsyncIterator[bytes], length: int | None) -> None:
        connection = self._connection
        sent = 0
        try:
            async for piece in body:
                if piece:
                    sent += len(piece)
                    if length is not None and sent > length:
                        raise RuntimeError("a stream longer than its told length")
                    plain = length is not None or not connection.modern
                    await connection.write_all(piece if plain else chunk(piece))
            if length is not None and sent != length:
                raise RuntimeError("a stream shorter than its told length")
            if length is None and connection.modern:
                connection.write(LAST_CHUNK)
        except BaseException:
            connection.abort()
            raise


Handler = Callable[[Incoming], Awaitable[None]]


class _Connection(Link):
    """One peer: reads a request, has it handled, reads the next."""

    __slots__ = (
        "_ahead", "_current", "_decoder", "_eof", "_head", "_lingered", "_mark", "_task", "closing", "modern",
        "peer_address", "peer_certificate", "secure", "server", "stay",
    )  # fmt: skip

    def __init__(self, server: Server) -> None:
        super().__init__(server.loop, server.limits.write_seconds)
        self.server = server
        self.peer_address = ""
        self.peer_certificate: bytes | None = None
        self.secure = False
        self.modern = True
        self.stay = True
        self.closing = False
        self._head = b""
        self._ahead = b""
        self._current: Incoming | None = None
        self._decoder: Body | None = None
        self._task: asyncio.Task[None] | None = None
        self._eof = False
        self._lingered = 0
        self._mark = 0

    # what the transport says

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer has connected."""
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self.transport = transport  # type: ignore[assignment]
        address = transport.get_extra_info("peername")
        self.peer_address = address[0] if isinstance(address, tuple) else ""
        self.peer_certificate = self.certificate()
        self.secure = transport.get_extra_info("sslcontext") is not None
        self.server.join(self)
        self.deadline = self.loop.time() + self.server.limits.head_seconds

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone, whoever ended it."""
        self.fell(exc)
        current = self._current
        if current is not None and self._decoder is not None:
            current.body.fail(PeerGone(f"the peer left after {current.body.received} bytes of its body"))
        self.server.leave(self)

    def eof_received(self) -> bool:
        """The peer sends no more; it may still read the answer."""
        self._eof = True
        current = self._current
        if current is None or self.closing:
            return False
        if self._decoder is not None:
            current.body.fail(PeerGone(f"the peer left after {current.body.received} bytes of its body"))
            self._decoder = None
        return not self.secure

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        if self.closing:
            self._lingered += len(data)
            if self._lingered > self.server.limits.linger_bytes:
                self.abort()
            return
        if self._current is not None and self._decoder is None:
            self._ahead += data
            self.hold()
            return
        try:
            self._take(data)
        except BadMessage as bad:
            self._bad(bad)

    # reading

    def _take(self, data: bytes) -> None:
        if self._decoder is None:
            limits = self.server.limits
            if self._head:
                start = max(0, len(self._head) - 3)
                data = self._head + data
                self._head = b""
            else:
                start = 0
                if data[:2] == b"\r\n":
                    data = data.lstrip(b"\r\n")
                    if not data:
                        return
            stop = data.find(b"\r\n\r\n", start)
            if stop < 0 or stop > limits.head_bytes:
                self._unfinished(data, stop >= 0)
                return
            self._begin(read_request(data[: stop + 4], most_headers=limits.headers))
            data = data[stop + 4 :]
        decoder, current = self._decoder, self._current
        if decoder is not None and current is not None and data:
            mine, data = decoder.feed(data)
            current.body.push(mine)
            if decoder.done:
                self._decoder = None
                self.deadline = inf
                current.body.finish()
            elif current.body.received - self._mark >= self.server.limits.body_bytes and not self._held:
                self._window(current.body.received)
        if data:
            self._ahead = data
            self.hold()

    def _unfinished(self, data: bytes, ended: bool) -> None:
        if ended or len(data) > self.server.limits.head_bytes:
            raise BadMessage("a head that is too large", 431)
        if b"\0" in data or (b"\n\n" in data):
            raise BadMessage("not HTTP")
        if self.deadline == inf or not self._head_started():
            self.deadline = self.loop.time() + self.server.limits.head_seconds
        self._head = data

    def _head_started(self) -> bool:
        return bool(self._head)

    def _begin(self, head: RequestHead) -> None:
        self.modern = head.keep_alive or bool(head.hosts)
        current = self._current = Incoming(self, head)
        if head.chunked or head.length:
            self._decoder = Chunked() if head.chunked else Counted(head.length)
            self._window(0)
        else:
            current.body.finish()
            self.deadline = inf
        self._task = self.loop.create_task(self._serve(current))

    def _window(self, received: int) -> None:
        self._mark = received
        self.deadline = self.loop.time() + self.server.limits.body_seconds

    def hold(self) -> None:
        """Stop reading; a peer that may not send is not late."""
        Link.hold(self)
        self.deadline = inf

    def release(self) -> None:
        """Read again; the peer's time runs anew."""
        if self._held and self._decoder is not None and self._current is not None:
            self._window(self._current.body.received)
        if not self._ahead:
            Link.release(self)

    def asked(self) -> None:
        """The handler waits for the body: say that it may come."""
        current = self._current
        if (
            current is not None
            and current._head.expects
            and not current.answered
            and not current.body.received
        ):
            self.write(_CONTINUE)

    # answering

    async def _serve(self, incoming: Incoming) -> None:
        try:
            await self.server.handler(incoming)
            if not incoming.answered:
                log.error("a handler did not answer %s %s", incoming.verb, incoming.target[:200])
                await self._say(incoming, 500)
        except BadMessage as bad:
            await self._say(incoming, bad.status)
        except TooLarge:
            await self._say(incoming, 413)
        except TooSlow:
            await self._say(incoming, 408)
        except WireError as error:
            log.info("%s %s: %s", incoming.verb, incoming.target[:200], error)
            await self._say(incoming, 502)
        except Exception:
            log.exception("a handler failed at %s %s", incoming.verb, incoming.target[:200])
            await self._say(incoming, 500)
        finally:
            self._served(incoming)

    async def _say(self, incoming: Incoming, status: int) -> None:
        if incoming.answered:
            self.abort()
            return
        try:
            await incoming.answer(status, HTTPStatus(status).phrase, [])
        except WireError:
            self.abort()

    def _served(self, incoming: Incoming) -> None:
        self._current = self._task = None
        if self.lost:
            return
        if not incoming.answered or self._drained is not None:
            self.abort()
        elif self._decoder is not None or not self.stay or self.server.stopping:
            self._part(incoming)
        elif self._ahead:
            data, self._ahead = self._ahead, b""
            self.release()
            try:
                self._take(data)
            except BadMessage as bad:
                self._bad(bad)
        elif self._eof:
            self.close()
        else:
            self.deadline = self.loop.time() + self.server.limits.keep_alive_seconds

    def _part(self, incoming: Incoming | None = None) -> None:
        """Close so that the peer still reads the answer, though it may not have sent everything."""
        self.closing = True
        whole = self._decoder is None and not self._ahead
        self._decoder = None
        self._ahead = self._head = b""
        if incoming is not None:
            incoming.body.fail(PeerGone("answered before the body was whole"))
            incoming.body.drop()
        self.deadline = self.loop.time() + self.server.limits.linger_seconds
        if whole or self._eof or self.transport is None or not self.transport.can_write_eof():
            self.close()
        else:
            self.transport.write_eof()
            self.release()

    def _bad(self, bad: BadMessage) -> None:
        """Refuse what is not HTTP: say so when nothing is under way, and part."""
        log.info("refused from %s: %s", self.peer_address, bad.why)
        current = self._current
        if current is not None:
            current.body.fail(bad)
            self._decoder = None
            self.stay = False
            self.hold()
            return
        self._refuse(bad.status)

    def _refuse(self, status: int) -> None:
        own = "Content-Length: 0\r\nConnection: close\r\n"
        try:
            self.write(write_head(f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", [], own))
        except PeerGone:
            return
        self._ahead = b"."  # what follows a refused head is never read as a message
        self._part()

    def late(self) -> None:
        """The peer's time has run out."""
        self.deadline = inf
        current = self._current
        if self.closing:
            self.abort()
        elif current is not None and self._decoder is not None:
            current.body.fail(TooSlow(f"a body that stood still after {current.body.received} bytes"))
        elif self._head:
            self._refuse(408)
        else:
            self.closing = True
            self.deadline = self.loop.time() + self.server.limits.linger_seconds
            self.close()

    def turn_away(self) -> None:
        """There are too many connections."""
        self._refuse(503)

    def stop(self) -> None:
        """Close now if nothing is under way, else after the present answer."""
        if self._current is None and not self.closing:
            self.closing = True
            self.deadline = self.loop.time() + self.server.limits.linger_seconds
            self.close()

    def end(self) -> None:
        """Cut, and end the handler."""
        if self._task is not None:
            self._task.cancel()
        self.abort()


class Server:
    """Listens on one address; started by `start`, ended by `stop`."""

    def __init__(self, handler: Handler, *, limits: ServerLimits | None = None) -> None:
        self.handler = handler
        self.limits = limits or ServerLimits()
        self.stopping = False
        self.loop = asyncio.get_running_loop()
        self._connections: set[_Connection] = set()
        self._listener: asyncio.Server | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._empty: asyncio.Future[None] | None = None

    async def start(
        self,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        reuse_port: bool = False,
        backlog: int = 1_024,
    ) -> int:
        """Listen; the port is returned (the one the system chose for 0). Raises OSError."""
        more: dict[str, float] = {}
        if tls is not None:
            more = {
                "ssl_handshake_timeout": self.limits.handshake_seconds,
                "ssl_shutdown_timeout": self.limits.linger_seconds,
            }
        self._listener = await self.loop.create_server(
            lambda: _Connection(self), host, port, ssl=tls, reuse_port=reuse_port, backlog=backlog, **more
        )
        self._sweeping()
        return int(self._listener.sockets[0].getsockname()[1])

    @property
    def connections(self) -> int:
        """How many peers are connected."""
        return len(self._connections)

    async def stop(self, grace: float = 30.0) -> None:
        """Take no more; let what is under way finish for `grace` seconds, then cut."""
        self.stopping = True
        if self._listener is not None:
            self._listener.close()
        for connection in list(self._connections):
            connection.stop()
        if self._connections:
            self._empty = self.loop.create_future()
            await asyncio.wait([self._empty], timeout=grace)
            for connection in list(self._connections):
                connection.end()
            if self._connections:
                await asyncio.wait([self._empty], timeout=1.0)
        if self._sweep is not None:
            self._sweep.cancel()

    def join(self, connection: _Connection) -> None:
        """A peer has connected."""
        self._connections.add(connection)
        if len(self._connections) > self.limits.connections or self.stopping:
            connection.turn_away()

    def leave(self, connection: _Connection) -> None:
        """A peer is gone."""
        self._connections.discard(connection)
        if self._empty is not None and not self._connections and not self._empty.done():
            self._empty.set_result(None)

    def _sweeping(self) -> None:
        now = self.loop.time()
        for connection in list(self._connections):
            if now > connection.deadline or now > connection.write_deadline:
                connection.overdue(now)
        limits = self.limits
        shortest = min(limits.head_seconds, limits.body_seconds, limits.write_seconds, limits.linger_seconds)
        self._sweep = self.loop.call_later(min(1.0, max(0.01, shortest / 4)), self._sweeping)
