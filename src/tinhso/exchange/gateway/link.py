"""What server and client connections share: a transport with back-pressure, deadlines, and the body being read."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from math import inf

from tinhso.exchange.gateway.limits import PeerGone, TooLarge, TooSlow, WireError

SLICE = 1 << 18


class Link(asyncio.Protocol):
    """One connection: back-pressure both ways and two deadlines (loop time) that a sweep compares."""

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
        """Hand bytes to the transport; raises PeerGone."""
        if self.lost or self.transport is None or self.transport.is_closing():
            raise PeerGone("the connection is closed")
        self.transport.write(data)

    async def drain(self) -> None:
        """Wait until the peer has taken most of what was written; raises PeerGone, TooSlow."""
        if self._drained is not None:
            await asyncio.shield(self._drained)
        if self.lost:
            raise PeerGone("the connection is closed")

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

    def abort(self, why: WireError | None = None) -> None:
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
            waiting.set_exception(PeerGone(str(error) if error else "the peer closed the connection"))
            waiting.exception()

    def overdue(self, now: float) -> None:
        """Called by the sweep: a deadline has passed."""
        if now > self.write_deadline:
            self.abort(TooSlow("the peer does not read what it is sent"))
        elif now > self.deadline:
            self.late()

    def late(self) -> None:
        """The reading deadline has passed."""
        raise NotImplementedError

    def asked(self) -> None:
        """Somebody waits for the body that is on its way in."""

    def certificate(self) -> bytes | None:
        """The peer's TLS certificate in DER, None without TLS or without one."""
        holder = self.transport.get_extra_info("ssl_object") if self.transport is not None else None
        return holder.getpeercert(binary_form=True) if isinstance(holder, ssl.SSLObject) else None


class Inbox:
    """A body on its way in: pieces held up to a bound, then the peer waits. Iterate once; pieces are never empty."""

    __slots__ = ("_bound", "_error", "_link", "_pieces", "_size", "_waiter", "done", "received", "wanted")

    def __init__(self, link: Link | None, bound: int) -> None:
        self._link = link
        self._bound = bound
        self._pieces: deque[bytes] = deque()
        self._size = 0
        self._error: Exception | None = None
        self._waiter: asyncio.Future[None] | None = None
        self.done = False
        self.received = 0
        self.wanted = False

    def push(self, piece: bytes) -> None:
        """Take a piece from the wire."""
        if piece:
            self._pieces.append(piece)
            self._size += len(piece)
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
        self._bound = 1 << 62
        if self._link is not None:
            self._link.release()

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
            if not self.wanted:
                self.wanted = True
                if self._link is not None:
                    self._link.asked()
            waiter = self._waiter = asyncio.get_running_loop().create_future()
            try:
                await waiter
            finally:
                self._waiter = None
        piece = self._pieces.popleft()
        self._size -= len(piece)
        if self._link is not None and self._size <= self._bound // 2:
            self._link.release()
        return piece

    async def read(self, most: int) -> bytes:
        """The whole body; raises TooLarge above `most` bytes, PeerGone, TooSlow."""
        pieces: list[bytes] = []
        size = 0
        async for piece in self:
            size += len(piece)
            if size > most:
                raise TooLarge(f"a body above {most} bytes")
            pieces.append(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
