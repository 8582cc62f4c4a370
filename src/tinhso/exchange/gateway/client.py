"""The gateway's HTTP/1.1 client: pooled connections, TLS, streams both ways, raw heads, a deadline at each stage.

Nothing is followed, decoded or repeated: a redirect is an answer, a failed exchange an error (exchange protocol
§1.2, §14.3).
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Self
from urllib.parse import urlsplit

from tinhso.exchange.gateway.bodies import LAST_CHUNK, Body, Chunked, Counted, Endless, chunk
from tinhso.exchange.gateway.heads import (
    AnswerHead,
    BadMessage,
    Headers,
    check_target,
    read_answer,
    write_head,
)
from tinhso.exchange.gateway.limits import (
    BadAnswer,
    ClientLimits,
    ConnectFailed,
    PeerGone,
    TooSlow,
    WireError,
)
from tinhso.exchange.gateway.link import Inbox, Link

_BODILESS = frozenset({204, 304})
_LENGTH_NEEDED = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True, eq=False)
class Tls:
    """How to speak TLS to a peer; one object per kind of peer, since connections are pooled by it.

    `server_name` is sent and, where the context checks names, checked; `check` is given the peer's certificate (DER)
    before anything is sent, and refuses by raising.
    """

    context: ssl.SSLContext
    server_name: str = ""
    check: Callable[[bytes], None] | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection goes."""

    secure: bool
    host: str
    port: int
    authority: str


