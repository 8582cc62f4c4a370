"""Speaks HTTP over a bare socket, so that a network can be cut in the middle of a body."""

from __future__ import annotations

import socket
import struct
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings
from django.test import Client

RESUMABLE = {"Tus-Resumable": "1.0.0"}
OCTETS = {"Content-Type": "application/offset+octet-stream"}


@dataclass
class Answer:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Phone:
    """A signed-in browser on a bad network."""

    site: str
    browser: Client

    def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes = b"",
        *,
        cut_after: int | None = None,
        length: int | None = None,
    ) -> Answer | None:
        """Send a request. With `cut_after` the line is reset after that many bytes of the body: no answer."""
        parts = urlsplit(self.site)
        with socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30) as line:
            line.sendall(self._head(method, path, headers or {}, len(body) if length is None else length))
            if cut_after is not None:
                line.sendall(body[:cut_after])
                time.sleep(0.5)
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return None
            line.sendall(body)
            return _answer(line)

    def _head(self, method: str, path: str, headers: dict[str, str], length: int) -> bytes:
        token = "a" * 32
        cookies = {name: morsel.value for name, morsel in self.browser.cookies.items()}
        cookies[settings.CSRF_COOKIE_NAME] = token
        fields = {
            "Host": urlsplit(self.site).netloc,
            "Connection": "close",
            "Content-Length": str(length),
            "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
            "X-CSRFToken": token,
            **RESUMABLE,
            **headers,
        }
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _answer(line: socket.socket) -> Answer:
    raw = b""
    while piece := line.recv(65_536):
        raw += piece
    head, _gap, body = raw.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _colon, value in (each.partition(": ") for each in rest)}
    return Answer(int(first.split()[1]), headers, body)
