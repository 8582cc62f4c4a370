"""HTTP/1.1 in its plainest form: one request per connection, whole bodies, headers as they came.

Header names keep their case and order, for the exchange signs them. Text is UTF-8; other bytes survive as
surrogates.
"""

from __future__ import annotations

import contextlib
import re
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, BinaryIO

MOST_HEAD = 65_536
MOST_BODY = 64 * 1024 * 1024
HEAD_SECONDS = 60
TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
Headers = Sequence[tuple[str, str]]


class Broken(ValueError):
    """What came is not HTTP as it is spoken here; the text says why."""


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    verb: str
    target: str
    headers: Headers
    body: bytes
    certificate: bytes | None = None
    """The caller's certificate, DER, where TLS asks for one."""

    def header(self, name: str) -> str:
        """The last value of that name, or an empty text."""
        return header(self.headers, name)


@dataclass(frozen=True)
class Answer:
    """A response, to be sent or as it came."""

    status: int
    reason: str
    headers: Headers = field(default=())
    body: bytes = b""
    cut: bool = False
    """Announce the whole body, send half and hang up."""
    certificate: bytes | None = None

    def header(self, name: str) -> str:
        """The last value of that name, or an empty text."""
        return header(self.headers, name)


def header(headers: Headers, name: str) -> str:
    """The last value of that name, or an empty text."""
    return next((value for held, value in reversed(headers) if held.lower() == name.lower()), "")


def text_of(data: bytes) -> str:
    """Bytes of a header as text; see `bytes_of`."""
    return data.decode(errors="surrogateescape")


def bytes_of(text: str) -> bytes:
    """The bytes that `text_of` read."""
    return text.encode(errors="surrogateescape")


def _line(file: BinaryIO, left: int) -> bytes:
    line = file.readline(left + 1)
    if not line.endswith(b"\r\n"):
        raise Broken("a line that does not end, or is too long")
    return line[:-2]


def read_head(file: BinaryIO) -> tuple[str, list[tuple[str, str]]]:
    """First line and headers; raises Broken."""
    left = MOST_HEAD
    first, headers = _line(file, left), list[tuple[str, str]]()
    while line := _line(file, left):
        left -= len(line)
        name, colon, value = text_of(line).partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise Broken(f"no header: {line[:80]!r}")
        headers.append((name, value.strip(" \t")))
    return text_of(first), headers


def read_body(file: BinaryIO, headers: Headers, *, until_close: bool) -> bytes:
    """The body that the headers announce; raises Broken."""
    lengths = [value for name, value in headers if name.lower() == "content-length"]
    codings = [value.lower() for name, value in headers if name.lower() == "transfer-encoding"]
    if codings:
        if codings != ["chunked"] or lengths:
            raise Broken("transfer encoding other than chunked, or with a length")
        return _chunks(file)
    if lengths:
        if len(set(lengths)) != 1 or not re.fullmatch(r"\d{1,15}", lengths[0]):
            raise Broken("content length")
        return _exactly(file, int(lengths[0]))
    if not until_close:
        return b""
    body = file.read(MOST_BODY + 1)
    if len(body) > MOST_BODY:
        raise Broken("the body is too large")
    return body


def _exactly(file: BinaryIO, size: int) -> bytes:
    if size > MOST_BODY:
        raise Broken("the body is too large")
    body = file.read(size)
    if len(body) != size:
        raise Broken("the body ends too soon")
    return body


def _chunks(file: BinaryIO) -> bytes:
    parts, size = list[bytes](), 0
    while True:
        line = _line(file, 1024).split(b";")[0].strip()
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
            raise Broken("chunk size")
        length = int(line, 16)
        size += length
        if size > MOST_BODY:
            raise Broken("the body is too large")
        if not length:
            while _line(file, MOST_HEAD):
                pass
            return b"".join(parts)
        parts.append(_exactly(file, length))
        if _line(file, 2):
            raise Broken("a chunk longer than it says")


def _framed(first: str, headers: Headers, body: bytes, *, bodiless: bool) -> tuple[bytes, bytes]:
    lines = [first, *(f"{name}: {value}" for name, value in headers)]
    if not bodiless:
        lines.append(f"Content-Length: {len(body)}")
    lines.append("Connection: close")
    return bytes_of("\r\n".join(lines) + "\r\n\r\n"), b"" if bodiless else body


