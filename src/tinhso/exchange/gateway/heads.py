"""Heads of HTTP/1.1 messages: read strictly by llhttp, written so that nothing can be smuggled in.

Names, values and targets keep their bytes, case and order: they are UTF-8 as the protocol's header part is
(§4.1). Sources: RFC 9112 §2 to §6, exchange protocol §1.2 and §3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import httptools

from tinhso.exchange.gateway.flowing import Headers

_HARMLESS = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F), *range(0x80, 0x100)])
_TARGET = re.compile(r"[\x21-\x7e]+")
_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_OURS = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "te", "trailer"}
)
_KNOWN_NAMES = 1_000


class BadMessage(Exception):
    """A message that is not HTTP/1.1 as this gateway accepts it; `status` is what a server answers."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.why = why
        self.status = status


class RequestHead:
    """A request's line and headers, and how its body is framed."""

    __slots__ = ("chunked", "expects", "headers", "hosts", "keep_alive", "length", "modern", "target", "verb")

    def __init__(self) -> None:
        self.verb = ""
        self.target = ""
        self.headers: Headers = []
        self.length = 0
        self.chunked = False
        self.expects = False
        self.keep_alive = self.modern = True
        self.hosts = 0

    def on_url(self, target: bytes) -> None:
        """Take a piece of the target."""
        self.target += target.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, and note what frames the message."""
        value = value.strip(b" \t")
        key = name.lower()
        if key in _FRAMING:
            if key == b"content-length":
                self.length = int(value)
            elif key == b"transfer-encoding":
                if value.lower() != b"chunked":
                    raise BadMessage("Transfer-Encoding other than chunked", 501)
                self.chunked = True
            elif key == b"host":
                self.hosts += 1
            elif value.lower() == b"100-continue":
                self.expects = True
            else:
                raise BadMessage("an expectation that is not known", 417)
        try:
            self.headers.append((name.decode("ascii"), value.decode()))
        except UnicodeDecodeError:
            raise BadMessage("a header that is not UTF-8") from None


def _text(raw: bytes) -> str:
    """Services of old answer in Latin-1: told as the same letters, rather than not at all."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


