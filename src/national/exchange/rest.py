"""REST messages: their canonical header part, read strictly, and their hash (exchange protocol §1–§4)."""

from __future__ import annotations

import base64
import hashlib
import uuid
from dataclasses import dataclass
from urllib.parse import quote

from national.exchange.failures import Failure
from national.exchange.names import BadName, joined, split
from national.exchange.wires import TOKEN, Headers, bytes_of, header, text_of

VERBS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE")
FORWARDED = ("POST", "PUT", "PATCH")
"""Verbs whose body reaches the service."""
DROPPED = frozenset(
    {
        *("transfer-encoding", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("upgrade", "connection", "user-agent", "host", "content-length", "server", "expect"),
    }
)
OURS = ("x-road-id", "x-road-client", "x-road-service", "x-road-request-id", "x-road-request-hash")
"""What the provider's server appends to an answer, in this order."""
Parts = tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """A request; `target` is the raw path with its query."""

    verb: str
    target: str
    headers: Headers

    def head(self) -> bytes:
        """The header part (§4.1)."""
        return _head(self.verb, self.target, self.headers)

    def header(self, name: str) -> str:
        """The last value of that name."""
        return header(self.headers, name)

    @property
    def client(self) -> Parts:
        """Instance, class, member and, unless the member itself asks, subsystem."""
        return _parts(self.header("x-road-client"), 3, 4)

    @property
    def service(self) -> Parts:
        """Instance, class, member, subsystem, service code."""
        return _parts("/".join(self._pieces[2:7]), 5)

    @property
    def path(self) -> str:
        """What follows the service code, raw, with its slash; empty when nothing does."""
        return f"/{self._pieces[7]}" if len(self._pieces) == 8 else ""

    @property
    def query(self) -> str:
        """The raw query with its question mark, or nothing."""
        return self.target[len(self.target.partition("?")[0]) :]

    @property
    def _pieces(self) -> list[str]:
        return self.target.partition("?")[0].split("/", 7)


@dataclass(frozen=True)
class Response:
    """An answer."""

    code: int
    reason: str
    headers: Headers

    def head(self) -> bytes:
        """The header part (§4.1)."""
        return _head(str(self.code), self.reason, self.headers)

    def header(self, name: str) -> str:
        """The last value of that name."""
        return header(self.headers, name)


def _head(first: str, second: str, headers: Headers) -> bytes:
    lines = [first, second, *(f"{name}:{value}" for name, value in headers)]
    return bytes_of("".join(f"{line}\r\n" for line in lines))


def _parts(text: str, *lengths: int) -> Parts:
    try:
        return split(text, *lengths)
    except BadName as fault:
        raise Failure("client.bad_request", str(fault)) from fault


def accepted(verb: str, target: str, headers: Headers, instance: str) -> Request:
    """What an information system asked, as it goes to the provider (§3.1, §3.2); raises Failure."""
    if verb not in VERBS:
        raise Failure("client.bad_request", f"the verb {verb} is not spoken here")
    gone = DROPPED | {"x-road-request-id", "x-road-request-hash"}
    kept = [pair for pair in headers if pair[0].lower() not in gone]
    kept.append(("x-road-request-id", str(uuid.uuid4())))
    if not header(kept, "x-road-id"):
        kept = [pair for pair in kept if pair[0].lower() != "x-road-id"]
        kept.append(("x-road-id", f"{instance}-{uuid.uuid4()}"))
    request = Request(verb, target, kept)
    _check(request)
    return request


def _check(request: Request) -> None:
    if len(request._pieces) < 7 or request._pieces[:2] != ["", "r1"]:
        raise Failure("client.bad_request", "the path is /r1/ and five parts of an identifier")
    if not request.header("x-road-client"):
        raise Failure("client.invalid_client_identifier", "X-Road-Client is missing")
    _ = request.client, request.service
    party = request.header("x-road-represented-party")
    if party:
        _parts(party, 1, 2)
    server = request.header("x-road-security-server")
    if server:
        _parts(server, 4)


def _lines(data: bytes) -> tuple[str, str, list[tuple[str, str]]]:
    """Two first lines and headers of a header part; raises Failure `invalid_rest`."""
    lines = text_of(data).split("\r\n")
    if len(lines) < 3 or lines.pop() != "":
        raise Failure("invalid_rest", "the header part does not end with CRLF")
    headers = []
    for line in lines[2:]:
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise Failure("invalid_rest", f"no header: {line[:80]}")
        if name.lower() in DROPPED:
            raise Failure("invalid_rest", f"{name} must not be in a header part")
        headers.append((name, value))
    return lines[0], lines[1], headers


def read_request(data: bytes) -> Request:
    """A request's header part from a peer, which must be as §4.1 writes it; raises Failure."""
    verb, target, headers = _lines(data)
    if verb not in VERBS:
        raise Failure("invalid_rest", f"the verb {verb} is not spoken here")
    request = Request(verb, target, headers)
    try:
        _check(request)
    except Failure as fault:
        raise Failure("invalid_rest", fault.message) from fault
    names = [name.lower() for name, _ in headers]
    if names.count("x-road-request-id") != 1 or "x-road-request-hash" in names:
        raise Failure("invalid_rest", "exactly one x-road-request-id, and no x-road-request-hash")
    if "x-road-request-id" not in (names[-1], *(names[-2:-1] if names[-1] == "x-road-id" else [])):
        raise Failure("invalid_rest", "x-road-request-id is not at its place")
    if not request.header("x-road-id"):
        raise Failure("invalid_rest", "x-road-id is missing")
    _same_bytes(request, data)
    return request


def read_response(data: bytes) -> Response:
    """An answer's header part from a peer; raises Failure."""
    code, reason, headers = _lines(data)
    if not (len(code) == 3 and code.isascii() and code.isdigit() and code[0] in "12345"):
        raise Failure("invalid_rest", f"no status: {code[:20]}")
    if tuple(name.lower() for name, _ in headers[-5:]) != OURS:
        raise Failure("invalid_rest", "the five X-Road headers of an answer are not at their place")
    if any(name.lower() in OURS for name, _ in headers[:-5]):
        raise Failure("invalid_rest", "an X-Road header stands twice")
    response = Response(int(code), reason, headers)
    _same_bytes(response, data)
    return response


def _same_bytes(message: Request | Response, data: bytes) -> None:
    if message.head() != data:
        raise Failure("invalid_rest", "the header part is not canonical")


def answered(request: Request, code: int, reason: str, headers: Headers, request_hash: str) -> Response:
    """The service's answer as it goes back (§3.2, §3.3)."""
    gone = DROPPED | set(OURS)
    kept = [pair for pair in headers if pair[0].lower() not in gone]
    values = (
        request.header("x-road-id"),
        joined(request.client),
        joined(request.service),
        request.header("x-road-request-id"),
        request_hash,
    )
    return Response(code, reason, [*kept, *zip(OURS, values, strict=True)])


def request_hash(head: bytes, body: bytes) -> str:
    """`X-Road-Request-Hash` (§4.2)."""
    digest = hashlib.sha512(head).digest()
    if body:
        digest = hashlib.sha512(digest + hashlib.sha512(body).digest()).digest()
    return base64.b64encode(digest).decode()


def check_answer(request: Request, body: bytes, response: Response) -> None:
    """The five checks of §4.4; raises Failure `inconsistent_response`."""
    right = (
        request.header("x-road-id"),
        request.client,
        request.service,
        request.header("x-road-request-id"),
        request_hash(request.head(), body),
    )
    try:
        told: tuple[object, ...] = (
            response.header("x-road-id"),
            split(response.header("x-road-client"), 3, 4),
            split(response.header("x-road-service"), 5),
            response.header("x-road-request-id"),
            response.header("x-road-request-hash"),
        )
    except BadName as fault:
        raise Failure("inconsistent_response", str(fault)) from fault
    for name, one, other in zip(OURS, right, told, strict=True):
        if one != other:
            raise Failure("inconsistent_response", f"{name} differs from the request's")


def file_name(text: str) -> str:
    """A message id as the beginning of a file name (§13.1)."""
    return quote(text, safe="")[:226]
