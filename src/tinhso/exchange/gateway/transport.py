"""Messages between security servers: the parts of §9, written and read.

A short message goes out in one piece; the body of a long one passes while its digest is made, and the
signature follows. What comes in is held whole (in memory when short, else in a file) before anything is done.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import parts
from tinhso.exchange.protocol.faults import Fault, read_fault, same

Header = tuple[str, str]
Body = bytes | Spooled | None

MIXED = "multipart/mixed"
XML = "text/xml"
XOP = "application/xop+xml"
OCSP = "application/ocsp-response"
REQUEST = "application/x-road-rest-request"
RESPONSE = "application/x-road-rest-response"
REST_BODY = "application/x-road-rest-body"
CHAIN_RESULT = "application/hash-chain-result"
CHAIN = "application/hash-chain"
SIGNATURE = "signature/bdoc-1.0/ts"
BROKEN = "mime_parsing_failed"
OVER_QUOTA = "server.serverproxy.quota_exceeded"

MOST_OCSP, MOST_OCSP_BYTES = 16, 64 * 1024
MOST_HEAD_BYTES = 512 * 1024
MOST_SIGNATURE_BYTES = 512 * 1024
HASH = "SHA-512"


def transport_headers(*, request_id: str, boundary: str, version: str, original_type: str) -> list[Header]:
    """HTTP headers of a REST message between servers (§9)."""
    made = [
        ("x-road-request-id", request_id),
        ("x-hash-algorithm", HASH),
        ("x-proxy-version", version),
        ("x-road-message-type", "REST"),
        ("Content-Type", f'{MIXED}; charset=UTF-8; boundary="{boundary}"'),
    ]
    if original_type:
        made.insert(3, ("x-original-content-type", original_type))
    return made


def new_boundary() -> str:
    """A boundary that no body holds by chance."""
    return f"xr{secrets.token_hex(16)}"


_OURS = re.compile(r'multipart/mixed; charset=UTF-8; boundary="([0-9a-z]{34})"')


def boundary_of(content_type: str) -> str:
    """The boundary of a multipart content type; as our own servers write it at once. Raises Fault."""
    ours = _OURS.fullmatch(content_type)
    return ours[1] if ours else parts.boundary_of(content_type)


def part(boundary: str, content_type: str, content: bytes) -> bytes:
    """One whole part."""
    return parts.part_begin(boundary, [("Content-Type", content_type)]) + content + parts.part_end


def opening(boundary: str, *, ocsp: Sequence[bytes], head_type: str, head: bytes) -> bytes:
    """The parts before the body."""
    answers = b"".join(part(boundary, OCSP, one) for one in ocsp)
    return answers + part(boundary, head_type, head)


def ending(boundary: str, signed: Signed) -> bytes:
    """The parts after the body, and the end."""
    made = b""
    if signed.chain_result is not None and signed.chain is not None:
        made = part(boundary, CHAIN_RESULT, signed.chain_result) + part(boundary, CHAIN, signed.chain)
    return made + part(boundary, SIGNATURE, signed.signature) + parts.closing(boundary)


def fault_ending(boundary: str, fault: bytes) -> bytes:
    """A SOAP fault in the signature's place: something failed after the message had begun to go (§9)."""
    return part(boundary, XML, fault) + parts.closing(boundary)


def body_begin(boundary: str, content_type: str = REST_BODY) -> bytes:
    """What stands before the body's bytes; `parts.part_end` stands behind them."""
    return parts.part_begin(boundary, [("Content-Type", content_type)])


def pieces_of(body: Body) -> list[bytes]:
    """A body in memory as pieces; not for files."""
    if isinstance(body, Spooled):
        raise TypeError("a body in a file is read piece by piece")
    return [] if body is None else [body]


async def read_pieces(body: Body) -> AsyncIterator[bytes]:
    """A body's bytes, a file's read by a thread."""
    if not isinstance(body, Spooled):
        if body:
            yield body
        return
    pieces = body.pieces()
    while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
        yield piece


async def collect(chunks: AsyncIterator[bytes], spool: Spool) -> tuple[Body, bytes | None]:
    """Take a body whole: it, and its SHA-512 (None for an empty one). Raises Fault."""
    try:
        async for chunk in chunks:
            if chunk:
                await write(spool, chunk)
        return await finish(spool)
    except BaseException:
        spool.discard()
        raise


async def write(spool: Spool, chunk: bytes) -> None:
    """Write without holding the loop when the disk is due."""
    if spool.due:
        await asyncio.to_thread(spool.write, chunk)
    else:
        spool.write(chunk)


async def finish(spool: Spool) -> tuple[Body, bytes | None]:
    """The body and its digest."""
    body = await asyncio.to_thread(spool.finish) if spool.due else spool.finish()
    return body, spool.digest if spool.size else None


def size_of(body: Body) -> int:
    """Bytes of a body."""
    if isinstance(body, Spooled):
        return body.size
    return len(body) if body else 0


