"""A browser as the load plays it: a kept connection, packed pages, a session with each request."""

from __future__ import annotations

from urllib.parse import urlencode

from bench.cases.load import Http

AGENT = "bench"
CSRF = "b" * 32


class Browser(Http):
    """Opens pages and sends forms as whoever holds the session."""

    sends = b"application/x-www-form-urlencoded"

    def __init__(self, port: int) -> None:
        super().__init__(port, "")
        self._head = (
            f" HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {AGENT}\r\nAccept: text/html\r\n"
            "Accept-Encoding: gzip\r\nAccept-Language: vi\r\n"
        ).encode()

    def open(self, path: str, session: str = "") -> bytes:
        """The body of a page. Raises RuntimeError for anything but a 200."""
        status, body = self.ask(b"GET", path.encode(), more=_cookie(session))
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        return body

    def send(self, path: str, session: str, **fields: object) -> None:
        """Send a form. Raises RuntimeError unless it was done: then another page is named."""
        more = _cookie(session) + f"X-CSRFToken: {CSRF}\r\n".encode()
        status, _body = self.ask(b"POST", path.encode(), urlencode(fields).encode(), more)
        if status not in (302, 303):
            raise RuntimeError(f"{path}: {status}")


def _cookie(session: str) -> bytes:
    return f"Cookie: sessionid={session}; csrftoken={CSRF}\r\n".encode() if session else b""
