"""The load: 8 clients, each a thread with one kept connection, and the CPU that all of it cost."""

from __future__ import annotations

import contextlib
import socket
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psutil

CLIENTS = 8


class Http:
    """One kept connection, as lean as can be: whole requests in, status and body out."""

    sends = b"application/json"

    def __init__(self, port: int, token: str, *, timeout: float | None = None) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._head = f" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n".encode()

    def ask(self, method: bytes, path: bytes, body: bytes = b"", more: bytes = b"") -> tuple[int, bytes]:
        """Status and body of the answer."""
        length = b"Content-Type: %s\r\nContent-Length: %d\r\n" % (self.sends, len(body)) if body else b""
        self._socket.sendall(method + b" " + path + self._head + length + more + b"\r\n" + body)
        got = self._socket.recv(65536)
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[:end].lower()
        at = head.index(b"content-length:") + 15
        stop = head.find(b"\r\n", at)
        wanted = end + 4 + int(head[at : stop if stop > 0 else end])
        parts, have = [got], len(got)
        while have < wanted:
            parts.append(self._more())
            have += len(parts[-1])
        return int(head[9:12]), b"".join(parts)[end + 4 :]

    def _more(self) -> bytes:
        got = self._socket.recv(262144)
        if not got:
            raise ConnectionError("the server closed the connection")
        return got

    def get(self, path: str) -> bytes:
        """The body of a 200. Raises RuntimeError for anything else."""
        status, body = self.ask(b"GET", path.encode())
        if status != 200:
            raise RuntimeError(f"{path}: {status} {body[:400].decode(errors='replace')}")
        return body

    def post(self, path: str, body: bytes, *, key: str = "") -> bytes:
        """The body of a 200 or 201. Raises RuntimeError for anything else."""
        more = b"Idempotency-Key: %s\r\n" % key.encode() if key else b""
        status, answer = self.ask(b"POST", path.encode(), body, more)
        if status not in (200, 201):
            raise RuntimeError(f"{path}: {status} {answer[:400].decode(errors='replace')}")
        return answer

    def close(self) -> None:
        """End the connection."""
        self._socket.close()


def cpu(pid: int) -> float:
    """Seconds of CPU of a process and its children so far, also of those that have ended."""
    try:
        process = psutil.Process(pid)
        times = [each.cpu_times() for each in (process, *process.children(recursive=True))]
    except psutil.NoSuchProcess:
        return 0.0
    return sum(each.user + each.system + each.children_user + each.children_system for each in times)


@dataclass
class Measured:
    """What a run, or several of one kind, gave: seconds per act, and CPU by who spent it."""

    times: list[float] = field(default_factory=list)
    elapsed: float = 0.0
    spent: dict[str, float] = field(default_factory=dict)

    def add(self, other: Measured) -> None:
        """Count another run in."""
        self.times += other.times
        self.elapsed += other.elapsed
        for name, seconds in other.spent.items():
            self.spent[name] = self.spent.get(name, 0.0) + seconds

    @property
    def rate(self) -> float:
        """Acts a second."""
        return len(self.times) / self.elapsed if self.elapsed else 0.0

    def percentile(self, part: int) -> float:
        """Milliseconds within which that many of a hundred acts were done."""
        if len(self.times) < 2:
            return 0.0
        return round(1000 * statistics.quantiles(self.times, n=100)[part - 1], 1)

    def cost(self) -> str:
        """CPU a piece, in words."""
        each = {name: 1000 * seconds / max(1, len(self.times)) for name, seconds in self.spent.items()}
        return ", ".join(f"{name} {milliseconds:.2f}" for name, milliseconds in each.items())


def run(
    *,
    connect: Callable[[], Any],
    act: Callable[[Any, int], None],
    seconds: float,
    watched: dict[str, int],
    clients: int = CLIENTS,
) -> Measured:
    """Let every client do `act(connection, number)` again and again. Raises what an act raised."""
    measured, faults = Measured(), []
    start, stop = threading.Barrier(clients + 1), threading.Event()
    lists: list[list[float]] = [[] for _ in range(clients)]

    def client(place: int) -> None:
        connection = connect()
        try:
            act(connection, place)
            start.wait()
            number = place
            while not stop.is_set():
                number += clients
                began = time.perf_counter()
                act(connection, number)
                lists[place].append(time.perf_counter() - began)
        except threading.BrokenBarrierError:
            return
        except Exception as error:
            faults.append(error)
            stop.set()
            start.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    with contextlib.suppress(threading.BrokenBarrierError):
        start.wait()
    before = {name: cpu(pid) for name, pid in watched.items()}
    own, began = time.process_time(), time.perf_counter()
    stop.wait(seconds)
    measured.elapsed = time.perf_counter() - began
    measured.spent = {name: cpu(pid) - before[name] for name, pid in watched.items()}
    measured.spent["load"] = time.process_time() - own
    stop.set()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    measured.times = [one for times in lists for one in times]
    return measured