def leaf_of(head_digest: bytes, body_digest: bytes | None) -> tuple[bytes, ...]:
    """The digests of a REST message's parts, as they are signed."""
    return (head_digest,) if body_digest is None else (head_digest, body_digest)


def close(body: Body) -> None:
    """Take away a body's temporary file; what the log kept stays."""
    if isinstance(body, Spooled):
        body.close()


@dataclass(slots=True)
class Received:
    """A message as it came: header part, body, and the evidence that came with it."""

    ocsp: list[bytes] = field(default_factory=list)
    head_type: str = ""
    head: bytes | None = None
    body_type: str = ""
    body: Body = None
    body_digest: bytes | None = None
    chain_result: bytes | None = None
    chain: bytes | None = None
    signature: bytes | None = None
    fault: Fault | None = None
    size: int = 0

    @property
    def signed(self) -> Signed:
        """The evidence. Raises Fault `missing_signature`."""
        if self.signature is None:
            raise Fault("missing_signature", "The message has no signature")
        return Signed(self.signature, self.chain_result, self.chain)


class Theirs(Fault):
    """A fault that the peer said: it goes on in its own words."""

    def within(self, _prefix: str) -> Fault:
        """Itself, whoever reports it."""
        return self


def theirs(fault: Fault) -> Theirs:
    """A fault as the peer said it."""
    status = 429 if same(fault.code, OVER_QUOTA) else 0
    return Theirs(fault.code, fault.message, fault.detail, status)


def read_last(content: bytes) -> Fault:
    """The fault that stands in the signature's place."""
    fault = read_fault(XML, content)
    return theirs(fault) if fault else Fault(BROKEN, "The last part is no fault")


Limit = Callable[[bytes], Spool]
"""Gives the spool for the body of a message with this header part; raises Fault for one nobody wants."""


class Receiving:
    """Reads one message's parts, in the order of §9 and no other."""

    def __init__(self, boundary: str, spool_for: Limit) -> None:
        self._reader = parts.PartReader(boundary)
        self._spool_for = spool_for
        self._spool: Spool | None = None
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._most = 0
        self._type = ""
        self._done = False
        self.received = Received()

    async def read(self, chunks: AsyncIterator[bytes]) -> Received:
        """The whole message. Raises Fault; nothing of the body is then left behind."""
        try:
            async for chunk in chunks:
                await self._take(chunk)
            if not self._done:
                raise Fault(BROKEN, "The message ended before its last part")
        except BaseException:
            if self._spool is not None:
                self._spool.discard()
            close(self.received.body)
            raise
        return self.received

    async def _take(self, chunk: bytes) -> None:
        self.received.size += len(chunk)
        for event in self._reader.feed(chunk):
            if isinstance(event, parts.PartData):
                await self._data(event.data)
            elif isinstance(event, parts.PartBegin):
                self._begin(event)
            elif isinstance(event, parts.PartEnd):
                await self._end()
            else:
                self._done = True

    def _begin(self, begun: parts.PartBegin) -> None:
        self._type = begun.content_type
        self._held, self._held_bytes = [], 0
        received = self.received
        if received.signature is not None or received.fault is not None:
            raise Fault(BROKEN, "A part follows the signature")
        if self._type == OCSP and received.head is None and len(received.ocsp) < MOST_OCSP:
            self._most = MOST_OCSP_BYTES
        elif self._type in (REQUEST, RESPONSE) and received.head is None:
            received.head_type, self._most = self._type, MOST_HEAD_BYTES
        elif self._type == REST_BODY and received.head is not None and not received.body_type:
            received.body_type = self._type
            self._spool = self._spool_for(received.head)
        elif received.head is not None and self._type in (CHAIN_RESULT, CHAIN, SIGNATURE, XML):
            self._most = MOST_SIGNATURE_BYTES
        else:
            raise Fault(BROKEN, f"A part of type {self._type[:100]} is out of place")

    async def _data(self, data: bytes) -> None:
        if self._type == REST_BODY and self._spool is not None:
            await write(self._spool, data)
            return
        self._held_bytes += len(data)
        if self._held_bytes > self._most:
            raise Fault(BROKEN, f"A part of type {self._type} is longer than {self._most} bytes")
        self._held.append(data)

    async def _end(self) -> None:
        received = self.received
        if self._type == REST_BODY and self._spool is not None:
            received.body, received.body_digest = await finish(self._spool)
            self._spool = None
            return
        content = self._held[0] if len(self._held) == 1 else b"".join(self._held)
        if self._type == OCSP:
            received.ocsp.append(content)
        elif self._type in (REQUEST, RESPONSE):
            received.head = content
        elif self._type == CHAIN_RESULT:
            received.chain_result = content
        elif self._type == CHAIN:
            received.chain = content
        elif self._type == SIGNATURE:
            received.signature = content
        else:
            received.fault = read_last(content)