class AnswerHead:
    """An answer's line and headers, and how its body is framed; `length` is None where nothing tells it."""

    __slots__ = ("chunked", "headers", "keep_alive", "length", "reason", "status")

    def __init__(self) -> None:
        self.status = 0
        self.reason = ""
        self.headers: Headers = []
        self.length: int | None = None
        self.chunked = False
        self.keep_alive = True

    def on_status(self, reason: bytes) -> None:
        """Take a piece of the reason phrase."""
        self.reason += _text(reason)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header, and note what frames the message."""
        value = value.strip(b" \t")
        key = name.lower()
        if key == b"content-length":
            self.length = int(value)
        elif key == b"transfer-encoding":
            if value.lower() != b"chunked":
                raise BadMessage("Transfer-Encoding other than chunked")
            self.chunked = True
        self.headers.append((name.decode("ascii"), _text(value)))


_FRAMING = frozenset({b"content-length", b"transfer-encoding", b"host", b"expect"})


def read_request(head: bytes, *, most_headers: int) -> RequestHead:
    """The request whose line and headers, with the blank line, are `head`.

    Raises BadMessage for anything that two readers may read in two ways: bare CR or LF, folded lines, space
    before a colon, NUL and other controls, two lengths, a length beside chunks, none or two Host headers.
    """
    found = RequestHead()
    parser = httptools.HttpRequestParser(found)
    _feed(parser, head, most_headers)
    version = parser.get_http_version()
    found.verb = parser.get_method().decode("latin-1")
    if version == "1.0":
        if found.chunked or found.expects:
            raise BadMessage("chunks or expectations in HTTP/1.0")
        found.keep_alive = found.modern = False
    elif version == "1.1":
        if found.hosts != 1:
            raise BadMessage("exactly one Host header is needed")
        found.keep_alive = _stays(found.headers)
    else:
        raise BadMessage("only HTTP/1.1 is spoken here", 505)
    target = found.target
    if found.hosts > 1 or found.verb == "CONNECT" or not _TARGET.fullmatch(target):
        raise BadMessage("a target that cannot be served")
    if not head.startswith(f"{found.verb} {target} HTTP/".encode()):
        raise BadMessage("a request line with more than its three words")
    if target[0] != "/" and not (target == "*" and found.verb == "OPTIONS"):
        found.target = _path_of(target, found.headers)
    return found


def _path_of(target: str, headers: Sequence[tuple[str, str]]) -> str:
    """The path of an absolute target, as clients behind a proxy write it; its authority must be the Host's
    (RFC 9112 §3.2.2). Raises BadMessage."""
    scheme, _, rest = target.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    host = next((value for name, value in headers if name.lower() == "host"), "")
    if scheme.lower() not in ("http", "https") or not authority or authority.lower() != host.lower():
        raise BadMessage("the target must be a path, or an address of the Host that is named")
    path = rest[len(authority) :]
    return path if path.startswith("/") else f"/{path}"


def read_answer(head: bytes, *, most_headers: int) -> AnswerHead:
    """The answer whose line and headers, with the blank line, are `head`. Raises BadMessage."""
    found = AnswerHead()
    parser = httptools.HttpResponseParser(found)
    _feed(parser, head, most_headers)
    version = parser.get_http_version()
    found.status = parser.get_status_code()
    if version not in ("1.0", "1.1"):
        raise BadMessage("an answer that is not HTTP/1.1")
    if not 100 <= found.status <= 599:
        raise BadMessage("a status out of range")
    found.keep_alive = version == "1.1" and _stays(found.headers)
    if version == "1.0" and found.chunked:
        raise BadMessage("chunks in HTTP/1.0")
    return found


def _stays(headers: Headers) -> bool:
    return not any(name.lower() == "connection" and "close" in value.lower() for name, value in headers)


def _feed(parser: httptools.HttpRequestParser | httptools.HttpResponseParser, head: bytes, most: int) -> None:
    lines = head.count(b"\n")
    if lines - 2 > most:
        raise BadMessage("too many headers", 431)
    if head.count(b"\r\n") != lines or head.count(b"\r") != lines:
        raise BadMessage("a line that does not end in CR LF")
    if b"\n " in head or b"\n\t" in head:
        raise BadMessage("a folded header")
    if head.translate(None, _HARMLESS):
        raise BadMessage("a control character in the head")
    try:
        parser.feed_data(head)
    except httptools.HttpParserUpgrade:
        return
    except httptools.HttpParserCallbackError as error:
        if isinstance(error.__context__, BadMessage):
            raise error.__context__ from None
        raise BadMessage("a header that cannot be read") from error
    except httptools.HttpParserError as error:
        raise BadMessage(str(error) or "not HTTP") from error


_names: set[str] = set()


def write_head(first: str, headers: Iterable[tuple[str, str]], own: str) -> bytes:
    """The bytes of a head: `first` line, `headers` in their order and case, then `own` lines ending in CR LF.

    Headers that frame the message or belong to one connection are left out: the wire writes its own. Raises
    ValueError for a name, value or first line that would end its line early, or cannot be UTF-8.
    """
    lines = [first]
    for name, value in headers:
        if name not in _names:
            _check(name)
        if name.lower() not in _OURS:
            lines.append(f"{name}: {value}")
    count = len(lines)
    text = "\r\n".join(lines)
    if text.count("\n") != count - 1 or text.count("\r") != count - 1 or "\0" in text:
        raise ValueError("a header that would end its line early")
    return f"{text}\r\n{own}\r\n".encode()


def told_length(headers: Iterable[tuple[str, str]]) -> int | None:
    """What Content-Length among `headers` says. Raises ValueError for no number."""
    for name, value in headers:
        if name.lower() == "content-length":
            return int(value)
    return None


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a header name: {name!r}")
    if len(_names) < _KNOWN_NAMES:
        _names.add(name)


def check_target(verb: str, target: str) -> None:
    """Raise ValueError for a verb or raw target that would break the request line."""
    if not _NAME.fullmatch(verb) or not _TARGET.fullmatch(target):
        raise ValueError(f"not a request line: {verb!r} {target[:200]!r}")
