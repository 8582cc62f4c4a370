"""What both sides of the national security server share: keys, directory, log, signing and its spoiling."""

from __future__ import annotations

import hashlib
import os
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from national.ca.authority import pem
from national.ca.profiles import Profile, Subject
from national.exchange import parts
from national.exchange.chains import Leaf
from national.exchange.directory import Directory, folder_of
from national.exchange.failures import Failure
from national.exchange.log import Log, Record
from national.exchange.nation import Identity
from national.exchange.parts import Part
from national.exchange.peers import Responder, context
from national.exchange.services import Services
from national.exchange.trust import Trust
from national.exchange.wires import wait
from national.exchange.xades import MESSAGE, Signed, Signer, sign, verify
from national.faults import Mode

COMPANIONS = 5


@dataclass(frozen=True)
class Message:
    """A message between servers: its kind and bytes, what belongs to it, and who takes part."""

    kind: str
    """Content type of the message's part."""
    content: bytes
    attached: Sequence[Part]
    """The REST body, or the attachments of a SOAP message."""
    client: str
    service: str
    query_id: str
    request_id: str
    response: bool

    @property
    def owner(self) -> str:
        """The service's owner, four parts."""
        return "/".join(self.service.split("/")[:4])

    @property
    def signed_by(self) -> str:
        """The member whose signature it must bear."""
        return member(self.owner if self.response else self.client)

    @property
    def contents(self) -> Mapping[str, bytes]:
        """Signed data by name."""
        named = {f"attachment{number}": one.content for number, one in enumerate(self.attached, 1)}
        return {MESSAGE: self.content, **named}


def member(client: str) -> str:
    """The member of a subsystem."""
    return "/".join(client.split("/")[:3])


