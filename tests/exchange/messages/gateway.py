"""A strict small gateway on loopback: takes REST r1 from information systems, answers as a test says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import UUID, uuid4

from tests.support.waiting import WITHIN_SECONDS

OWN = "VN-DEMO/GOV/H01/TINHSO"
ONCE = ("X-Road-Client", "X-Road-Id", "X-Road-UserId", "X-Road-Issue", "Tinhso-Reason", "Tinhso-System")


@dataclass(frozen=True, slots=True)
class Heard:
    """A request as it came."""

    verb: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Say:
    """An answer; `cut` ends the connection instead, once the request was read."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    wait: threading.Event | None = None


def fault(code: str, message: str = "no", status: int = 500) -> Say:
    """The exchange's own failure (§5)."""
    body = {"type": code, "message": message, "detail": str(uuid4())}
    return Say(status, body, {"X-Road-Error": code})


@dataclass
class Gateway:
    """What it heard, and what it says next: `says` in order, the last again and again."""

    port: int = 0
    heard: list[Heard] = field(default_factory=list)
    says: list[Say] = field(default_factory=lambda: [Say(body={})])
    wrong: list[str] = field(default_factory=list)

    def answer(self, heard: Heard) -> Say:
        self._check(heard)
        self.heard.append(heard)
        return self.says.pop(0) if len(self.says) > 1 else self.says[0]

    def _check(self, heard: Heard) -> None:
        """Every request keeps §1.2 and §3.1, or the test fails when it ends."""
        path, _mark, _query = heard.target.partition("?")
        parts = path.split("/")
        if parts[1] != "r1" or len(parts) < 7 or "" in parts[2:7] or not path.isascii():
            self.wrong.append(f"no r1 address: {heard.target}")
        if heard.headers.get("X-Road-Client") != OWN:
            self.wrong.append(f"client {heard.headers.get('X-Road-Client')}")
        UUID(heard.headers["X-Road-Id"])
        for name, value in heard.headers.items():
            if not value.isascii() or not value.isprintable():
                self.wrong.append(f"{name}: {value!r}")


def _written(body: Any) -> bytes:
    return b"" if body is None else json.dumps(body).encode()


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._any
            raise AttributeError(name)

        def _any(self) -> None:
            twice = [name for name in ONCE if len(self.headers.get_all(name) or []) > 1]
            gateway.wrong += [f"{name} came twice" for name in twice]
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = gateway.answer(Heard(self.command, self.path, _proper(dict(self.headers)), body))
            if said.wait is not None:
                said.wait.wait(WITHIN_SECONDS)
            if said.cut:
                self.close_connection = True
                return
            written = said.body if isinstance(said.body, bytes) else _written(said.body)
            self.send_response(said.status)
            for name, value in {"x-road-request-id": str(uuid4()), **said.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *_said: object) -> None:
            return

    return Handler


def _proper(headers: dict[str, str]) -> dict[str, str]:
    known = {name.lower(): name for name in ONCE}
    return {known.get(name.lower(), name.lower()): value for name, value in headers.items()}


@contextmanager
def running() -> Iterator[Gateway]:
    """A gateway on a free port; at the end every request must have kept the protocol."""
    gateway = Gateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(gateway))
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
    assert not gateway.wrong, gateway.wrong
