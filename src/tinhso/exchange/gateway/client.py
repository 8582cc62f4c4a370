"""The gateway's HTTP/1.1 client: pooled connections, TLS, raw heads, streams both ways, a time per stage.

Nothing is followed, decoded or repeated: a redirect is an answer, a failed exchange an error (exchange
protocol §1.2, §14.3). An answer must be read to its end or closed, else it is cut after `held_seconds`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from tinhso.exchange.gateway.calling import Call, CannotConnect, Failed, Late, Outgoing
from tinhso.exchange.gateway.flowing import Content, Limits
from tinhso.exchange.gateway.heads import check_target, told_length, write_head

__all__ = ["CannotConnect", "Client", "Failed", "Late", "Outgoing"]

Check = Callable[[bytes | None], Awaitable[None]]
_LENGTH_NEEDED = frozenset({"POST", "PUT", "PATCH"})


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a connection goes."""

    secure: bool
    host: str
    port: int
    authority: str


@lru_cache(maxsize=4_096)
def origin_of(url: str) -> Origin:
    """The origin of `http://host[:port]` or `https://…`; a path is left aside. Raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        raise ValueError(f"not an address to call: {url[:200]!r}")
    usual = 443 if parts.scheme == "https" else 80
    port = parts.port or usual
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    authority = host if port == usual else f"{host}:{port}"
    return Origin(parts.scheme == "https", parts.hostname, port, authority)


class _Pool:
    """The connections to one origin."""

    __slots__ = ("_client", "_count", "_idle", "_origin", "_waiting")

    def __init__(self, client: Client, origin: Origin) -> None:
        self._client = client
        self._origin = origin
        self._idle: list[Call] = []
        self._count = 0
        self._waiting: deque[asyncio.Future[Call | None]] = deque()

    async def take(self) -> Call:
        """A connection: an idle one, a new one, or the next that comes free. Raises CannotConnect."""
        client = self._client
        while True:
            while self._idle:
                call = self._idle.pop()
                if call.usable:
                    return call
            if self._count < client.limits.per_origin:
                return await self._open()
            given = await self._turn()
            if given is not None and given.usable:
                return given

    async def _turn(self) -> Call | None:
        turn: asyncio.Future[Call | None] = self._client.loop.create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(self._client.limits.connect_seconds):
                return await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                given = turn.result()
                if given is None:
                    self._room()
                else:
                    self.free(given)
            if isinstance(error, TimeoutError):
                raise CannotConnect(f"all connections to {self._origin.authority} are busy") from error
            raise

    async def _open(self) -> Call:
        client, origin = self._client, self._origin
        call = Call(client.loop, client.limits, free=self.free, gone=self.gone)
        more: dict[str, Any] = {}
        seconds = client.limits.connect_seconds
        if origin.secure:
            more = {
                "ssl": client.tls,
                "server_hostname": origin.host,
                "ssl_handshake_timeout": seconds,
                "ssl_shutdown_timeout": client.limits.linger_seconds,
            }
        self._count += 1
        try:
            async with asyncio.timeout(seconds):
                await client.loop.create_connection(lambda: call, origin.host, origin.port, **more)
        except BaseException as error:
            if call.transport is None:
                self._fewer()
            else:
                call.abort()
            if isinstance(error, TimeoutError):
                raise CannotConnect(f"{origin.authority} did not answer within {seconds:g} s") from error
            if isinstance(error, OSError):
                raise CannotConnect(f"{origin.authority}: {error}") from error
            raise
        if not call.lost:
            client.calls.add(call)
        return call

    def free(self, call: Call) -> None:
        """A connection has carried its exchange."""
        now = self._client.loop.time()
        if now - call.born > self._client.limits.age_seconds:
            call.close()
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(call)
                return
        call.deadline = now + self._client.limits.pool_seconds
        self._idle.append(call)

    def gone(self, call: Call) -> None:
        """A connection is lost."""
        self._client.calls.discard(call)
        if call in self._idle:
            self._idle.remove(call)
        self._fewer()

    def _fewer(self) -> None:
        self._count -= 1
        self._room()
        if not self._count and not self._waiting:
            self._client.forget(self._origin)

    def _room(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return


class Client:
    """Sends requests; `tls` is for https, the machine's own trusted authorities when None."""

    def __init__(self, *, limits: Limits | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.limits = limits or Limits()
        self.tls = tls or ssl.create_default_context()
        self.loop: asyncio.AbstractEventLoop
        self.calls: set[Call] = set()
        self._pools: dict[Origin, _Pool] = {}
        self._sweep: asyncio.TimerHandle | None = None

    async def send(
        self,
        url: str,
        verb: str,
        target: str,
        headers: Sequence[tuple[str, str]],
        body: Content = b"",
        *,
        check: Check | None = None,
        answer_seconds: float | None = None,
    ) -> Outgoing:
        """Send `verb target` to the origin of `url`; the answer once its head has come.

        `target` and `headers` go out byte for byte; Host is written when `headers` have none. A stream goes
        in chunks, or with Content-Length where `headers` tell it; other framing headers are left out. `check`
        is given the peer's certificate (DER) each time before anything is sent, and refuses by raising.
        `answer_seconds` count from the request's last byte, the limits' own when None.
        Raises CannotConnect, Failed, Late; ValueError for what would break the head; and what `check` or
        `body` raise.
        """
        if self._sweep is None:
            self.loop = asyncio.get_running_loop()
            self._sweeping()
        check_target(verb, target)
        origin = origin_of(url)
        own = "" if any(name.lower() == "host" for name, _ in headers) else f"Host: {origin.authority}\r\n"
        length = len(body) if isinstance(body, bytes) else told_length(headers)
        if length is None:
            own += "Transfer-Encoding: chunked\r\n"
        elif length or verb in _LENGTH_NEEDED:
            own += f"Content-Length: {length}\r\n"
        head = write_head(f"{verb} {target} HTTP/1.1", headers, own)
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = _Pool(self, origin)
        call = await pool.take()
        if check is not None:
            try:
                await check(call.peer_certificate)
            except BaseException:
                call.abort()
                raise
        wait = self.limits.answer_seconds if answer_seconds is None else answer_seconds
        return await call.exchange(verb, head, body, length, wait)

    def forget(self, origin: Origin) -> None:
        """Nothing is connected there any more."""
        self._pools.pop(origin, None)

    async def close(self) -> None:
        """Cut every connection."""
        for call in tuple(self.calls):
            call.abort()
        while self.calls:
            await asyncio.sleep(0.001)
        if self._sweep is not None:
            self._sweep.cancel()

    def _sweeping(self) -> None:
        now = self.loop.time()
        for call in tuple(self.calls):
            if now > call.deadline or now > call.write_deadline:
                call.overdue(now)
        limits = self.limits
        shortest = min(limits.answer_seconds, limits.idle_seconds, limits.pool_seconds, 4.0)
        self._sweep = self.loop.call_later(shortest / 4, self._sweeping)