class Office:
    """One per security server."""

    def __init__(self, directory: Directory, identity: Identity) -> None:
        authority = directory.authority
        self.directory, self.faults, self.identity = directory, directory.faults, identity
        self.id = f"{directory.instance}/{identity.server}"
        folder = folder_of(authority.settings.home, identity.folder)
        self.log = Log(folder / "messages.sqlite3")
        self.services = Services(folder / "services.sqlite3")
        self.responder = Responder(f"{authority.settings.base}/ocsp", self.trust())
        self._signers = {name: self._signer(name, kind) for name, kind in identity.signers.items()}
        self._auth(folder)

    def _signer(self, name: str, kind: str) -> Signer:
        authority = self.directory.authority
        label = f"exchange-sign-{name.replace('/', '-').lower()}"
        key = authority.keys.of_kind(label, kind)
        entry = self.directory.entry("member", name)
        subject = Subject(
            serial_number=f"{self.directory.instance}/{name}", organization=entry["name"], state=""
        )
        certificate = authority.named(label, Profile.EXCHANGE_SIGN, subject, key.public_key())
        return Signer(key, certificate, [authority.issuing])

    def _auth(self, folder: Any) -> None:
        authority, label = self.directory.authority, f"{self.identity.folder}-auth"
        key = authority.keys.p256(label)
        subject = Subject(common_name=self.id, state="")
        self.certificate = authority.named(label, Profile.EXCHANGE_AUTH, subject, key.public_key())
        chain = folder / "auth.pem"
        chain.write_text(pem(self.certificate) + pem(authority.issuing))
        file, authorities = authority.keys.path(label), authority.chain_pem
        self.server_tls = context(ssl.PROTOCOL_TLS_SERVER, chain, file, authorities)
        self.client_tls = context(ssl.PROTOCOL_TLS_CLIENT, chain, file, authorities)

    def register(self, address: str, ocsp: str) -> None:
        """Put the server and those it serves into the directory."""
        digest = hashlib.sha256(self.certificate.public_bytes(Encoding.DER)).hexdigest()
        instance = self.directory.instance
        entry = {
            "owner": f"{instance}/{self.identity.owner}",
            "code": self.identity.code,
            "address": address,
            "ocsp": ocsp,
            "auth_certificates": [digest],
            "maintenance": "",
        }
        server = self.identity.server
        if not self.directory.has("server", server) or self.directory.entry("server", server) != entry:
            self.directory.put("server", server, entry)
        for served in self.identity.served:
            key = f"{server} {instance}/{served}"
            if not self.directory.has("client", key):
                self.directory.put("client", key, {})

    def now(self) -> datetime:
        """The server's time, UTC."""
        return self.faults.now(self.identity.switches)

    def trust(self) -> Trust:
        """Whom the directory says to believe now."""
        return Trust(self.directory.content())

    def servers(self, client: str) -> list[dict[str, Any]]:
        """Servers that serve a client; raises Failure `unknown_member`."""
        found = [one for one in self.directory.content()["servers"] if client in one["clients"]]
        if not found:
            raise Failure("unknown_member", f"no security server serves {client}")
        return found

    def serves(self, client: str) -> bool:
        """Whether this server serves a client."""
        return any(
            f"{one['owner']}/{one['code']}" == self.id and client in one["clients"]
            for one in self.directory.content()["servers"]
        )

    def groups(self, client: str) -> list[str]:
        """Codes of the global groups a client is in."""
        return [one["code"] for one in self.directory.content()["groups"] if client in one["members"]]

    def on(self, mode: Mode, side: str) -> bool:
        """Whether that switch hits this side (`/consumer`, `/provider`) now."""
        return self.faults.take(service=self.identity.switches, mode=mode, path=side) is not None

    def down(self) -> bool:
        """Whether a switch says that the server is down."""
        return self.faults.down(self.identity.switches)

    def be_late(self, side: str) -> None:
        """Stay silent as long as a switch says."""
        if late := self.faults.take(service=self.identity.switches, mode=Mode.LATE, path=side):
            wait(late.seconds)

    def tls_answers(self) -> list[bytes]:
        """OCSP answers about our own TLS certificate and the authority above it."""
        return self.responder.answers(self.trust().path(self.certificate))

    def sign(self, message: Message, side: str) -> Signed:
        """Sign with the key of the member that must; raises Failure `cannot_create_signature`."""
        who = message.signed_by.partition("/")[2]
        if self.on(Mode.WRONG_MEMBER, side):
            who = next(name for name in self._signers if name != who)
        signer = self._signers.get(who)
        if signer is None:
            raise Failure("cannot_create_signature", f"no key of {who} is here")
        contents = message.contents
        digests = tuple(hashlib.sha512(data).digest() for data in contents.values())
        others = [os.urandom(64) for _ in range(COMPANIONS)] if self.on(Mode.BATCHED, side) else []
        answers = self.responder.answers([signer.certificate])
        return sign(Leaf(tuple(contents), digests), signer, answers, self.now(), others)

    def keep(self, message: Message, signed: Signed, side: str) -> None:
        """Write into the log; `side` is `client` or `service`. Raises Failure `logging_failed`."""
        record = Record(
            at=self.now(),
            side=side,
            response=message.response,
            query_id=message.query_id,
            request_id=message.request_id,
            owner=message.client if side == "client" else message.owner,
            client=message.client,
            service=message.service,
            message=message.content,
            attachments=[one.content for one in message.attached],
            signed=signed,
        )
        try:
            self.log.keep(record)
        except Exception as fault:
            raise Failure("logging_failed", str(fault)) from fault

    def check_signature(self, message: Message, signed: Signed) -> None:
        """Signed by whom it must be, over exactly these parts; raises Failure."""
        inputs = {name: hashlib.sha512(data).digest() for name, data in message.contents.items()}
        who = verify(signed, inputs, self.trust(), self.now())
        if who != message.signed_by:
            raise Failure("incorrect_certificate", f"signed by {who}, not by {message.signed_by}")

    def sent(self, message: Message, signed: Signed, side: str, before: Sequence[Part] = ()) -> list[Part]:
        """The parts in their order (§9), spoiled where a switch says so."""
        content, attached = message.content, list(message.attached)
        if self.on(Mode.TAMPERED_HEADER, side):
            content = _spoiled_head(content)
        if attached and self.on(Mode.TAMPERED_BODY, side):
            attached[0] = Part(_flipped(attached[0].content), attached[0].headers)
        middle = [parts.part(message.kind, content)]
        if message.kind.startswith("application/x-road-rest"):
            middle += [parts.part(parts.REST_BODY, one.content) for one in attached]
        elif attached:
            boundary, nested = parts.written(attached)
            middle.append(parts.part(f'multipart/mixed; boundary="{boundary}"', nested))
        end = self._signature_parts(signed, side)
        if self.on(Mode.SWAPPED, side):
            return [*before, *end, *middle]
        return [*before, *middle, *end]

    def _signature_parts(self, signed: Signed, side: str) -> list[Part]:
        result, signature = signed.result, signed.signature
        end = []
        if result is not None and signed.chain is not None:
            if side == "/consumer" and self.on(Mode.TAMPERED_HASH, side):
                result = _spoiled_base64(result, b"<ds:DigestValue>")
            end = [parts.part(parts.CHAIN_RESULT, result), parts.part(parts.CHAIN, signed.chain)]
        if self.on(Mode.TAMPERED_SIGNATURE, side):
            signature = _spoiled_base64(signature, b"<ds:SignatureValue>")
        return [*end, parts.part(parts.SIGNATURE, signature)]


