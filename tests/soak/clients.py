"""Eight clients that send dossiers and send again, with the same key, what nobody acknowledged."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
from bench.cases.load import Http

from tinhso.foundation.ids import new_id

CLIENTS = 8
PAUSE_SECONDS = 0.25
ANSWERED_WITHIN_SECONDS = 20
GIVES_UP_AFTER_SECONDS = 1200


@dataclass(slots=True)
class Sent:
    """What the clients know: which code each key was answered with, and how often they asked in vain."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    in_vain: int = 0
    last_error: str = ""


class Clients:
    """The clients of one round. `progress` is how many dossiers were acknowledged so far."""

    def __init__(self, *, port: int, token: str, bodies: list[dict[str, Any]], dossiers: int) -> None:
        self.sent = Sent()
        self._port, self._token = port, token
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._lock = threading.Lock()
        for number in range(dossiers):
            key = new_id().hex
            body = bodies[number % len(bodies)]
            body = {**body, "applicant": {**body["applicant"], "name": f"Danh Sóc Kha {number}"}}
            self.sent.bodies[key] = orjson.dumps(body)
            self._waiting.put(key)
        self._threads = [threading.Thread(target=self._work, daemon=True) for _number in range(CLIENTS)]

    @property
    def progress(self) -> int:
        """Dossiers acknowledged so far."""
        return len(self.sent.codes)

    def start(self) -> None:
        """Let them begin."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Until everything is acknowledged. Raises SystemExit when that takes for ever."""
        until = time.monotonic() + GIVES_UP_AFTER_SECONDS
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self.progress < len(self.sent.bodies):
            raise SystemExit(
                f"only {self.progress} of {len(self.sent.bodies)} acknowledged; {self.sent.last_error}"
            )

    def again(self) -> list[str]:
        """Send every one once more with its key; the keys whose answer is not the first one."""
        http = _connected(self._port, self._token)
        return [
            key for key, body in self.sent.bodies.items() if _send(http, key, body) != self.sent.codes[key]
        ]

    def _work(self) -> None:
        until = time.monotonic() + GIVES_UP_AFTER_SECONDS
        http: Http | None = None
        while self.progress < len(self.sent.bodies) and time.monotonic() < until:
            try:
                key = self._waiting.get(timeout=PAUSE_SECONDS)
            except queue.Empty:
                continue
            try:
                http = http or _connected(self._port, self._token)
                code = _send(http, key, self.sent.bodies[key])
            except (OSError, ValueError, RuntimeError) as error:
                http = None
                with self._lock:
                    self.sent.in_vain += 1
                    self.sent.last_error = repr(error)
                self._waiting.put(key)
                time.sleep(PAUSE_SECONDS)
                continue
            with self._lock:
                self.sent.codes[key] = code


def _connected(port: int, token: str) -> Http:
    http = Http(port, token)
    http._socket.settimeout(ANSWERED_WITHIN_SECONDS)
    return http


def _send(http: Http, key: str, body: bytes) -> str:
    return str(orjson.loads(http.post("/api/v1/dossiers", body, key=key))["code"])


def when(reached: Callable[[], bool], *, within: float) -> bool:
    """Wait until it is so; False when the time is over."""
    until = time.monotonic() + within
    while not reached():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
