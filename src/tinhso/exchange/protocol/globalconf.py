"""The global configuration: who is in the exchange, by whose word (the anchor's), and until when.

A compact JWS (ES256) over JSON. A new document must be signed by the anchor's key, of the anchor's instance,
unexpired, and have a higher serial than the one in force; otherwise the old one stays until it expires.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

import jwt
import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, parse_client

logger = logging.getLogger(__name__)
MOST_BYTES = 16 * 1024 * 1024
ALGORITHM = "ES256"


class Refused(ValueError):
    """A document that cannot come into force; the message says why."""


class Anchor(msgspec.Struct, frozen=True):
    """Where the configuration is and whose signature it must bear (certificate: DER)."""

    instance: str
    url: str
    certificate: bytes


class Authority(msgspec.Struct, frozen=True):
    """Who gives certificates (DER), and where its OCSP responder is."""

    name: str
    certificate: bytes
    ocsp: str = ""


class Stamping(msgspec.Struct, frozen=True):
    """A time-stamping authority."""

    name: str
    url: str
    certificate: bytes


class SubsystemEntry(msgspec.Struct, frozen=True):
    """A subsystem of a member."""

    code: str
    name: str = ""


class MemberEntry(msgspec.Struct, frozen=True):
    """A member with its subsystems."""

    member_class: str = msgspec.field(name="class")
    code: str
    name: str = ""
    subsystems: tuple[SubsystemEntry, ...] = ()


class Server(msgspec.Struct, frozen=True):
    """A security server. `maintenance` is the sentence for callers, empty when it serves."""

    owner: str
    code: str
    address: str
    ocsp: str = ""
    auth_certificates: frozenset[str] = frozenset()
    clients: frozenset[str] = frozenset()
    maintenance: str = ""

    @property
    def id(self) -> str:
        """`instance/class/member/code`."""
        return f"{self.owner}/{self.code}"

    @property
    def url(self) -> str:
        """Where other servers reach it."""
        return f"https://{self.address}"


class Group(msgspec.Struct, frozen=True):
    """A global group of clients."""

    code: str
    members: frozenset[str] = frozenset()


class Document(msgspec.Struct, frozen=True):
    """What the authority of the instance signed."""

    instance: str
    serial: int
    issued: datetime
    expires: datetime
    authorities: tuple[Authority, ...] = ()
    stamping: tuple[Stamping, ...] = ()
    stamping_interval: int = 60
    members: tuple[MemberEntry, ...] = ()
    servers: tuple[Server, ...] = ()
    groups: tuple[Group, ...] = ()


class GlobalConfiguration:
    """A document in force, with the look-ups that each message needs. `text` is the JWS as it came."""

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.text = text
        self.servers: Mapping[str, Server] = {one.id: one for one in document.servers}
        self.by_certificate: Mapping[str, Server] = {
            mark: one for one in document.servers for mark in one.auth_certificates
        }
        self.groups: Mapping[str, frozenset[str]] = {one.code: one.members for one in document.groups}
        self.members: Mapping[tuple[str, str], MemberEntry] = {
            (one.member_class, one.code): one for one in document.members
        }
        serving: dict[ClientId, tuple[Server, ...]] = {}
        for one in document.servers:
            for client in {*one.clients, one.owner}:
                parsed = parse_client(client)
                serving[parsed] = (*serving.get(parsed, ()), one)
        self.serving: Mapping[ClientId, tuple[Server, ...]] = serving

    def valid(self, at: datetime) -> bool:
        """Whether it is in force at this moment."""
        return at < self.document.expires


def anchor(kept: Mapping[str, str]) -> Anchor | None:
    """The anchor as the state keeps it; None while there is none. Raises Refused."""
    if not kept:
        return None
    try:
        return msgspec.convert(dict(kept), Anchor)
    except msgspec.ValidationError as error:
        raise Refused(f"anchor: {error}") from error


def read(text: str, *, by: Anchor) -> GlobalConfiguration:
    """A document with the anchor's signature, whatever its age. Raises Refused."""
    if len(text) > MOST_BYTES:
        raise Refused("the document is too large")
    key = x509.load_der_x509_certificate(by.certificate).public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Refused("the anchor's key is not P-256")
    try:
        payload = jwt.api_jws.PyJWS().decode(text.strip(), key, algorithms=[ALGORITHM])
        document = msgspec.json.decode(payload, type=Document)
    except (jwt.PyJWTError, msgspec.MsgspecError, ValueError) as error:
        raise Refused(f"{type(error).__name__}: {error}") from error
    if document.instance != by.instance:
        raise Refused(f"the document is of instance {document.instance}, the anchor of {by.instance}")
    if document.expires.tzinfo is None or document.issued.tzinfo is None:
        raise Refused("a moment without a zone")
    try:
        for der in [one.certificate for one in document.authorities] + [
            one.certificate for one in document.stamping
        ]:
            x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise Refused(f"a certificate cannot be read: {error}") from error
    try:
        return GlobalConfiguration(document, text.strip())
    except Fault as error:
        raise Refused(f"an identifier cannot be read: {error}") from error


def held(kept: Mapping[str, str], text: str) -> tuple[Anchor | None, GlobalConfiguration | None]:
    """The anchor and the document as the state keeps them (`text` is empty without one).

    What cannot be used is None and told to the log: a server goes on with what it has.
    """
    by = None
    try:
        by = anchor(kept)
        return by, read(text, by=by) if by is not None and text else None
    except Refused:
        logger.exception("the kept global configuration cannot be used")
        return by, None


def succeed(held: GlobalConfiguration | None, text: str, *, by: Anchor, at: datetime) -> GlobalConfiguration:
    """The document that comes into force in the held one's place. Raises Refused; the held one then stays."""
    made = read(text, by=by)
    if not made.valid(at):
        raise Refused(f"the document expired at {made.document.expires.isoformat()}")
    if held is not None and made.document.serial <= held.document.serial:
        raise Refused(f"serial {made.document.serial} is not above {held.document.serial}")
    return made