def _flipped(data: bytes) -> bytes:
    return bytes((data[0] ^ 1,)) + data[1:]


def _spoiled_head(content: bytes) -> bytes:
    """One header's value, or one SOAP text, is another."""
    mark = b"x-road-id:" if b"x-road-id:" in content else b"X-Road-Id:"
    return content.replace(mark, mark + b"0") if mark in content else content.replace(b"4.0<", b"4.00<")


def _spoiled_base64(data: bytes, mark: bytes) -> bytes:
    at = data.index(mark) + len(mark)
    return data[:at] + (b"B" if data[at : at + 1] == b"A" else b"A") + data[at + 1 :]


def received(given: Sequence[Part], kinds: Sequence[str]) -> tuple[Part, list[Part], Signed]:
    """Message, what belongs to it, and signature, out of parts in exactly the order of §9; raises Failure."""
    left = list(given)
    if not left or left[0].kind not in kinds:
        code = "missing_rest" if kinds[0].startswith("application/x-road-rest") else "missing_soap"
        raise Failure(code, f"the message is missing; instead: {left[0].kind if left else 'nothing'}")
    message, attached = left.pop(0), list[Part]()
    if left and left[0].kind == parts.REST_BODY and message.kind.startswith("application/x-road-rest"):
        attached = [left.pop(0)]
        if not attached[0].content:
            raise Failure("invalid_rest", "an empty body is no body")
    elif left and left[0].kind == "multipart/mixed" and message.kind in parts.SOAP_KINDS:
        nested = left.pop(0)
        attached = parts.read(nested.content_type, nested.content)
    result = chain = None
    if len(left) > 1 and left[0].kind == parts.CHAIN_RESULT:
        result = left.pop(0).content
        if left[0].kind != parts.CHAIN:
            raise Failure("malformed_hash_chain", "the chain is missing")
        chain = left.pop(0).content
    if len(left) != 1 or left[0].kind != parts.SIGNATURE:
        raise Failure("missing_signature", f"no signature at the end but {[one.kind for one in left]}")
    return message, attached, Signed(left[0].content, result, chain)


def certificate_of(data: bytes | None) -> x509.Certificate:
    """The caller's certificate; raises Failure."""
    if data is None:
        raise Failure("ssl_authentication_failed", "no certificate was shown")
    try:
        return x509.load_der_x509_certificate(data)
    except ValueError as fault:
        raise Failure("ssl_authentication_failed", f"the certificate cannot be read: {fault}") from fault
