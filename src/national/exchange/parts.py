"""Bodies of several parts between servers (exchange protocol §9), written and read whole."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from national.exchange.failures import Failure
from national.exchange.wires import TOKEN, Headers, bytes_of, header, text_of

OCSP = "application/ocsp-response"
REST_REQUEST = "application/x-road-rest-request"
REST_RESPONSE = "application/x-road-rest-response"
REST_BODY = "application/x-road-rest-body"
CHAIN_RESULT = "application/hash-chain-result"
CHAIN = "application/hash-chain"
SIGNATURE = "signature/bdoc-1.0/ts"
SOAP_KINDS = ("text/xml", "application/xop+xml")
BOUNDARY = re.compile(r"""boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """One part; `kind` is its content type without parameters."""

    content: bytes
    headers: Headers = field(default=())

    @property
    def content_type(self) -> str:
        """As it was written."""
        return header(self.headers, "content-type")

    @property
    def kind(self) -> str:
        """Without parameters, lower case."""
        return self.content_type.partition(";")[0].strip().lower()


def part(content_type: str, content: bytes) -> Part:
    """A part that has nothing but a content type."""
    return Part(content, [("Content-Type", content_type)])


def boundary_of(content_type: str) -> str:
    """The boundary a content type names; raises Failure."""
    found = BOUNDARY.search(content_type)
    if not found:
        raise Failure("mime_parsing_failed", "the content type names no boundary")
    return found[1] or found[2]


def written(parts: Sequence[Part], boundary: str = "") -> tuple[str, bytes]:
    """Boundary and bytes."""
    boundary = boundary or f"nat-{uuid.uuid4().hex}"
    out = []
    for one in parts:
        head = "".join(f"{name}: {value}\r\n" for name, value in one.headers)
        out.append(bytes_of(f"--{boundary}\r\n{head}\r\n") + one.content + b"\r\n")
    return boundary, b"".join(out) + bytes_of(f"--{boundary}--\r\n")


def read(content_type: str, body: bytes) -> list[Part]:
    """The parts of a body; raises Failure `mime_parsing_failed` for anything that is not exactly this."""
    mark = b"\r\n--" + bytes_of(boundary_of(content_type))
    first, *pieces = (b"\r\n" + body.removeprefix(b"\r\n")).split(mark)
    if first or not pieces:
        raise Failure("mime_parsing_failed", "text before the first part")
    if pieces.pop() not in (b"--", b"--\r\n"):
        raise Failure("mime_parsing_failed", "the last boundary is missing, or text follows it")
    return [_read_part(piece) for piece in pieces]


def _read_part(piece: bytes) -> Part:
    if not piece.startswith(b"\r\n"):
        raise Failure("mime_parsing_failed", "text behind a boundary")
    head, blank, content = piece[2:].partition(b"\r\n\r\n")
    if not blank:
        raise Failure("mime_parsing_failed", "a part without an end of its headers")
    headers = []
    for line in text_of(head).split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or not TOKEN.fullmatch(name):
            raise Failure("mime_parsing_failed", f"no header of a part: {line[:80]}")
        headers.append((name, value.strip(" \t")))
    return Part(content, headers)
