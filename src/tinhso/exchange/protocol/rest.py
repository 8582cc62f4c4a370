"""REST messages of protocol r1 as bytes: the head that is signed, the headers that pass, the request hash.

Exchange protocol §1.2, §3 and §4. Header values are text as HTTP has it (each byte one character, ISO-8859-1)
and the head is UTF-8 of that text, so that every value survives the way to the other side unchanged.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable
from hashlib import sha512
from typing import Final

from tinhso.exchange.protocol.faults import ERROR_HEADER, Fault
from tinhso.exchange.protocol.identifiers import (
    ClientId,
    ServerId,
    ServiceId,
    parse_client,
    parse_represented_party,
    parse_server,
    parse_service,
)

Headers = list[tuple[str, str]]

VERBS: Final = frozenset(("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"))
FORWARD_BODY: Final = frozenset(("PATCH", "POST", "PUT"))
"""Verbs whose body goes on to the service; of others it is only hashed, signed and kept (§2)."""

REMOVED: Final = frozenset(
    (
        *("transfer-encoding", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer"),
        *("upgrade", "connection", "user-agent", "host", "content-length", "server", "expect"),
    )
)
"""Names that pass in neither direction (§3.2)."""

CLIENT: Final = "x-road-client"
SERVICE: Final = "x-road-service"
MESSAGE_ID: Final = "x-road-id"
REQUEST_ID: Final = "x-road-request-id"
REQUEST_HASH: Final = "x-road-request-hash"
USER_ID: Final = "x-road-userid"
ISSUE: Final = "x-road-issue"
REPRESENTED_PARTY: Final = "x-road-represented-party"
SECURITY_SERVER: Final = "x-road-security-server"

MOST_ID: Final = 255
"""The longest message id that the log keeps, in characters (§1.1)."""

_NOT_FROM_CLIENT: Final = REMOVED | {REQUEST_ID, REQUEST_HASH}
_NOT_FROM_SERVICE: Final = REMOVED | {
    *(MESSAGE_ID, REQUEST_HASH, CLIENT, REQUEST_ID, SERVICE, ERROR_HEADER.lower())
}
_TARGET: Final = re.compile(r'[!"$-~]+')
_REST: Final = re.compile(r"/r[0-9]+(?:[/?]|$)")
_NAME: Final = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROLS: Final = bytes(n for n in range(128) if (n < 32 and n not in (9, 10, 13)) or n == 127)


class Request:
    """A request as its head says it; making one raises Fault when the head breaks the protocol.

    `target` is raw path and query; `headers` keep case and order; of a repeated header the last one holds.
    `represented_party` is (class or an empty text, code). Texts that are not given are empty.
    """

    __slots__ = (
        *("client", "headers", "issue", "message_id", "query", "represented_party", "request_id"),
        *("security_server", "service", "service_path", "target", "user_id", "verb"),
    )

    def __init__(self, verb: str, target: str, headers: Headers) -> None:
        if verb not in VERBS:
            raise Fault("client.bad_request", "The protocol has no such verb")
        self.verb = verb
        self.target = target
        self.headers = headers
        self.service, self.service_path, self.query = _addressed(target)
        client = message_id = request_id = user_id = issue = party = server = ""
        for name, value in headers:
            if name[:7].lower() != "x-road-":
                continue
            match name.lower():
                case "x-road-client":
                    client = value
                case "x-road-id":
                    message_id = value
                case "x-road-request-id":
                    request_id = value
                case "x-road-userid":
                    user_id = value
                case "x-road-issue":
                    issue = value
                case "x-road-represented-party":
                    party = value
                case "x-road-security-server":
                    server = value
        if not client:
            raise Fault("client.invalid_client_identifier", "X-Road-Client is missing")
        if len(message_id) > MOST_ID:
            raise Fault("client.bad_request", f"X-Road-Id is longer than {MOST_ID} characters")
        self.client: ClientId = parse_client(client)
        self.message_id = message_id
        self.request_id = request_id
        self.user_id = user_id
        self.issue = issue
        self.represented_party: tuple[str, str] | None = parse_represented_party(party) if party else None
        self.security_server: ServerId | None = parse_server(server) if server else None

    def header(self, name: str) -> str | None:
        """The value of a header, the last of several; None when there is none."""
        return _last(self.headers, name)


class Response:
    """A response as its head says it: status code, reason phrase, headers in order."""

    __slots__ = ("code", "headers", "reason")

    def __init__(self, code: int, reason: str, headers: Headers) -> None:
        self.code = code
        self.reason = reason
        self.headers = headers

    def header(self, name: str) -> str | None:
        """The value of a header, the last of several; None when there is none."""
        return _last(self.headers, name)


def is_rest(target: str) -> bool:
    """Whether a target speaks REST of any version; everything else is SOAP's (§1.2)."""
    return _REST.match(target) is not None


def accept_request(
    verb: str, target: str, headers: Iterable[tuple[str, str]], *, new_uuid: Callable[[], str]
) -> Request:
    """The request of an information system as it goes on: headers dropped (§3.2) and ids added (§3.1).

    `new_uuid` is asked once for `x-road-request-id`, and again for an `x-road-id` that is missing.
    Raises Fault `client.…` when it breaks the protocol.
    """
    kept = [each for each in headers if each[0].lower() not in _NOT_FROM_CLIENT]
    kept.append((REQUEST_ID, new_uuid()))
    request = Request(verb, target, kept)
    if not request.message_id:
        request.message_id = f"{request.client.instance}-{new_uuid()}"
        kept.append((MESSAGE_ID, request.message_id))
    return request