@lru_cache(maxsize=4_096)
def origin(url: str) -> Origin:
    """The origin of `http://host[:port]` or `https://…`; anything after it is left aside. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise ValueError(f"not an address to call: {url[:200]!r}")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = port == (443 if secure else 80)
    return Origin(secure, parts.hostname, port, host if usual else f"{host}:{port}")


class Outgoing:
    """An answer: head, then the body as it comes. Read the body to its end, or `close()`."""

    __slots__ = ("_link", "body", "headers", "length", "peer_certificate", "reason", "status")

    def __init__(self, link: _Connection, head: AnswerHead, bound: int) -> None:
        self._link: _Connection | None = link
        self.status = head.status
        self.reason = head.reason
        self.headers: Headers = head.headers
        self.length = None if head.chunked else head.length
        self.peer_certificate = link.peer_certificate
        self.body = Inbox(link, bound)

    async def read(self, most: int) -> bytes:
        """The whole body; raises TooLarge above `most` bytes (and cuts), PeerGone, TooSlow, BadAnswer."""
        try:
            return await self.body.read(most)
        finally:
            self.close()

    def close(self) -> None:
        """Cut the connection if the answer is not whole."""
        if not self.body.done and self._link is not None:
            self._link.abort()
        self._link = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class _Connection(Link):
    """One connection to an origin: one exchange at a time."""

    __slots__ = (
        "_answer", "_decoder", "_head", "_interim", "_limits", "_pool", "_sender", "_waiting", "_whole",
        "peer_certificate", "used", "verb",
    )  # fmt: skip

    def __init__(self, pool: _Pool) -> None:
        super().__init__(pool.client.loop, pool.client.limits.idle_seconds)
        self._pool = pool
        self._limits = pool.client.limits
        self.peer_certificate: bytes | None = None
        self.used = False
        self.verb = ""
        self._head = b""
        self._interim = 0
        self._decoder: Body | None = None
        self._waiting: asyncio.Future[Outgoing] | None = None
        self._answer: Outgoing | None = None
        self._sender: asyncio.Task[None] | None = None
        self._whole = True

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected, TLS spoken."""
        self.transport = transport  # type: ignore[assignment]
        self.peer_certificate = self.certificate()
        self._pool.client.links.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self.fell(exc)
        if isinstance(self._decoder, Endless) and exc is None and self._answer is not None:
            self._answer.body.finish()
        self._fail(PeerGone(self._where(str(exc) if exc else "the peer closed the connection")))
        self._pool.lost(self)

    def _where(self, why: str) -> str:
        if self._answer is not None:
            return f"{why} after {self._answer.body.received} bytes of the answer"
        return f"{why} before the answer{' (connection was reused)' if self.used else ''}"

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        try:
            self._take(data)
        except BadMessage as bad:
            self._fail(BadAnswer(bad.why))
            self.abort()

    def _take(self, data: bytes) -> None:
        while data:
            answer, decoder = self._answer, self._decoder
            if answer is not None and decoder is not None:
                mine, data = decoder.feed(data)
                answer.body.push(mine)
                if decoder.done:
                    self._ended(answer)
                elif not self._held:
                    self.deadline = self.loop.time() + self._limits.idle_seconds
            elif self._waiting is None:
                raise BadMessage("bytes that nobody asked for")
            else:
                data = self._read_head(data)

    def _read_head(self, data: bytes) -> bytes:
        start = max(0, len(self._head) - 3)
        if self._head:
            data = self._head + data
            self._head = b""
        stop = data.find(b"\r\n\r\n", start)
        if stop < 0 or stop > self._limits.head_bytes:
            if stop >= 0 or len(data) > self._limits.head_bytes:
                raise BadMessage("a head that is too large")
            self._head = data
            return b""
        head = read_answer(data[: stop + 4], most_headers=self._limits.headers)
        rest = data[stop + 4 :]
        if head.status < 200:
            self._interim += 1
            if head.status == 101 or self._interim > self._limits.interim:
                raise BadMessage("an interim answer that was not asked for")
            return rest
        answer = self._answer = Outgoing(self, head, self._limits.buffer)
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        if not head.keep_alive:
            self._whole = False
        if self.verb == "HEAD" or head.status in _BODILESS or head.length == 0:
            self._ended(answer)
        elif head.chunked:
            self._decoder = Chunked()
        elif head.length is not None:
            self._decoder = Counted(head.length)
        else:
            self._decoder = Endless()
        if self._answer is not None:
            self.deadline = self.loop.time() + self._limits.idle_seconds
        return rest

    def _ended(self, answer: Outgoing) -> None:
        """The answer is whole: the connection may serve again, unless the request is not."""
        self._answer = self._decoder = None
        answer.body.finish()
        self.deadline = inf
        Link.release(self)
        if self._sender is not None:
            self._sender.cancel()
            self.abort()
        elif self._drained is not None or not self._whole:
            self.abort()
        else:
            self._pool.give(self)

    def _fail(self, error: WireError) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)
        if self._answer is not None:
            self._answer.body.fail(error)
        if self._sender is not None:
            self._sender.cancel()

    def hold(self) -> None:
        """Stop reading; a peer that may not send is not late."""
        Link.hold(self)
        self.deadline = inf

    def release(self) -> None:
        """Read again; the peer's time runs anew."""
        if self._held and self._answer is not None:
            self.deadline = self.loop.time() + self._limits.idle_seconds
        Link.release(self)

    def late(self) -> None:
        """The peer's time has run out."""
        if self._answer is not None:
            self._fail(TooSlow(f"no more bytes after {self._answer.body.received} of the answer"))
        else:
            self._fail(TooSlow("no answer in time"))
        self.abort()

    async def exchange(
        self,
        verb: str,
        head: bytes,
        body: bytes | AsyncIterator[bytes] | None,
        length: int | None,
        first_byte: float | None,
    ) -> Outgoing:
        """Send one request and wait for the head of its answer."""
        self.verb = verb
        self._interim = 0
        self._whole = True
        waiting = self._waiting = self.loop.create_future()
        try:
            if body is None or isinstance(body, bytes):
                self.deadline = self.loop.time() + first_byte if first_byte is not None else inf
                data = head + body if body else head
                if len(data) <= self._limits.buffer:
                    self.write(data)
                else:
                    await self.write_all(data)
            else:
                self.write(head)
                self._sender = self.loop.create_task(self._send(body, length, first_byte))
            return await waiting
        except BaseException:
            if not waiting.done() or waiting.cancelled():
                self._waiting = None
                self._fail(PeerGone("given up"))
            self.abort()
            raise

    async def _send(self, body: AsyncIterator[bytes], length: int | None, first_byte: float | None) -> None:
        sent = 0
        try:
            async for piece in body:
                if piece:
                    sent += len(piece)
                    if length is not None and sent > length:
                        raise RuntimeError("a stream longer than its told length")
                    await self.write_all(piece if length is not None else chunk(piece))
            if length is None:
                self.write(LAST_CHUNK)
            elif sent != length:
                raise RuntimeError("a stream shorter than its told length")
            if self._answer is None and first_byte is not None:
                self.deadline = self.loop.time() + first_byte
            self._sender = None
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._sender = None
            waiting, self._waiting = self._waiting, None
            if waiting is not None and not waiting.done():
                waiting.set_exception(error)
            elif self._answer is not None:
                self._answer.body.fail(error)
            self.abort()


