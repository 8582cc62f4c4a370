"""Another system that takes web hooks on loopback and checks their signature as Standard Webhooks says."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, in order; `statuses` are said in turn, the last again and again."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    came: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=lambda: [200])
    ids: list[str] = field(default_factory=list)
    unsigned: int = 0

    def take(self, headers: dict[str, str], body: bytes) -> int:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        given = headers["webhook-signature"].split()
        known = {
            "v1," + base64.b64encode(hmac.digest(base64.b64decode(one[6:]), signed, "sha256")).decode()
            for one in self.secrets
        }
        if not known & set(given):
            self.unsigned += 1
            return 401
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        self.ids.append(headers["webhook-id"])
        self.came.append(json.loads(body))
        return status


@contextmanager
def running() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> Any:
            if name == "do_POST":
                return self._take
            raise AttributeError(name)

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.take({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/nhan"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
