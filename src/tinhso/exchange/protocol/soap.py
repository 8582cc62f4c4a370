"""SOAP messages of protocol 4.0: envelope and headers, request hash, headers that answer headers (§8).

Only the header is taken apart; the body is checked to be one element and otherwise left as it is.
"""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha512
from typing import Final

from tinhso.exchange.protocol import parts, xml
from tinhso.exchange.protocol.faults import Fault, read_fault
from tinhso.exchange.protocol.identifiers import MOST_CHARACTERS, ClientId, ServerId, ServiceId

XROAD: Final = "http://x-road.eu/xsd/xroad.xsd"
IDENTIFIERS: Final = "http://x-road.eu/xsd/identifiers"
REPRESENTATION: Final = "http://x-road.eu/xsd/representation.xsd"
SHA512: Final = "http://www.w3.org/2001/04/xmlenc#sha512"
VERSION: Final = "4.0"

TYPES: Final = ("text/xml", "application/xop+xml")
"""Media types of an envelope: SOAP 1.1, and the first part of MTOM."""

MOST_HEADER_EVENTS: Final = 2000
"""Elements and texts that the header may hold altogether."""

_CHARSETS: Final = re.compile(r"utf-?8|us-ascii|iso-8859-[0-9]{1,2}|windows-12[0-9]{2}", re.IGNORECASE)
_TAG: Final = re.compile(rb"<([^\s/>]+)")
_ACTION: Final = re.compile(r'"[!#-~]*"')
_CLIENT_PARTS: Final = ("xRoadInstance", "memberClass", "memberCode", "subsystemCode")
SERVICE_PARTS: Final = (*_CLIENT_PARTS, "serviceCode", "serviceVersion")
_SERVER_PARTS: Final = ("xRoadInstance", "memberClass", "memberCode", "serverCode")


@dataclass(frozen=True, slots=True)
class Header:
    """One header element: name as `{namespace}local`, and its content without regard to prefixes.

    Content is a sequence of (path from the element, text or attribute value).
    """

    name: str
    content: tuple[tuple[str, str], ...]

    def text(self, path: str = "") -> str:
        """The text at a path, empty when there is none."""
        return next((value for each, value in self.content if each == path), "")


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a SOAP message says of itself. Of a fault (`fault` is set) every header may be missing.

    `body_name` is the local name of the body's element; `request_hash` is base64 and `hash_algorithm` its
    URI, both empty in a request.
    """

    headers: tuple[Header, ...]
    client: ClientId | None
    service: ServiceId | None
    id: str
    user_id: str
    issue: str
    protocol_version: str
    request_hash: str
    hash_algorithm: str
    represented_party: tuple[str, str] | None
    security_server: ServerId | None
    body_name: str
    fault: Fault | None
    header_end: int
    """The byte at which the header's end tag begins."""
    hash_at: tuple[int, int] | None
    """The bytes that an existing `requestHash` takes."""
    tags: tuple[str, str]
    """The names of the envelope's and the header's element as they are written, with their prefix."""
    charset: str

    def text(self, name: str) -> str:
        """The text of a header by its `{namespace}local`, empty when there is none."""
        return next((one.text() for one in self.headers if one.name == name), "")


def read_envelope(data: bytes, content_type: str = "text/xml") -> Envelope:
    """The envelope in the bytes of a message, or of the first part of one with attachments.

    Raises Fault (`invalid_content_type`, `invalid_soap`, `missing_header`, `missing_header_field`,
    `duplicate_header_field`, `missing_body`, `invalid_body`, `inconsistent_headers`,
    `invalid_protocol_version`); document types and entities are never read.
    """
    reading = _Reading(data)
    charset = _charset(content_type)
    reader = xml.parser(charset)
    reading.attach(reader)
    try:
        xml.run(reader, data)
    except xml.NotAllowed as why:
        raise Fault("invalid_soap", f"The message cannot be read: {why}") from why
    if reading.body_children == 0:
        raise Fault("missing_body", "The SOAP body is missing or empty")
    if reading.body_children > 1:
        raise Fault("invalid_body", "The SOAP body must hold one element")
    return _understood(reading, data, charset)


def request_hash(data: bytes) -> str:
    """The hash of a request's bytes, of the first part alone when it has attachments."""
    return b64encode(sha512(data).digest()).decode()


def with_request_hash(
    data: bytes, hash_: str, algorithm: str = SHA512, content_type: str = "text/xml"
) -> bytes:
    """The response with its `requestHash`; one that the service set is replaced, nothing else moves."""
    envelope = read_envelope(data, content_type)
    if envelope.header_end == 0:
        raise Fault("missing_header", "The SOAP header is missing")
    said = (
        f'<xrd:requestHash xmlns:xrd="{XROAD}" algorithmId="{algorithm}">{hash_}</xrd:requestHash>'
    ).encode("ascii")
    end = envelope.header_end
    if envelope.hash_at is None:
        return data[:end] + said + data[end:]
    begin, until = envelope.hash_at
    return data[:begin] + data[until:end] + said + data[end:]


