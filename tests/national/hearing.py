"""Whoever is told: a listener that answers as a test says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, bytes]


@dataclass(frozen=True)
class Heard:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listener:
    """Hears notices, as the province does."""

    base: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], Answer] = lambda _: (200, b'{"RspCode":"00","Message":"ok"}')

    def wait(self, many: int) -> list[Heard]:
        """Wait until so many came; all of them."""
        end = time.monotonic() + 8
        while len(self.heard) < many:
            assert time.monotonic() < end, f"only {len(self.heard)} notices came"
            time.sleep(0.01)
        return self.heard


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a port of its own."""
    hearing = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("content-length", "0"))
            one = Heard(
                self.path,
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(length),
            )
            status, said = hearing.answer(one)
            hearing.heard.append(one)
            self.send_response(status)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_words: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    hearing.base = f"http://127.0.0.1:{server.server_port}/goi-lai/"
    yield hearing
    server.shutdown()
    server.server_close()