def ask(
    address: tuple[str, int],
    asked: Asked,
    *,
    seconds: float,
    tls: ssl.SSLContext | None = None,
    accept: Callable[[bytes], None] = lambda _certificate: None,
) -> Answer:
    """Send one request and read the answer; `accept` sees the peer's certificate before anything is sent.

    Raises OSError (also for silence of `seconds`) and Broken, and what `accept` raises.
    """
    with contextlib.ExitStack() as stack:
        raw = stack.enter_context(socket.create_connection(address, seconds))
        line = stack.enter_context(tls.wrap_socket(raw)) if tls else raw
        certificate = line.getpeercert(binary_form=True) if isinstance(line, ssl.SSLSocket) else None
        if certificate:
            accept(certificate)
        bodiless = not asked.body and asked.verb not in ("POST", "PUT", "PATCH")
        head, body = _framed(
            f"{asked.verb} {asked.target} HTTP/1.1", asked.headers, asked.body, bodiless=bodiless
        )
        line.sendall(head + body)
        file = stack.enter_context(line.makefile("rb"))
        first, headers = read_head(file)
        found = re.fullmatch(r"HTTP/1\.[01] (\d{3})(?: (.*))?", first, re.DOTALL)
        if not found:
            raise Broken("status line")
        status = int(found[1])
        silent = asked.verb == "HEAD" or status in (204, 304)
        got = b"" if silent else read_body(file, headers, until_close=True)
        return Answer(status, found[2] or "", headers, got, certificate=certificate)


class _Connection(socketserver.BaseRequestHandler):
    """One request, one answer."""

    server: Listener

    def handle(self) -> None:
        """Read, answer, hang up; whoever cannot be understood is told so, whoever has gone is not."""
        self.request.settimeout(HEAD_SECONDS)
        with contextlib.suppress(OSError):
            line, certificate = self.request, None
            if self.server.tls:
                line = self.server.tls.wrap_socket(self.request, server_side=True)
                certificate = line.getpeercert(binary_form=True)
            with line, line.makefile("rb") as file:
                self._one(line, file, certificate)

    def _one(self, line: socket.socket, file: BinaryIO, certificate: bytes | None) -> None:
        try:
            first, headers = read_head(file)
            found = re.fullmatch(r"([A-Z]+) (\S+) HTTP/1\.[01]", first)
            if not found:
                raise Broken("request line")
            if header(headers, "expect").lower() == "100-continue":
                line.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            body = read_body(file, headers, until_close=False)
        except Broken as fault:
            self._send(
                line, Answer(400, "Bad Request", [("Content-Type", "text/plain")], str(fault).encode())
            )
            return
        asked = Asked(found[1], found[2], headers, body, certificate)
        try:
            answer = self.server.answer(asked)
        except Exception:
            self._send(line, Answer(500, "Internal Server Error"))
            raise
        self._send(line, answer, head_only=asked.verb == "HEAD")

    def _send(self, line: socket.socket, answer: Answer, *, head_only: bool = False) -> None:
        headers = [
            pair for pair in answer.headers if pair[0].lower() not in ("content-length", "transfer-encoding")
        ]
        if not header(headers, "date"):
            headers.append(("Date", formatdate(usegmt=True)))
        bodiless = head_only or answer.status in (204, 304)
        first = f"HTTP/1.1 {answer.status} {answer.reason}"
        head, body = _framed(first, headers, answer.body, bodiless=bodiless)
        line.sendall(head + (body[: len(body) // 2] if answer.cut else body))
        if self.server.tls and not answer.cut:
            line.unwrap()  # type: ignore[attr-defined]


class Listener(socketserver.ThreadingTCPServer):
    """A server in threads of its own; `answer` is called in a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, host: str, port: int, answer: Callable[[Asked], Answer], tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__((host, port), _Connection)
        self.answer, self.tls = answer, tls
        self._thread = threading.Thread(target=self.serve_forever, name=f"exchange-{port}", daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Stop answering and free the port."""
        self.shutdown()
        self.server_close()
        self._thread.join(5)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A handler that failed has answered 500; the sandbox's log is enough."""
        super().handle_error(request, client_address)


def wait(seconds: float) -> None:
    """Stay silent."""
    time.sleep(seconds)
