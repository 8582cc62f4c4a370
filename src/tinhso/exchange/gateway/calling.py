"""One connection of the gateway's client: a request out, its answer in, both as streams."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from math import inf
from typing import Self, cast

from tinhso.exchange.gateway.bodies import LAST_CHUNK, Body, Chunked, Counted, Endless, chunk
from tinhso.exchange.gateway.flowing import SLICE, Content, Cut, Headers, Inbox, Limits, Link
from tinhso.exchange.gateway.heads import AnswerHead, BadMessage, read_answer

_BODILESS = frozenset({204, 304})


class Failed(Cut):
    """No whole answer came: cut, late, or not HTTP/1.1 as this gateway accepts it."""


class CannotConnect(Failed):
    """Nothing was sent: name, address, TLS, or time ran out. The cause is chained."""


class Late(Failed):
    """The peer did not send or take bytes in time."""


class Outgoing:
    """An answer: its head, its body as it comes. Read the body to its end, or `close()`."""

    __slots__ = ("_link", "body", "headers", "length", "peer_certificate", "reason", "status")

    def __init__(self, link: Call, head: AnswerHead, bound: int) -> None:
        self._link: Call | None = link
        self.status = head.status
        self.reason = head.reason
        self.headers: Headers = head.headers
        self.length = None if head.chunked else head.length
        self.peer_certificate = link.peer_certificate
        self.body = Inbox(link, bound)

    async def read(self, most: int) -> bytes:
        """The whole body. Raises TooLarge above `most` bytes (the connection is cut), Failed."""
        try:
            return await self.body.read(most)
        finally:
            await self.close()

    async def close(self) -> None:
        """Let the connection go: cut it if the answer is not whole."""
        if not self.body.done and self._link is not None:
            self._link.abort()
        self._link = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


class Call(Link):
    """A connection that carries one exchange at a time; `free` is called when it may carry another."""

    __slots__ = (
        "_answer",
        "_decoder",
        "_free",
        "_gone",
        "_head",
        "_interim",
        "_limits",
        "_sender",
        "_stays",
        "_verb",
        "_waiting",
        "born",
        "peer_certificate",
        "used",
    )

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        limits: Limits,
        *,
        free: Callable[[Call], None],
        gone: Callable[[Call], None],
    ) -> None:
        super().__init__(loop, limits.idle_seconds)
        self._free = free
        self._gone = gone
        self._limits = limits
        self.born = loop.time()
        self.peer_certificate: bytes | None = None
        self.used = False
        self._verb = ""
        self._head = b""
        self._interim = 0
        self._stays = True
        self._decoder: Body | None = None
        self._waiting: asyncio.Future[Outgoing] | None = None
        self._answer: Outgoing | None = None
        self._sender: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected, TLS spoken."""
        self.transport = cast(asyncio.Transport, transport)
        self.peer_certificate = self.certificate()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is gone."""
        self.fell(exc)
        if isinstance(self._decoder, Endless) and exc is None and self._answer is not None:
            self._answer.body.finish()
        self._fail(Failed(self._where(str(exc) if exc else "the peer closed the connection")))
        self._gone(self)

    def data_received(self, data: bytes) -> None:
        """Bytes have come."""
        try:
            while data:
                data = self._take(data)
        except BadMessage as bad:
            self._fail(Failed(f"not an answer: {bad.why}"))
            self.abort()

    @property
    def usable(self) -> bool:
        """Whether another request may go out here."""
        return not self.lost and self.transport is not None and not self.transport.is_closing()

    async def exchange(
        self, verb: str, head: bytes, body: Content, length: int | None, wait: float
    ) -> Outgoing:
        """Send one request; the answer once its head has come, within `wait` seconds after the request's end.

        Raises Failed, Late; what `body` raises, unchanged; ValueError for a body that is not as long as told.
        """
        self._verb = verb
        self._interim = 0
        self._stays = True
        waiting: asyncio.Future[Outgoing] = self.loop.create_future()
        self._waiting = waiting
        try:
            if isinstance(body, bytes) and len(body) <= SLICE:
                self.deadline = self.loop.time() + wait
                self.write(head + body if body else head)
            else:
                pieces = _slices(body) if isinstance(body, bytes) else body
                told = len(body) if isinstance(body, bytes) else length
                self.deadline = inf
                self._sender = self.loop.create_task(self._send(head, pieces, told, wait))
            return await waiting
        except Cut as cut:
            self._waiting = None
            self.abort()
            if isinstance(cut, Failed) or waiting.done():
                raise
            raise Failed(self._where(str(cut))) from cut
        except BaseException:
            self._waiting = None
            self._stop_sending()
            self.abort()
            raise

    async def _send(self, head: bytes, body: AsyncIterator[bytes], length: int | None, wait: float) -> None:
        sent = 0
        try:
            self.write(head)
            while True:
                try:
                    piece = await anext(body, None)
                    if piece is None and length is not None and sent != length:
                        raise ValueError(f"a body of {length} bytes was told, not one of {sent}")
                    sent += len(piece or b"")
                    if length is not None and sent > length:
                        raise ValueError(f"a body of {length} bytes was told, not one of {sent} or more")
                except Exception as error:
                    self._give_up(error)
                    return
                if piece is None:
                    break
                if piece:
                    await self.write_all(piece if length is not None else chunk(piece))
            if length is None:
                await self.write_all(LAST_CHUNK)
            if self._answer is None:
                self.deadline = self.loop.time() + wait
            self._sender = None
        except Cut as cut:
            self._sender = None
            self._fail(Failed(self._where(str(cut))))
            self.abort()
        finally:
            if isinstance(body, AsyncGenerator):
                await body.aclose()

    def _give_up(self, error: Exception) -> None:
        """The caller's own body failed: its error goes to the caller."""
        self._sender = None
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)
        elif self._answer is not None:
            self._answer.body.fail(error)
        self.abort()

    def _take(self, data: bytes) -> bytes:
        answer, decoder = self._answer, self._decoder
        if answer is not None and decoder is not None:
            mine, data = decoder.feed(data)
            answer.body.push(mine)
            if decoder.done:
                self._ended(answer)
            elif not self._held:
                self.deadline = self.loop.time() + self._limits.idle_seconds
            return data
        if self._waiting is None:
            raise BadMessage("bytes that nobody asked for")
        return self._take_head(data)

    def _take_head(self, data: bytes) -> bytes:
        limits, began = self._limits, self._head
        if began:
            data = began + data
            self._head = b""
        stop = data.find(b"\r\n\r\n", max(0, len(began) - 3))
        if stop > limits.head_bytes or (stop < 0 and len(data) > limits.head_bytes):
            raise BadMessage("a head that is too large")
        if stop < 0:
            self._head = data
            return b""
        head = read_answer(data[: stop + 4], most_headers=limits.header_count)
        if head.status < 200:
            self._interim += 1
            if head.status == 101 or self._interim > limits.interim:
                raise BadMessage("an interim answer that was not asked for")
        else:
            self._begin(head)
        return data[stop + 4 :]

    def _begin(self, head: AnswerHead) -> None:
        answer = self._answer = Outgoing(self, head, self._limits.held_bytes)
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)
        self._stays = head.keep_alive
        if self._verb == "HEAD" or head.status in _BODILESS or head.length == 0:
            self._ended(answer)
            return
        if head.chunked:
            self._decoder = Chunked()
        elif head.length is not None:
            self._decoder = Counted(head.length)
        else:
            self._stays = False
            self._decoder = Endless()
        self.deadline = self.loop.time() + self._limits.idle_seconds

    def _ended(self, answer: Outgoing) -> None:
        """The answer is whole: the connection may serve again, unless the request is not whole."""
        self._answer = self._decoder = None
        answer.body.finish()
        self.deadline = inf
        Link.release(self)
        if self._sender is not None or self._drained is not None or not self._stays:
            self._stop_sending()
            self.abort()
        else:
            self.used = True
            self._free(self)

    def _stop_sending(self) -> None:
        sender, self._sender = self._sender, None
        if sender is not None:
            sender.cancel()

    def _fail(self, error: Failed) -> None:
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            waiting.set_exception(error)
        if self._answer is not None:
            self._answer.body.fail(error)
        self._stop_sending()

    def _where(self, why: str) -> str:
        if self._answer is not None:
            return f"{why}, after {self._answer.body.received} bytes of the answer"
        return f"{why}, before the answer{' (on a connection used before)' if self.used else ''}"

    def hold(self) -> None:
        """Stop reading; now the answer's reader has time."""
        Link.hold(self)
        self.deadline = self.loop.time() + self._limits.held_seconds

    def release(self) -> None:
        """Read on; the peer's time runs anew."""
        if self._held and self._answer is not None:
            self.deadline = self.loop.time() + self._limits.idle_seconds
        Link.release(self)

    def overdue(self, now: float) -> None:
        """A time has run out."""
        if now > self.write_deadline:
            self._fail(Late("the peer does not read what it is sent"))
        elif self._answer is None:
            self._fail(Late("no answer in time"))
        elif self._held:
            self._fail(Late("nobody read the answer"))
        else:
            self._fail(Late(f"no more came after {self._answer.body.received} bytes of the answer"))
        self.abort()


async def _slices(body: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(body), SLICE):
        yield body[at : at + SLICE]
