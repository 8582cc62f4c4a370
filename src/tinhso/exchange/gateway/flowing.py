"""What both ends of a connection share: limits, back-pressure both ways, deadlines, a body on its way in."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from math import inf
from typing import Final, cast

Headers = list[tuple[str, str]]
Content = bytes | AsyncIterator[bytes]

SLICE: Final = 1 << 18
"""Bytes handed to the transport at a time."""
PIECE: Final = 64
"""What a piece weighs beside its bytes: many small ones are held no longer than few large ones."""


class Cut(ConnectionError):
    """The peer ended, stalled or broke the rules before all was said."""


class TooSlow(Cut):
    """The peer did not send or take bytes in time."""


class TooLarge(Cut):
    """A body is larger than its reader allows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much and how long is borne from one peer; sizes in bytes, times in seconds."""

    head_bytes: int = 64 * 1024
    header_count: int = 200
    head_seconds: float = 10.0
    """From the first byte of a head to its end: whoever drips one is cut."""
    idle_seconds: float = 30.0
    """In which a body must bring `idle_bytes` or its end, and a full way out must drain."""
    idle_bytes: int = 4 * 1024
    keep_seconds: float = 75.0
    """Between two messages on one connection, at the server."""
    connections: int = 5_000
    """At the server (§14.1)."""
    handshake_seconds: float = 10.0
    linger_seconds: float = 2.0
    """For the peer to read an answer given before its request was whole."""
    linger_bytes: int = 1024 * 1024
    held_bytes: int = 256 * 1024
    """Of a body that nobody has read yet; then the peer waits."""
    held_seconds: float = 300.0
    """For an answer's reader to read on; then the connection is cut."""
    connect_seconds: float = 10.0
    answer_seconds: float = 60.0
    """From the last byte of a question to the head of its answer."""
    pool_seconds: float = 20.0
    """An unused connection of the client is closed: below the keep-alive of any server."""
    age_seconds: float = 300.0
    """A connection of the client serves no longer: certificates change."""
    per_origin: int = 256
    """Connections of the client to one address."""
    interim: int = 16
    """Interim answers (1xx) borne before the real one."""


class Link(asyncio.Protocol):
    """One connection: back-pressure both ways, and two deadlines (loop time) that a sweep compares."""

    __slots__ = (
        "_drained",
        "_held",
        "deadline",
        "loop",
        "lost",
        "transport",
        "write_deadline",
        "write_seconds",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, write_seconds: float) -> None:
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self.lost = False
        self.deadline = inf
        self.write_deadline = inf
        self.write_seconds = write_seconds
        self._drained: asyncio.Future[None] | None = None
        self._held = False

    def pause_writing(self) -> None:
        """The peer reads slower than we write."""
        if self._drained is None:
            self._drained = self.loop.create_future()
            self.write_deadline = self.loop.time() + self.write_seconds

    def resume_writing(self) -> None:
        """The peer has read on."""
        waiting, self._drained = self._drained, None
        self.write_deadline = inf
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    def hold(self) -> None:
        """Stop reading from the peer."""
        if not self._held and self.transport is not None and not self.lost:
            self._held = True
            self.transport.pause_reading()

    def release(self) -> None:
        """Read from the peer again."""
        if self._held:
            self._held = False
            if self.transport is not None and not self.lost and not self.transport.is_closing():
                self.transport.resume_reading()

    def write(self, data: bytes) -> None:
        """Hand bytes to the transport; raises Cut."""
        if self.lost or self.transport is None or self.transport.is_closing():
            raise Cut("the connection is closed")
        self.transport.write(data)

    async def drain(self) -> None:
        """Wait until the peer has taken most of what was written; raises Cut, TooSlow."""
        if self._drained is not None:
            await asyncio.shield(self._drained)
        if self.lost:
            raise Cut("the connection is closed")

    async def write_all(self, data: bytes) -> None:
        """Write in slices, waiting for the peer between them."""
        if len(data) <= SLICE:
            self.write(data)
            if self._drained is not None:
                await self.drain()
            return
        view = memoryview(data)
        for at in range(0, len(data), SLICE):
            self.write(bytes(view[at : at + SLICE]))
            if self._drained is not None:
                await self.drain()

    def abort(self, why: Cut | None = None) -> None:
        """Cut the connection at once; who waits to write learns `why`."""
        waiting = self._drained
        if why is not None and waiting is not None and not waiting.done():
            waiting.set_exception(why)
            waiting.exception()
        if self.transport is not None and not self.lost:
            self.transport.abort()

    def close(self) -> None:
        """Close after what was written has gone out."""
        if self.transport is not None and not self.lost:
            self.transport.close()

    def fell(self, error: Exception | None) -> None:
        """Note that the connection is gone."""
        self.lost = True
        self.deadline = self.write_deadline = inf
        waiting, self._drained = self._drained, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(Cut(str(error) if error else "the peer closed the connection"))
            waiting.exception()

    def overdue(self, now: float) -> None:
        """Called by the sweep: a deadline has passed."""
        if now > self.write_deadline:
            self.abort(TooSlow("the peer does not read what it is sent"))
        elif now > self.deadline:
            self.late()

    def late(self) -> None:
        """The reading deadline has passed."""
        self.abort(TooSlow("the peer sends nothing for too long"))

    def asked(self) -> None:
        """Somebody waits for the body that is on its way in."""

    def certificate(self) -> bytes | None:
        """The peer's TLS certificate in DER, None without TLS or without one."""
        tls = self.transport.get_extra_info("ssl_object") if self.transport is not None else None
        return cast(ssl.SSLObject, tls).getpeercert(binary_form=True) if tls is not None else None


class Inbox:
    """A body on its way in, held up to a bound, then the peer waits. One reader; pieces are never empty."""

    __slots__ = ("_asked", "_bound", "_error", "_link", "_pieces", "_size", "_waiter", "done", "received")

    def __init__(self, link: Link | None, bound: int) -> None:
        self._link = link
        self._bound = bound
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.done = False
        self.received = 0
        self._asked = False

    def push(self, piece: bytes) -> None:
        """Take a piece from the wire."""
        if piece:
            self._pieces.append(piece)
            self._size += len(piece) + PIECE
            self.received += len(piece)
            if self._size > self._bound and self._link is not None:
                self._link.hold()
            self._wake()

    def finish(self) -> None:
        """The body is whole."""
        self.done = True
        self._link = None
        self._wake()

    def fail(self, error: Exception) -> None:
        """The body will never be whole; what came before can still be read."""
        if not self.done and self._error is None:
            self._error = error
            self._link = None
            self._wake()

    def drop(self) -> None:
        """Forget what nobody will read."""
        self._pieces.clear()
        self._size = 0

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    def __aiter__(self) -> Inbox:
        return self

    async def __anext__(self) -> bytes:
        while not self._pieces:
            if self.done:
                raise StopAsyncIteration
            if self._error is not None:
                raise self._error
            if not self._asked:
                self._asked = True
                if self._link is not None:
                    self._link.asked()
            waiter = self._waiter = asyncio.get_running_loop().create_future()
            try:
                await waiter
            finally:
                self._waiter = None
        piece = self._pieces.popleft()
        self._size -= len(piece) + PIECE
        if self._link is not None and self._size <= self._bound // 2:
            self._link.release()
        return piece

    async def read(self, most: int) -> bytes:
        """The whole body; raises TooLarge above `most` bytes, Cut, TooSlow."""
        pieces: list[bytes] = []
        size = 0
        async for piece in self:
            size += len(piece)
            if size > most:
                raise TooLarge(f"a body above {most} bytes")
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
