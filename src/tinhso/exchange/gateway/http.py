"""The gateway's HTTP/1.1 server: llhttp reads, every limit is ours, bodies flow both ways in bounded memory."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast

import httptools

from tinhso.exchange.gateway.flowing import (
    NO_BODY,
    Body,
    Content,
    Cut,
    Headers,
    Limits,
    Writing,
    head_bytes,
    length_of,
)

logger = logging.getLogger(__name__)

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
Handler = Callable[["Incoming"], Awaitable[None]]


@dataclass(slots=True, eq=False)
class Incoming:
    """One request as its bytes said it, and the way to answer it once."""

    verb: str
    target: str
    """Raw path and query, byte for byte (Latin-1 beyond ASCII is kept by surrogates)."""
    headers: Headers
    """Names and values as sent, in order, repeated ones too."""
    body: Body
    _connection: _Connection
    answered: bool = False
    keep_alive: bool = True

    @property
    def peer_certificate(self) -> bytes | None:
        """DER of the certificate that the peer showed, if TLS asked for one."""
        return self._connection.certificate

    @property
    def peer_address(self) -> str:
        """Where the connection came from."""
        return self._connection.address

    @property
    def secure(self) -> bool:
        """Whether the connection is TLS."""
        return self._connection.secure

    def header(self, name: str) -> str | None:
        """The last value of that name, any case."""
        lowered = name.lower()
        for each, value in reversed(self.headers):
            if each.lower() == lowered:
                return value
        return None

    async def answer(self, status: int, reason: str, headers: Headers, body: Content = b"") -> None:
        """Answer, once. A body of unknown length goes in chunks, unless `headers` give its length.

        Raises Cut when the peer went away; ValueError for headers that cannot be written.
        """
        await self._connection.answer(self, status, reason, headers, body)


@dataclass(slots=True)
class _Head:
    target: bytes = b""
    headers: Headers = field(default_factory=list)
    size: int = 0


class _Connection(asyncio.Protocol):
    """One peer: requests are read as they come and answered in their order, one at a time."""

    def __init__(self, server: Server) -> None:
        self._server, self._limits = server, server.limits
        self._parser = httptools.HttpRequestParser(self)
        self._head = _Head()
        self._reading: Incoming | None = None
        self._waiting: deque[Incoming] = deque()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._refused = False
        self.certificate: bytes | None = None
        self.address, self.secure = "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer came."""
        self._transport = cast(asyncio.Transport, transport)
        self._loop = asyncio.get_running_loop()
        self._writing = Writing(self._transport, idle_seconds=self._limits.idle_seconds)
        if not self._server.joined(self):
            self._transport.abort()
            return
        peer = self._transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else ""
        tls = self._transport.get_extra_info("ssl_object")
        if tls is not None:
            self.secure, self.certificate = True, tls.getpeercert(binary_form=True)
        self._expect(self._limits.keep_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """The peer is gone."""
        self._stop_timer()
        self._writing.lost()
        fault = Cut("the peer went away")
        for each in (*self._waiting, *((self._reading,) if self._reading else ())):
            each.body.fail(fault)
        self._waiting.clear()
        self._server.left(self)

    def eof_received(self) -> bool:
        """The peer says no more; it may still be read to while an answer is under way."""
        if self._reading is not None and not self._reading.body.ended:
            self._reading.body.fail(Cut("the peer stopped in the middle of a body"))
        return self._task is not None

    def pause_writing(self) -> None:
        """The transport is full."""
        self._writing.pause()

    def resume_writing(self) -> None:
        """The transport has room."""
        self._writing.resume()

    def data_received(self, data: bytes) -> None:
        """Bytes came."""
        if self._refused:
            return
        if self._reading is None and self._head.size == 0:
            self._expect(self._limits.head_seconds)
        try:
            self._parser.feed_data(data)
        except _Refusal as refusal:
            self._refuse(refusal.status)
        except httptools.HttpParserUpgrade:
            self._refuse(HTTPStatus.BAD_REQUEST)
        except httptools.HttpParserCallbackError as fault:
            found = fault.__context__
            self._refuse(found.status if isinstance(found, _Refusal) else HTTPStatus.BAD_REQUEST)
        except httptools.HttpParserError:
            self._refuse(HTTPStatus.BAD_REQUEST)

    def on_message_begin(self) -> None:
        """llhttp: a request begins."""
        self._head = _Head()

    def on_url(self, url: bytes) -> None:
        """llhttp: a piece of the target."""
        self._head.target += url
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes | None) -> None:
        """llhttp: one header."""
        self._grow(len(name) + len(value or b"") + 4)
        headers = self._head.headers
        if len(headers) >= self._limits.header_count:
            raise _Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        headers.append((name.decode("latin-1"), (value or b"").decode("utf-8", "surrogateescape")))

    def _grow(self, size: int) -> None:
        self._head.size += size
        if self._head.size > self._limits.head_bytes:
            raise _Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """llhttp: the head is whole."""
        self._stop_timer()
        body = Body(
            pause=self._pause_reading,
            resume=self._resume_reading,
            idle_seconds=self._limits.idle_seconds,
        )
        incoming = Incoming(
            verb=self._parser.get_method().decode("ascii"),
            target=self._head.target.decode("utf-8", "surrogateescape"),
            headers=self._head.headers,
            body=body,
            _connection=self,
            keep_alive=self._parser.should_keep_alive(),
        )
        if self._parser.get_http_version() != "1.1":
            raise _Refusal(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        if (incoming.header("expect") or "").lower() == "100-continue":
            body.on_first_read(self._go_on)
        self._reading = incoming
        self._waiting.append(incoming)
        if self._task is None:
            self._task = self._loop.create_task(self._serve())
        else:
            self._pause_reading()

    def on_body(self, data: bytes) -> None:
        """llhttp: a piece of the body."""
        if self._reading is not None:
            self._reading.body.feed(data)

    def on_message_complete(self) -> None:
        """llhttp: the request is whole."""
        if self._reading is not None:
            self._reading.body.end()
        self._reading, self._head = None, _Head()

    async def _serve(self) -> None:
        """Handle what waits, in order."""
        while self._waiting:
            incoming = self._waiting.popleft()
            try:
                await self._server.handler(incoming)
                if not incoming.answered:
                    await self.answer(incoming, HTTPStatus.INTERNAL_SERVER_ERROR, "", [], b"")
            except Cut:
                self._transport.abort()
                return
            except Exception:
                logger.exception("a request was not handled")
                await self._failed(incoming)
            if not incoming.body.ended or not incoming.keep_alive:
                self._transport.close()
                return
        self._task = None
        if self._server.stopping:
            self._transport.close()
        elif not self._transport.is_closing():
            self._resume_reading()
            self._expect(self._limits.keep_seconds)

    async def _failed(self, incoming: Incoming) -> None:
        incoming.keep_alive = False
        if incoming.answered:
            self._transport.abort()
        elif not self._transport.is_closing():
            await self.answer(incoming, HTTPStatus.INTERNAL_SERVER_ERROR, "", [], b"")

    async def answer(self, to: Incoming, status: int, reason: str, headers: Headers, body: Content) -> None:
        """Write the answer of one request."""
        if to.answered:
            raise RuntimeError("a request is answered once")
        to.answered = True
        to.keep_alive = to.keep_alive and to.body.ended and not self._server.stopping
        length = len(body) if isinstance(body, bytes) else length_of(headers)
        empty = to.verb == "HEAD" or status in NO_BODY or status < 200
        framed = [each for each in headers if each[0].lower() not in ("content-length", "transfer-encoding")]
        if status not in NO_BODY and status >= 200:
            framed.append(
                ("Transfer-Encoding", "chunked") if length is None else ("Content-Length", str(length))
            )
        if not to.keep_alive:
            framed.append(("Connection", "close"))
        head = head_bytes(f"HTTP/1.1 {status} {reason}", framed)
        if empty:
            self._writing.write(head)
        elif isinstance(body, bytes):
            self._writing.write(head + body)
        else:
            self._writing.write(head)
            await self._flow(body, length)
        await self._writing.drained()

    async def _flow(self, body: AsyncIterator[bytes], length: int | None) -> None:
        try:
            await self._writing.send(body, length=length)
        except BaseException:
            self._transport.abort()
            raise

    def stop(self) -> None:
        """End when nothing is under way."""
        if self._task is None:
            self._transport.close()

    def _go_on(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(CONTINUE)

    def _pause_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.pause_reading()

    def _resume_reading(self) -> None:
        if not self._transport.is_closing():
            self._transport.resume_reading()

    def _expect(self, seconds: float) -> None:
        self._stop_timer()
        self._timer = self._loop.call_later(seconds, self._transport.abort)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: int) -> None:
        """Bytes that are no request of ours: say so when nothing else is under way, and end."""
        self._refused = True
        self._stop_timer()
        if self._reading is not None:
            self._reading.body.fail(Cut("the request broke the rules of HTTP"))
        if self._task is None and not self._transport.is_closing():
            reason = HTTPStatus(status).phrase
            self._transport.write(
                head_bytes(f"HTTP/1.1 {status} {reason}", [("Connection", "close"), ("Content-Length", "0")])
            )
            self._transport.close()
        else:
            self._transport.abort()


class _Refusal(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Server:
    """Listens on one address with one handler; several may share a port (SO_REUSEPORT)."""

    def __init__(self, handler: Handler, *, limits: Limits | None = None) -> None:
        self.handler = handler
        self.limits = limits or Limits()
        self.stopping = False
        self._connections: set[_Connection] = set()
        self._gone = asyncio.Event()
        self._listening: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        if self._listening is None:
            raise RuntimeError("the server does not listen")
        return int(self._listening.sockets[0].getsockname()[1])

    async def listen(
        self, host: str, port: int, *, tls: ssl.SSLContext | None = None, shared: bool = False
    ) -> None:
        """Begin. Raises OSError when the address is taken."""
        self._listening = await asyncio.get_running_loop().create_server(
            lambda: _Connection(self), host, port, ssl=tls, backlog=2048, reuse_port=shared or None
        )

    async def stop(self, *, within: float = 10.0) -> None:
        """Take nobody new, finish what is under way, then end; cut what takes longer than `within` seconds."""
        self.stopping = True
        if self._listening is not None:
            self._listening.close()
        for connection in tuple(self._connections):
            connection.stop()
        try:
            async with asyncio.timeout(within):
                while self._connections:
                    self._gone.clear()
                    await self._gone.wait()
        except TimeoutError:
            for connection in tuple(self._connections):
                connection._transport.abort()

    def joined(self, connection: _Connection) -> bool:
        """Whether there is room for one more."""
        if len(self._connections) >= self.limits.connections or self.stopping:
            return False
        self._connections.add(connection)
        return True

    def left(self, connection: _Connection) -> None:
        """A peer is gone."""
        self._connections.discard(connection)
        self._gone.set()