def check_same_headers(request: Envelope, response: Envelope) -> None:
    """Whether a service copied all headers of the exchange, in order and unchanged; raises Fault."""
    if _compared(request) != _compared(response):
        raise Fault("inconsistent_headers", "The response does not repeat the headers of the request")


def read_action(header: str | None) -> str:
    """The action that `SOAPAction` names, empty for none; raises Fault `invalid_soap_action`."""
    said = (header or "").strip()
    if not said:
        return ""
    if not _ACTION.fullmatch(said):
        raise Fault("client.invalid_soap_action", "SOAPAction must be empty or a quoted URI")
    return said[1:-1]


class _Reading:
    """Takes the events of the parser; what is not a header is only counted."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.headers: list[Header] = []
        self.header_seen = False
        self.body_seen = False
        self.body_children = 0
        self.body_element = ""
        self.header_end = 0
        self.hash_at: tuple[int, int] | None = None
        self.tags: tuple[str, ...] = ()
        self._path: list[str] = []
        self._in_header = False
        self._content: list[tuple[str, str]] = []
        self._text: list[str] = []
        self._began = 0
        self._events = 0

    def attach(self, reader: xml.Parser) -> None:
        """Listen to a parser."""
        self._reader = reader
        reader.StartElementHandler = self.begin
        reader.EndElementHandler = self.end
        reader.CharacterDataHandler = self.text

    def begin(self, raw: str, attributes: dict[str, str]) -> None:
        """An element opens."""
        depth = len(self._path)
        if depth >= xml.MOST_DEPTH:
            raise Fault("invalid_soap", "Elements lie too deep in each other")
        name = xml.name_of(raw)
        self._path.append(name)
        if self._in_header and depth >= 2:
            self._begin_header(depth, name, attributes)
        elif depth == 0:
            if name != f"{{{xml.SOAP}}}Envelope":
                raise Fault("invalid_soap", "The message is not a SOAP 1.1 envelope")
            self.tags = (self._written(),)
        elif depth == 1:
            self._begin_section(name)
        elif depth == 2 and self.body_seen:
            self.body_children += 1
            self.body_element = self.body_element or name

    def end(self, _raw: str) -> None:
        """An element closes."""
        depth = len(self._path) - 1
        name = self._path[-1]
        if self._in_header:
            if depth == 1:
                self.header_end = self._reader.CurrentByteIndex
                self._in_header = False
            else:
                self._end_header(depth, name)
        self._path.pop()

    def text(self, said: str) -> None:
        """Characters within an element."""
        if self._in_header and len(self._path) > 2:
            self._text.append(said)

    def _begin_section(self, name: str) -> None:
        if name == f"{{{xml.SOAP}}}Header" and not self.header_seen and not self.body_seen:
            self.header_seen = self._in_header = True
            self.tags = (self.tags[0], self._written())
        elif name == f"{{{xml.SOAP}}}Body" and not self.body_seen:
            self.body_seen = True
        else:
            raise Fault("invalid_soap", "A SOAP envelope holds a header and a body, once each")

    def _begin_header(self, depth: int, name: str, attributes: dict[str, str]) -> None:
        self._events += 1 + len(attributes)
        if self._events > MOST_HEADER_EVENTS:
            raise Fault("invalid_soap", "The SOAP header is too long")
        self._flush()
        if depth == 2:
            self._content = []
            self._began = self._reader.CurrentByteIndex
        path = "/".join(self._path[3:])
        self._content.append((f"{path}<", ""))
        self._content += sorted((f"{path}@{xml.name_of(key)}", value) for key, value in attributes.items())

    def _end_header(self, depth: int, name: str) -> None:
        self._flush()
        if depth > 2:
            return
        self.headers.append(Header(name, tuple(self._content)))
        if name == f"{{{XROAD}}}requestHash" and self.hash_at is None:
            self.hash_at = (self._began, self._tag_end())

    def _flush(self) -> None:
        said = "".join(self._text).strip()
        self._text = []
        if said:
            self._content.append(("/".join(self._path[3:]), said))

    def _tag_end(self) -> int:
        """The byte behind the element that ends now; expat points at the end tag, or behind an empty one."""
        at = self._reader.CurrentByteIndex
        if self.data.startswith(b"</" + self._written(self._began).encode(), at):
            return self.data.index(b">", at) + 1
        return at

    def _written(self, at: int = -1) -> str:
        """The name, with its prefix, of the element whose tag begins at a byte, or here."""
        match = _TAG.match(self.data, self._reader.CurrentByteIndex if at < 0 else at)
        return match[1].decode("utf-8", "replace") if match else ""


def _understood(reading: _Reading, data: bytes, charset: str) -> Envelope:
    body_name = reading.body_element.rpartition("}")[2]
    fault = None
    if reading.body_element == f"{{{xml.SOAP}}}Fault":
        fault = read_fault("text/xml", data) or Fault("service_failed", "The service answered with a fault")
    elif not reading.header_seen:
        raise Fault("missing_header", "The SOAP header is missing")
    known: dict[str, Header] = {}
    for header in reading.headers:
        if header.name.startswith((f"{{{XROAD}}}", f"{{{REPRESENTATION}}}")):
            if header.name in known:
                raise Fault("duplicate_header_field", f"A header comes twice: {header.name}")
            known[header.name] = header
    needed = () if fault else ("client", "service", "id", "protocolVersion")
    for name in needed:
        given = known.get(f"{{{XROAD}}}{name}")
        if given is None or not (name in ("client", "service") or given.text()):
            raise Fault("missing_header_field", f"The header {name} is missing")
    service = _service(known)
    if service and not fault and body_name not in (service.code, f"{service.code}Response"):
        raise Fault("inconsistent_headers", "The body's element is not named as the service")
    version = _text(known, "protocolVersion")
    if version and not re.fullmatch(r"4\.[0-9x]{1,3}", version):
        raise Fault("invalid_protocol_version", "The only SOAP protocol version is 4")
    hash_header = known.get(f"{{{XROAD}}}requestHash")
    return Envelope(
        headers=tuple(reading.headers),
        client=_client(known),
        service=service,
        id=_short("id", _text(known, "id")),
        user_id=_text(known, "userId"),
        issue=_text(known, "issue"),
        protocol_version=version,
        request_hash=hash_header.text() if hash_header else "",
        hash_algorithm=hash_header.text("@algorithmId") if hash_header else "",
        represented_party=_represented(known),
        security_server=_server(known),
        body_name=body_name,
        fault=fault,
        header_end=reading.header_end,
        hash_at=reading.hash_at,
        tags=(reading.tags[0], reading.tags[-1]),
        charset=charset,
    )


def _text(known: dict[str, Header], name: str) -> str:
    header = known.get(f"{{{XROAD}}}{name}")
    return header.text() if header else ""


def _client(known: dict[str, Header]) -> ClientId | None:
    header = known.get(f"{{{XROAD}}}client")
    if header is None:
        return None
    found = _identifier(header, _CLIENT_PARTS, {"subsystemCode"}, ("MEMBER", "SUBSYSTEM"))
    return ClientId(*(found[name] for name in _CLIENT_PARTS))


def _service(known: dict[str, Header]) -> ServiceId | None:
    header = known.get(f"{{{XROAD}}}service")
    if header is None:
        return None
    found = _identifier(header, SERVICE_PARTS, {"subsystemCode", "serviceVersion"}, ("SERVICE",))
    owner = ClientId(*(found[name] for name in _CLIENT_PARTS))
    return ServiceId(owner, found["serviceCode"], found["serviceVersion"])


def _server(known: dict[str, Header]) -> ServerId | None:
    header = known.get(f"{{{XROAD}}}securityServer")
    if header is None:
        return None
    found = _identifier(header, _SERVER_PARTS, set(), ("SERVER",))
    return ServerId(*(found[name] for name in _SERVER_PARTS))


def _represented(known: dict[str, Header]) -> tuple[str, str] | None:
    header = known.get(f"{{{REPRESENTATION}}}representedParty")
    if header is None:
        return None
    code = _short("partyCode", header.text(f"{{{REPRESENTATION}}}partyCode"))
    if not code:
        raise Fault("missing_header_field", "The represented party has no code")
    return _short("partyClass", header.text(f"{{{REPRESENTATION}}}partyClass")), code


def _identifier(
    header: Header, names: tuple[str, ...], optional: set[str], kinds: tuple[str, ...]
) -> dict[str, str]:
    """The parts of an identifier in the order that is prescribed; a part that may be missing is empty."""
    local = header.name.rpartition("}")[2]
    if header.text(f"@{{{IDENTIFIERS}}}objectType") not in kinds:
        raise Fault("invalid_soap", f"The header {local} has no fitting objectType")
    prefix = f"{{{IDENTIFIERS}}}"
    elements = [path[:-1] for path, _ in header.content if path.endswith("<") and path != "<"]
    known = {f"{prefix}{name}": index for index, name in enumerate(names)}
    order = [known.get(path, -1) for path in elements]
    if -1 in order or order != sorted(set(order)):
        raise Fault("invalid_soap", f"The identifier in the header {local} is out of order")
    found = {name: _short(name, header.text(f"{prefix}{name}")) for name in names}
    missing = [name for name in names if not found[name] and name not in optional]
    if missing:
        raise Fault("missing_header_field", f"The header {local} lacks {missing[0]}")
    return found


def _short(name: str, value: str) -> str:
    if len(value) > MOST_CHARACTERS:
        raise Fault("invalid_soap", f"{name} is longer than {MOST_CHARACTERS} characters")
    return value


def _compared(envelope: Envelope) -> list[Header]:
    ours = (f"{{{XROAD}}}", f"{{{REPRESENTATION}}}")
    own = f"{{{XROAD}}}requestHash"
    return [each for each in envelope.headers if each.name.startswith(ours) and each.name != own]


def _charset(content_type: str) -> str:
    kind, said = parts.parameters(content_type)
    if kind not in TYPES:
        raise Fault("invalid_content_type", "A SOAP 1.1 envelope is text/xml")
    charset = said.get("charset", "utf-8")
    if not _CHARSETS.fullmatch(charset):
        raise Fault("invalid_content_type", "The charset is not one that the exchange reads")
    return charset
