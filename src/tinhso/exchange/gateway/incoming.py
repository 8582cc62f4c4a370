"""One request at the gateway's server, and the way to answer it."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable

from tinhso.exchange.gateway.bodies import LAST_CHUNK, chunk
from tinhso.exchange.gateway.flowing import Content, Headers, Inbox, Limits, Link, TooLarge
from tinhso.exchange.gateway.heads import RequestHead, told_length, write_head

_BODILESS = frozenset({204, 304})


class Peer(Link, ABC):
    """A connection to the server: who is there, and whether it stays after the present answer."""

    __slots__ = ("limits", "peer_address", "peer_certificate", "secure", "stay")

    def __init__(self, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        super().__init__(loop, limits.idle_seconds)
        self.limits = limits
        self.peer_address = ""
        self.peer_certificate: bytes | None = None
        self.secure = False
        self.stay = True

    @property
    @abstractmethod
    def stopping(self) -> bool:
        """Whether the server takes no more requests."""


class Incoming:
    """One request: its head, its body as it comes, who sent it; `await answer(…)` exactly once."""

    __slots__ = ("_connection", "_head", "answered", "body", "headers", "length", "target", "verb")

    def __init__(self, connection: Peer, head: RequestHead) -> None:
        self._connection = connection
        self._head = head
        self.verb = head.verb
        self.target = head.target
        self.headers: Headers = head.headers
        self.length: int | None = None if head.chunked else head.length
        self.body = Inbox(connection, connection.limits.held_bytes)
        self.answered = False

    @property
    def peer_certificate(self) -> bytes | None:
        """DER of the certificate that the peer showed, if TLS asked for one."""
        return self._connection.peer_certificate

    @property
    def peer_address(self) -> str:
        """Where the connection came from."""
        return self._connection.peer_address

    @property
    def secure(self) -> bool:
        """Whether the connection is TLS."""
        return self._connection.secure

    @property
    def gone(self) -> bool:
        """Whether the connection is cut."""
        return self._connection.lost

    @property
    def expects(self) -> bool:
        """Whether the peer waits for 100 (Continue), which the first reading of the body sends."""
        return self._head.expects

    async def read(self, most: int) -> bytes:
        """The whole body. Raises TooLarge above `most` bytes, Cut, TooSlow."""
        if self.length is not None and self.length > most:
            raise TooLarge(f"a body above {most} bytes")
        return await self.body.read(most)

    async def answer(
        self, status: int, reason: str, headers: Iterable[tuple[str, str]], body: Content = b""
    ) -> None:
        """Answer, and wait until the peer takes it.

        A stream goes in chunks, or with Content-Length where `headers` tell it; other framing headers are
        left out, since the wire writes its own. HEAD, 204 and 304 get no body.
        Raises Cut, TooSlow; ValueError for a header that would break the head and a stream not as long as
        told; RuntimeError when asked twice.
        """
        if self.answered:
            raise RuntimeError("a request is answered once")
        connection, head = self._connection, self._head
        bodiless = head.verb == "HEAD" or status in _BODILESS
        stay = head.keep_alive and not connection.stopping and self.body.done
        whole = isinstance(body, bytes)
        length = len(body) if isinstance(body, bytes) else told_length(headers)
        if head.verb == "HEAD" and not length:
            length = told_length(headers)
        chunks = not whole and length is None
        if status in _BODILESS or (bodiless and length is None):
            own = ""
        elif not chunks:
            own = f"Content-Length: {length}\r\n"
        elif head.modern:
            own = "Transfer-Encoding: chunked\r\n"
        else:
            own, stay, chunks = "", False, False
        if not stay:
            own += "Connection: close\r\n"
        first = write_head(f"HTTP/1.1 {status} {reason}", headers, own)
        self.answered = True
        connection.stay = stay
        if bodiless:
            await connection.write_all(first)
        elif isinstance(body, bytes):
            await connection.write_all(first + body if body else first)
        else:
            await connection.write_all(first)
            await self._stream(body, length, chunks)

    async def _stream(self, body: AsyncIterator[bytes], length: int | None, chunks: bool) -> None:
        connection = self._connection
        sent = 0
        try:
            async for piece in body:
                if piece:
                    sent += len(piece)
                    if length is not None and sent > length:
                        break
                    await connection.write_all(chunk(piece) if chunks else piece)
            if length is not None and sent != length:
                raise ValueError(f"a body of {length} bytes was told, not one of {sent}")
            if chunks:
                await connection.write_all(LAST_CHUNK)
        except BaseException:
            connection.abort()
            raise
