"""What both ends of a connection share: limits, a body that arrives, a peer that takes its time to read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Final

Headers = list[tuple[str, str]]
Content = bytes | AsyncIterator[bytes]

HELD_BYTES: Final = 256 * 1024
"""Of a body that nobody has read yet; then the peer waits."""
NO_BODY: Final = frozenset({204, 304})


class Cut(ConnectionError):
    """The peer ended, stalled or broke the rules before all was said."""


class TooSlow(Cut):
    """The peer did not send or take anything for too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much and how long is borne from one peer; sizes in bytes, times in seconds."""

    head_bytes: int = 32 * 1024
    header_count: int = 128
    head_seconds: float = 10.0
    """From the first byte of a head to its end: whoever drips one is cut."""
    idle_seconds: float = 30.0
    """Between two pieces of a body, either way."""
    keep_seconds: float = 75.0
    """Between two messages on one connection."""
    connections: int = 5_000
    connect_seconds: float = 10.0
    answer_seconds: float = 60.0
    """From the last byte of a question to the head of its answer."""


class Body:
    """The bytes of a message as they come; reading them lets the peer go on. One reader only."""

    __slots__ = (
        "_before",
        "_ended",
        "_fault",
        "_held",
        "_idle",
        "_pause",
        "_paused",
        "_pieces",
        "_resume",
        "_waiter",
        "received",
    )

    def __init__(self, *, pause: Callable[[], None], resume: Callable[[], None], idle_seconds: float) -> None:
        self._pieces: deque[bytes] = deque()
        self._held = self.received = 0
        self._ended = self._paused = False
        self._fault: Cut | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._pause, self._resume, self._idle = pause, resume, idle_seconds
        self._before: Callable[[], None] | None = None

    @property
    def ended(self) -> bool:
        """Whether everything has come, read or not."""
        return self._ended

    def on_first_read(self, told: Callable[[], None]) -> None:
        """Call `told` when somebody begins to wait for bytes (100-continue)."""
        self._before = told

    def feed(self, data: bytes) -> None:
        """More has come."""
        self._pieces.append(data)
        self._held += len(data)
        self.received += len(data)
        if self._held > HELD_BYTES and not self._paused:
            self._paused = True
            self._pause()
        self._wake()

    def end(self) -> None:
        """All has come."""
        self._ended = True
        self._wake()

    def fail(self, fault: Cut) -> None:
        """No more will come."""
        if not self._ended and self._fault is None:
            self._fault = fault
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        while not self._pieces:
            if self._ended:
                raise StopAsyncIteration
            if self._fault is not None:
                raise self._fault
            await self._more()
        piece = self._pieces.popleft()
        self._held -= len(piece)
        if self._paused and self._held <= HELD_BYTES // 2:
            self._paused = False
            self._resume()
        return piece

    async def _more(self) -> None:
        if self._before is not None:
            self._before()
            self._before = None
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = loop.call_later(self._idle, self.fail, TooSlow("no byte of the body came for too long"))
        try:
            await self._waiter
        finally:
            timer.cancel()
            self._waiter = None

    async def read(self) -> bytes:
        """All of it at once: for short bodies only. Raises Cut."""
        return b"".join([piece async for piece in self])


class Writing:
    """The way out of a connection: waits while the peer does not read, gives up when it never does."""

    __slots__ = ("_free", "_idle", "_transport")

    def __init__(self, transport: asyncio.Transport, *, idle_seconds: float) -> None:
        self._transport, self._idle = transport, idle_seconds
        self._free: asyncio.Future[None] | None = None

    def pause(self) -> None:
        """The peer's side is full."""
        if self._free is None:
            self._free = asyncio.get_running_loop().create_future()

    def resume(self) -> None:
        """The peer reads again."""
        if self._free is not None and not self._free.done():
            self._free.set_result(None)
        self._free = None

    def lost(self) -> None:
        """The connection is gone."""
        if self._free is not None and not self._free.done():
            self._free.set_exception(Cut("the peer went away while it was written to"))
            self._free.exception()

    def write(self, data: bytes) -> None:
        """Send. Raises Cut when the connection is gone."""
        if self._transport.is_closing():
            raise Cut("the peer went away")
        self._transport.write(data)

    async def drained(self) -> None:
        """Wait until the peer takes more. Raises Cut."""
        if self._free is not None:
            try:
                await asyncio.wait_for(asyncio.shield(self._free), self._idle)
            except TimeoutError:
                self._transport.abort()
                raise TooSlow("the peer does not read") from None

    async def send(self, body: AsyncIterator[bytes], *, length: int | None) -> None:
        """A body of known length, or in chunks. Raises Cut; ValueError when the length was a lie."""
        sent = 0
        async for piece in body:
            if not piece:
                continue
            sent += len(piece)
            if length is None:
                self.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            elif sent <= length:
                self.write(piece)
            await self.drained()
        if length is None:
            self.write(b"0\r\n\r\n")
        elif sent != length:
            raise ValueError(f"a body of {length} bytes was announced, {sent} came")


def length_of(headers: Headers) -> int | None:
    """What Content-Length says, if it is there."""
    for name, value in headers:
        if name.lower() == "content-length":
            return int(value)
    return None


def head_bytes(first: str, headers: Headers) -> bytes:
    """A head as it goes out. Raises ValueError for a line break or NUL inside it: nobody may add headers so."""
    text = first + "\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers) + "\r\n"
    if text.count("\r") != len(headers) + 2 or text.count("\n") != len(headers) + 2 or "\0" in text:
        raise ValueError("a line break inside a header")
    return text.encode("utf-8", "surrogateescape")
