"""Eight clients that send dossiers and send again, with the same key, what nobody acknowledged."""

from __future__ import annotations

import queue
import threading
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from bench.cases.load import Http

from tinhso.foundation.ids import new_id

CLIENTS = 8
PAUSE_SECONDS = 0.25
ANSWERED_WITHIN_SECONDS = 20


@dataclass(slots=True)
class Sent:
    """What the clients know: which code each key was answered with, and how often they asked in vain."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    in_vain: int = 0
    last_error: str = ""
    refused: str = ""


class Refused(Exception):
    """An answer that no second try can change: the soak itself asks wrongly."""


class Clients:
    """The clients of one round. `progress` is how many dossiers were acknowledged so far."""

    def __init__(self, *, port: int, token: str, bodies: list[dict[str, Any]], dossiers: int) -> None:
        self.sent = Sent()
        self._port, self._token = port, token
        self._waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
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

    @property
    def done(self) -> bool:
        """Whether everything was acknowledged."""
        return self.progress >= len(self.sent.bodies)

    def stop(self) -> None:
        """Let every client end after what it is doing."""
        self._stopped.set()

    def again(self) -> list[str]:
        """Send every one once more with its key; the keys whose answer is not the first one."""
        http = _connected(self._port, self._token)
        return [
            key for key, body in self.sent.bodies.items() if _send(http, key, body) != self.sent.codes[key]
        ]

    def _work(self) -> None:
        http: Http | None = None
        while not self.done and not self._stopped.is_set():
            try:
                key = self._waiting.get(timeout=PAUSE_SECONDS)
            except queue.Empty:
                continue
            try:
                http = http or _connected(self._port, self._token)
                code = _send(http, key, self.sent.bodies[key])
            except Refused as refused:
                self.sent.refused = str(refused)
                self.stop()
                return
            except Exception as error:  # whatever it was, the key goes back: one lost stalls the round
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
    return Http(port, token, timeout=ANSWERED_WITHIN_SECONDS)


def _send(http: Http, key: str, body: bytes) -> str:
    status, answer = http.ask(b"POST", b"/api/v1/dossiers", body, b"Idempotency-Key: %s\r\n" % key.encode())
    if 400 <= status < 500:
        raise Refused(f"{status} {answer[:400].decode(errors='replace')}")
    if status not in (200, 201):
        raise OSError(f"{status} {answer[:200].decode(errors='replace')}")
    return str(orjson.loads(answer)["code"])