class _Pool:
    """The connections to one origin."""

    __slots__ = ("client", "count", "idle", "origin", "tls", "waiting")

    def __init__(self, client: Client, origin: Origin, tls: Tls | None) -> None:
        self.client = client
        self.origin = origin
        self.tls = tls
        self.idle: list[_Connection] = []
        self.count = 0
        self.waiting: deque[asyncio.Future[_Connection | None]] = deque()

    async def take(self, connect_seconds: float) -> _Connection:
        """A connection: an idle one, a new one, or the next that comes free."""
        while True:
            while self.idle:
                link = self.idle.pop()
                if not link.lost and link.transport is not None and not link.transport.is_closing():
                    link.deadline = inf
                    return link
            if self.count < self.client.limits.connections:
                return await self._open(connect_seconds)
            turn: asyncio.Future[_Connection | None] = self.client.loop.create_future()
            self.waiting.append(turn)
            try:
                async with asyncio.timeout(connect_seconds):
                    link_or_room = await turn
            except BaseException as error:
                if turn.done() and not turn.cancelled():
                    given = turn.result()
                    if given is not None:
                        self.give(given)
                    else:
                        self._room()
                if isinstance(error, TimeoutError):
                    raise ConnectFailed("every connection to this address is busy") from None
                raise
            if link_or_room is not None and not link_or_room.lost:
                link_or_room.deadline = inf
                return link_or_room

    async def _open(self, connect_seconds: float) -> _Connection:
        self.count += 1
        where, tls = self.origin, self.tls
        link = _Connection(self)
        try:
            async with asyncio.timeout(connect_seconds):
                if where.secure:
                    if tls is None:
                        tls = self.client.usual_tls()
                    await self.client.loop.create_connection(
                        lambda: link,
                        where.host,
                        where.port,
                        ssl=tls.context,
                        server_hostname=tls.server_name or where.host,
                        ssl_handshake_timeout=connect_seconds,
                        ssl_shutdown_timeout=1.0,
                    )
                    if tls.check is not None:
                        tls.check(link.peer_certificate or b"")
                else:
                    await self.client.loop.create_connection(lambda: link, where.host, where.port)
        except BaseException as error:
            if link.transport is None:
                self._less()
            else:
                link.abort()
            if isinstance(error, TimeoutError):
                raise ConnectFailed(
                    f"{where.authority} did not answer within {connect_seconds:g} s"
                ) from error
            if isinstance(error, OSError):
                raise ConnectFailed(f"{where.authority}: {error}") from error
            raise
        return link

    def give(self, link: _Connection) -> None:
        """A connection is free again."""
        link.used = True
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(link)
                return
        link.deadline = self.client.loop.time() + self.client.limits.pool_seconds
        self.idle.append(link)

    def lost(self, link: _Connection) -> None:
        """A connection is gone."""
        self.client.links.discard(link)
        if link in self.idle:
            self.idle.remove(link)
        self._less()

    def _less(self) -> None:
        self.count -= 1
        self._room()

    def _room(self) -> None:
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return


class Client:
    """Sends requests; made inside a running loop, ended by `close`."""

    def __init__(self, *, limits: ClientLimits | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.limits = limits or ClientLimits()
        self.links: set[_Connection] = set()
        self._pools: dict[tuple[Origin, Tls | None], _Pool] = {}
        self._tls: Tls | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._sweeping()

    async def send(
        self,
        url: str,
        verb: str,
        target: str,
        headers: Iterable[tuple[str, str]],
        body: bytes | AsyncIterator[bytes] | None = None,
        *,
        length: int | None = None,
        tls: Tls | None = None,
        connect_seconds: float | None = None,
        first_byte_seconds: float | None = -1.0,
    ) -> Outgoing:
        """Send `verb target` to the origin of `url` and return the answer once its head has come.

        `target` goes out byte for byte. Host is written when `headers` has none; framing headers are the wire's
        own. A stream goes in chunks, or with Content-Length where `length` is given. Times in seconds; the limits'
        own where not told, `first_byte_seconds=None` waits for ever.
        Raises ConnectFailed, PeerGone, TooSlow, BadAnswer, ValueError for what would break the head.
        """
        check_target(verb, target)
        where = origin(url)
        own = "" if any(name.lower() == "host" for name, _ in headers) else f"Host: {where.authority}\r\n"
        if body is not None and not isinstance(body, bytes):
            own += f"Content-Length: {length}\r\n" if length is not None else "Transfer-Encoding: chunked\r\n"
        elif body or verb in _LENGTH_NEEDED:
            own += f"Content-Length: {len(body or b'')}\r\n"
        head = write_head(f"{verb} {target} HTTP/1.1", headers, own)
        pool = self._pools.get((where, tls))
        if pool is None:
            pool = self._pools[where, tls] = _Pool(self, where, tls)
        link = await pool.take(self.limits.connect_seconds if connect_seconds is None else connect_seconds)
        wait = self.limits.first_byte_seconds if first_byte_seconds == -1.0 else first_byte_seconds
        return await link.exchange(verb, head, body, length, wait)

    def usual_tls(self) -> Tls:
        """TLS as the machine's own trusted authorities have it."""
        if self._tls is None:
            self._tls = Tls(ssl.create_default_context())
        return self._tls

    async def close(self) -> None:
        """Cut every connection."""
        if self._sweep is not None:
            self._sweep.cancel()
        for link in list(self.links):
            link.abort()
        while self.links:
            await asyncio.sleep(0)

    def _sweeping(self) -> None:
        now = self.loop.time()
        for link in list(self.links):
            if now > link.deadline or now > link.write_deadline:
                link.overdue(now)
        limits = self.limits
        shortest = min(limits.first_byte_seconds or 1.0, limits.idle_seconds, limits.pool_seconds, 4.0)
        self._sweep = self.loop.call_later(max(0.01, shortest / 4), self._sweeping)
