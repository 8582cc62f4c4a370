"""SOAP messages with their attachments, as HTTP brings them and as servers hand them on (§8, §9).

The envelope is held in memory, attachments as bodies are; nothing of either is changed on the way, but for
`requestHash`.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.transport import Body
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import parts
from tinhso.exchange.protocol.faults import Fault

MOST_ENVELOPE = 8 * 1024 * 1024
MOST_ATTACHMENTS = 1_000
NewSpool = Callable[[], Spool]


@dataclass(slots=True)
class Attachment:
    """One part behind the envelope, with its MIME headers as they came."""

    headers: parts.Headers
    body: Body
    digest: bytes

    @property
    def kept(self) -> bytes | Spooled:
        """The body for the log."""
        return self.body or b""


@dataclass(slots=True)
class SoapMessage:
    """An envelope with its attachments. `kind` is the content type of the HTTP body as it came."""

    kind: str
    envelope: bytes
    envelope_headers: parts.Headers
    attachments: list[Attachment] = field(default_factory=list)

    @property
    def envelope_type(self) -> str:
        """The content type of the envelope itself."""
        said = next((value for name, value in self.envelope_headers if name.lower() == "content-type"), "")
        return said or self.kind

    @property
    def leaf(self) -> tuple[bytes, ...]:
        """Digests of the parts, as they are signed."""
        return (hashlib.sha512(self.envelope).digest(), *(one.digest for one in self.attachments))

    @property
    def size(self) -> int:
        """Bytes of all attachments."""
        return sum(transport.size_of(one.body) for one in self.attachments)

    def close(self) -> None:
        """Take temporary files away."""
        for one in self.attachments:
            transport.close(one.body)


class _Collecting:
    """Gathers parts of one multipart level: the envelope first unless it came before, then attachments."""

    def __init__(
        self, message: SoapMessage, boundary: str, new_spool: NewSpool, *, has_envelope: bool
    ) -> None:
        self._message = message
        self._reader = parts.PartReader(boundary, most_parts=MOST_ATTACHMENTS)
        self._new_spool = new_spool
        self._has_envelope = has_envelope
        self._held: list[bytes] = []
        self._size = 0
        self._begun: parts.PartBegin | None = None
        self._spool: Spool | None = None

    async def feed(self, data: bytes) -> None:
        for event in self._reader.feed(data):
            if isinstance(event, parts.PartData):
                await self._data(event.data)
            elif isinstance(event, parts.PartBegin):
                self._begun = event
                self._spool = self._new_spool() if self._has_envelope else None
            elif isinstance(event, parts.PartEnd):
                await self._end()

    def finish(self) -> None:
        self._reader.finish()
        if not self._has_envelope:
            raise Fault("missing_soap", "The message has no SOAP part")

    def discard(self) -> None:
        if self._spool is not None:
            self._spool.discard()

    async def _data(self, data: bytes) -> None:
        if self._spool is not None:
            await transport.write(self._spool, data)
            return
        self._size += len(data)
        if self._size > MOST_ENVELOPE:
            raise Fault("invalid_soap", f"The envelope is longer than {MOST_ENVELOPE} bytes")
        self._held.append(data)

    async def _end(self) -> None:
        headers = self._begun.headers if self._begun else ()
        if self._spool is None:
            self._message.envelope, self._message.envelope_headers = b"".join(self._held), headers
            self._has_envelope = True
            return
        body, digest = await transport.finish(self._spool)
        self._spool = None
        self._message.attachments.append(Attachment(headers, body, digest or hashlib.sha512(b"").digest()))


async def read(kind: str, chunks: AsyncIterator[bytes], new_spool: NewSpool) -> SoapMessage:
    """The message of an HTTP body. Raises Fault; nothing of it is then left behind."""
    message = SoapMessage(kind, b"", ())
    if not kind.strip().lower().startswith("multipart/"):
        message.envelope = await _whole(chunks)
        return message
    collecting = _Collecting(message, parts.boundary_of(kind), new_spool, has_envelope=False)
    try:
        async for chunk in chunks:
            await collecting.feed(chunk)
        collecting.finish()
    except BaseException:
        collecting.discard()
        message.close()
        raise
    return message


async def _whole(chunks: AsyncIterator[bytes]) -> bytes:
    held, size = [], 0
    async for chunk in chunks:
        size += len(chunk)
        if size > MOST_ENVELOPE:
            raise Fault("invalid_soap", f"The envelope is longer than {MOST_ENVELOPE} bytes")
        held.append(chunk)
    return b"".join(held)


async def http_body(message: SoapMessage) -> AsyncIterator[bytes]:
    """The message as an HTTP body of its own `kind`."""
    if not message.kind.strip().lower().startswith("multipart/"):
        yield message.envelope
        return
    boundary = parts.boundary_of(message.kind)
    yield parts.part_begin(boundary, message.envelope_headers) + message.envelope + parts.part_end
    async for piece in _attachments(message.attachments, boundary):
        yield piece
    yield parts.closing(boundary)


async def between_servers(
    message: SoapMessage, boundary: str, *, ocsp: Sequence[bytes], signed: Signed
) -> AsyncIterator[bytes]:
    """The message as servers hand it on, its evidence last (§9)."""
    answers = b"".join(transport.part(boundary, transport.OCSP, one) for one in ocsp)
    headers = message.envelope_headers or (("Content-Type", message.envelope_type),)
    yield answers + parts.part_begin(boundary, headers) + message.envelope + parts.part_end
    if message.attachments:
        nested = transport.new_boundary()
        kind = f'{transport.MIXED}; boundary="{nested}"'
        yield transport.body_begin(boundary, kind)
        async for piece in _attachments(message.attachments, nested):
            yield piece
        yield parts.closing(nested) + parts.part_end
    yield transport.ending(boundary, signed)


def content_of(message: SoapMessage) -> bytes | AsyncIterator[bytes]:
    """The HTTP body, in one piece when it is the envelope alone."""
    plain = not message.kind.strip().lower().startswith("multipart/")
    return message.envelope if plain else http_body(message)


async def outgoing(
    message: SoapMessage, boundary: str, *, ocsp: Sequence[bytes], signed: Signed
) -> bytes | AsyncIterator[bytes]:
    """What goes to a peer, in one piece when it has no attachments."""
    flow = between_servers(message, boundary, ocsp=ocsp, signed=signed)
    return flow if message.attachments else b"".join([piece async for piece in flow])


def mime_size(message: SoapMessage) -> int | None:
    """Bytes of the message as an HTTP body with attachments; None for an envelope alone."""
    if not message.kind.strip().lower().startswith("multipart/"):
        return None
    boundary = parts.boundary_of(message.kind)
    heads = [message.envelope_headers, *(one.headers for one in message.attachments)]
    framing = sum(len(parts.part_begin(boundary, each)) + len(parts.part_end) for each in heads)
    return framing + len(message.envelope) + message.size + len(parts.closing(boundary))


async def _attachments(attachments: Sequence[Attachment], boundary: str) -> AsyncIterator[bytes]:
    for one in attachments:
        yield parts.part_begin(boundary, one.headers)
        async for piece in transport.read_pieces(one.body):
            yield piece
        yield parts.part_end


@dataclass(slots=True)
class SoapReceived:
    """A message from a peer, with its evidence."""

    message: SoapMessage
    ocsp: list[bytes] = field(default_factory=list)
    chain_result: bytes | None = None
    chain: bytes | None = None
    signature: bytes | None = None
    fault: Fault | None = None

    @property
    def signed(self) -> Signed:
        """The evidence. Raises Fault `missing_signature`."""
        if self.signature is None:
            raise Fault("missing_signature", "The message has no signature")
        return Signed(self.signature, self.chain_result, self.chain)


class SoapReceiving:
    """Reads a SOAP message between servers: parts in the order of §9, attachments within one of them."""

    def __init__(self, boundary: str, kind: str, new_spool: NewSpool) -> None:
        self._reader = parts.PartReader(boundary)
        self._new_spool = new_spool
        self._received = SoapReceived(SoapMessage(kind, b"", ()))
        self._nested: _Collecting | None = None
        self._type = ""
        self._begun: parts.Headers = ()
        self._most = 0
        self._held: list[bytes] = []
        self._size = 0
        self._seen = False

    async def read(self, chunks: AsyncIterator[bytes]) -> SoapReceived:
        """The whole message. Raises Fault; nothing of it is then left behind."""
        try:
            async for chunk in chunks:
                for event in self._reader.feed(chunk):
                    await self._take(event)
            self._reader.finish()
            if not self._seen:
                raise Fault("missing_soap", "The message has no SOAP part")
        except BaseException:
            if self._nested is not None:
                self._nested.discard()
            self._received.message.close()
            raise
        return self._received

    async def _take(self, event: parts.Event) -> None:
        if isinstance(event, parts.PartBegin):
            self._begin(event)
        elif isinstance(event, parts.PartData):
            if self._nested is not None:
                await self._nested.feed(event.data)
                return
            self._size += len(event.data)
            if self._size > self._most:
                raise Fault(
                    transport.BROKEN, f"A part of type {self._type} is longer than {self._most} bytes"
                )
            self._held.append(event.data)
        elif isinstance(event, parts.PartEnd):
            self._end()

    def _begin(self, begun: parts.PartBegin) -> None:
        received = self._received
        self._type, self._begun = begun.content_type, begun.headers
        self._held, self._size, self._nested = [], 0, None
        if received.signature is not None or received.fault is not None:
            raise Fault(transport.BROKEN, "A part follows the signature")
        if self._type == transport.OCSP and not self._seen and len(received.ocsp) < transport.MOST_OCSP:
            self._most = transport.MOST_OCSP_BYTES
        elif self._type in (transport.XML, transport.XOP) and not self._seen:
            self._most = MOST_ENVELOPE
        elif self._type == transport.MIXED and self._seen and not received.message.attachments:
            self._nested = _Collecting(
                received.message,
                parts.boundary_of(begun.header("content-type")),
                self._new_spool,
                has_envelope=True,
            )
        elif self._seen and self._type in (
            transport.CHAIN_RESULT,
            transport.CHAIN,
            transport.SIGNATURE,
            transport.XML,
        ):
            self._most = transport.MOST_SIGNATURE_BYTES
        else:
            raise Fault(transport.BROKEN, f"A part of type {self._type[:100]} is out of place")

    def _end(self) -> None:
        received = self._received
        if self._nested is not None:
            self._nested.finish()
            self._nested = None
            return
        content = b"".join(self._held)
        if self._type == transport.OCSP:
            received.ocsp.append(content)
        elif not self._seen:
            self._seen = True
            received.message.envelope = content
            received.message.envelope_headers = self._begun
        elif self._type == transport.CHAIN_RESULT:
            received.chain_result = content
        elif self._type == transport.CHAIN:
            received.chain = content
        elif self._type == transport.SIGNATURE:
            received.signature = content
        else:
            received.fault = transport.read_last(content)