def answer_headers(headers: Iterable[tuple[str, str]], request: Request, request_hash: str) -> Headers:
    """Headers of the provider's answer: the service's that pass, one Date, then the five of §3.3."""
    return [
        *_passing(headers, _NOT_FROM_SERVICE),
        (MESSAGE_ID, request.message_id),
        (CLIENT, str(request.client)),
        (SERVICE, str(request.service)),
        (REQUEST_ID, request.request_id),
        (REQUEST_HASH, request_hash),
    ]


def client_headers(response: Response) -> Headers:
    """Headers for the information system: a service cannot claim that the exchange failed (§5.1)."""
    return _passing(response.headers, REMOVED | {ERROR_HEADER.lower()})


def head(message: Request | Response) -> bytes:
    """The canonical bytes of §4.1; raises Fault when a header would break them."""
    lines = [f"{name}:{value}\r\n" for name, value in message.headers]
    if isinstance(message, Request):
        first = f"{message.verb}\r\n{message.target}\r\n"
    else:
        first = f"{message.code}\r\n{message.reason}\r\n"
    try:
        raw = (first + "".join(lines)).encode()
    except UnicodeEncodeError as why:
        raise Fault("invalid_rest", "A header is not text") from why
    breaks = len(lines) + 2
    if raw.count(b"\r") != breaks or raw.count(b"\n") != breaks or raw.translate(None, _CONTROLS) != raw:
        raise Fault("invalid_rest", "A header holds a control character")
    return raw


def read_request(raw: bytes) -> Request:
    """The request of a head that a peer sent; raises Fault. `head` of it gives the same bytes."""
    verb, target, headers = _read(raw)
    return Request(verb, target, headers)


def read_response(raw: bytes) -> Response:
    """The response of a head that a peer sent; raises Fault. `head` of it gives the same bytes."""
    code, reason, headers = _read(raw)
    if len(code) != 3 or not code.isascii() or not code.isdigit() or code[0] == "0":
        raise Fault("invalid_rest", "The status code is not a number")
    return Response(int(code), reason, headers)


def is_response(raw: bytes) -> bool:
    """Whether a kept head is a response's: it begins with a digit 1 to 9 (§4.1)."""
    return raw[:1] in (b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"8", b"9")


def request_hash(head: bytes, body_digest: bytes | None) -> str:
    """The request hash of §4.2; `body_digest` is SHA-512 of the body, None when it had no bytes."""
    digest = sha512(head).digest()
    return b64encode(sha512(digest + body_digest).digest() if body_digest else digest).decode()


def check_answer(request: Request, response: Response, expected_hash: str) -> None:
    """Whether a response answers this very request (§4.4); raises Fault `inconsistent_response`."""
    said = {name.lower(): value for name, value in response.headers}
    try:
        matches = (
            said.get(MESSAGE_ID) == request.message_id
            and said.get(REQUEST_ID) == request.request_id
            and said.get(REQUEST_HASH) == expected_hash
            and parse_client(said.get(CLIENT, "")) == request.client
            and parse_service(said.get(SERVICE, "")) == request.service
        )
    except Fault:
        matches = False
    if not matches:
        raise Fault("server.clientproxy.inconsistent_response", "The response does not belong to the request")


def _addressed(target: str) -> tuple[ServiceId, str, str]:
    path, _, query = target.partition("?")
    pieces = path.split("/", 7)
    if not _TARGET.fullmatch(target) or pieces[0] or len(pieces) < 7:
        raise Fault("client.bad_request", "A request line is /r1/ and five parts that name a service")
    if pieces[1] != "r1":
        raise Fault("client.invalid_protocol_version", "The only REST protocol version is r1")
    service = parse_service("/".join(pieces[2:7]))
    return service, f"/{pieces[7]}" if len(pieces) == 8 else "", query


def _read(raw: bytes) -> tuple[str, str, Headers]:
    if raw[-2:] != b"\r\n" or raw.translate(None, _CONTROLS) != raw:
        raise Fault("invalid_rest", "The head of the message is cut, or holds control characters")
    try:
        lines = raw.decode()[:-2].split("\r\n")
    except UnicodeDecodeError as why:
        raise Fault("invalid_rest", "The head of the message is not UTF-8") from why
    breaks = len(lines)
    if breaks < 2 or raw.count(b"\r") != breaks or raw.count(b"\n") != breaks:
        raise Fault("invalid_rest", "The head of the message has no request line, or a bare line end")
    headers: Headers = []
    for line in lines[2:]:
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or name.lower() in REMOVED:
            raise Fault("invalid_rest", "The head of the message has a header that must not be there")
        headers.append((name, value))
    return lines[0], lines[1], headers


def _passing(headers: Iterable[tuple[str, str]], dropped: frozenset[str] | set[str]) -> Headers:
    kept: Headers = []
    dated = False
    for each in headers:
        name = each[0].lower()
        if name in dropped or (name == "date" and dated):
            continue
        dated = dated or name == "date"
        kept.append(each)
    return kept


def _last(headers: Headers, name: str) -> str | None:
    wanted = name.lower()
    for each, value in reversed(headers):
        if each.lower() == wanted:
            return value
    return None
