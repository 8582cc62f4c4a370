"""The load: kept connections on one loop, lean; as fast as answers come, or at a fixed rate.

Reads what to do as JSON and prints what it measured as JSON. At a fixed rate a time counts from when the
request was due, so that a stalled server is not spared the requests that it kept from being sent.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import uvloop

from tinhso.exchange.gateway.bodies import Body, Chunked, Counted
from tinhso.exchange.gateway.heads import read_answer


@dataclass(slots=True)
class Task:
    """What to ask: `rate` 0 is as fast as answers come; with `count` until so many have come."""

    port: int
    target: str
    headers: list[tuple[str, str]]
    size: int
    connections: int
    seconds: float
    rate: float = 0.0
    count: int = 0
    warm: float = 1.0

    @property
    def request(self) -> bytes:
        """The bytes of one request."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        return f"GET {self.target} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{lines}\r\n".encode()


class Faulty(Exception):
    """An answer that is not the one wanted."""


class Asker(asyncio.Protocol):
    """One connection: a request, its answer, the next."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self._due = 0.0
        self._head = b""
        self._body: Body | None = None
        self._size = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        self.transport = cast(asyncio.Transport, transport)
        self.load.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The server left."""
        self.load.fail(Faulty(f"the connection was lost: {exc}"))

    def ask(self, due: float) -> None:
        """Send one request, due at that time."""
        self._due = due
        self.transport.write(self.load.request)

    def data_received(self, data: bytes) -> None:
        """A piece of the answer."""
        if self._body is None:
            self._head += data
            stop = self._head.find(b"\r\n\r\n")
            if stop < 0:
                return
            head = read_answer(self._head[: stop + 4], most_headers=100)
            if head.status != 200:
                self.load.fail(Faulty(f"{head.status}: {self._head[:1000].decode(errors='replace')}"))
                return
            self._body = Chunked() if head.chunked else Counted(head.length or 0)
            data, self._head = self._head[stop + 4 :], b""
        mine, _rest = self._body.feed(data)
        self._size += len(mine)
        if self._body.done:
            if self._size != self.load.task.size:
                self.load.fail(Faulty(f"{self._size} bytes came, not {self.load.task.size}"))
            self._body, self._size = None, 0
            self.load.answered(self, self._due)


class Load:
    """All connections together."""

    def __init__(self, task: Task) -> None:
        self.task = task
        self.request = task.request
        self.times: list[float] = []
        self._waiting: deque[float] = deque()
        self._idle: list[Asker] = []
        self._end = asyncio.get_running_loop().create_future()
        self._from = self._until = 0.0
        self._sent = self._came = 0

    def free(self, asker: Asker) -> None:
        """A connection may ask."""
        if self.task.rate:
            if self._waiting:
                asker.ask(self._waiting.popleft())
            else:
                self._idle.append(asker)
        elif self._goes_on():
            asker.ask(time.perf_counter())

    def answered(self, asker: Asker, due: float) -> None:
        """An answer is whole."""
        now = time.perf_counter()
        self._came += 1
        if self.task.count or self._from <= now < self._until:
            self.times.append(now - due)
        if self._came == self.task.count:
            self._done()
        self.free(asker)

    def _goes_on(self) -> bool:
        if not self.task.count:
            return time.perf_counter() < self._until
        self._sent += 1
        return self._sent <= self.task.count

    def fail(self, error: Exception) -> None:
        """End the whole run."""
        if not self._end.done():
            self._end.set_exception(error)

    async def run(self) -> dict[str, Any]:
        """Warm up, then measure. Raises Faulty."""
        task, loop = self.task, asyncio.get_running_loop()
        began = time.perf_counter()
        self._from, self._until = began + task.warm, began + task.warm + task.seconds
        for _ in range(task.connections):
            await loop.create_connection(lambda: Asker(self), "127.0.0.1", task.port)
        if task.rate:
            self._tick(began)
        if not task.count:
            loop.call_later(task.warm + task.seconds, self._done)
        spent = time.process_time()
        await self._end
        elapsed = time.perf_counter() - began if task.count else task.seconds
        spent = time.process_time() - spent
        return {"times": self.times, "all": self._came, "elapsed": elapsed, "spent": spent}

    def _done(self) -> None:
        if not self._end.done():
            self._end.set_result(None)

    def _tick(self, began: float) -> None:
        """Send all that is due."""
        now = time.perf_counter()
        while (due := began + self._sent / self.task.rate) <= now:
            self._sent += 1
            if self._idle:
                self._idle.pop().ask(due)
            else:
                self._waiting.append(due)
        if now < self._until:
            asyncio.get_running_loop().call_later(0.001, self._tick, began)


async def main() -> None:
    """Do the task that stands on standard input."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    print(json.dumps(await Load(task).run()))


if __name__ == "__main__":
    uvloop.run(main())
