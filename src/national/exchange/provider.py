"""The provider's side: what a peer asks of a register here (exchange protocol §2, §9)."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from cryptography import x509

from national.exchange import metadata, parts, peers, rest, soap
from national.exchange.failures import PROVIDER, Failure, read_fault, soap_fault
from national.exchange.names import joined
from national.exchange.office import Message, Office, certificate_of, received
from national.exchange.parts import Part
from national.exchange.services import Service, decoded, may
from national.exchange.trust import serial_of
from national.exchange.wires import Answer, Asked, Broken, ask
from national.exchange.xades import Signed
from national.faults import Mode

SIDE = "/provider"
SERVICE_SECONDS = 60
MESSAGE_TYPE, HASH_ALGORITHM = "x-road-message-type", "x-hash-algorithm"


class Provider:
    """Answers peers."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def answer(self, asked: Asked) -> Answer:
        """One request of a peer, which has shown its certificate."""
        office = self.office
        if office.down():
            return Answer(503, "Service Unavailable")
        office.be_late(SIDE)
        if office.on(Mode.GARBAGE, SIDE):
            return Answer(200, "OK", [("Content-Type", 'multipart/mixed; boundary="x"')], os.urandom(300))
        try:
            made = self._answered(asked)
        except Failure as fault:
            kind = [("Content-Type", "text/xml;charset=utf-8")]
            return Answer(200, "OK", kind, soap_fault(fault.within(PROVIDER)))
        if office.on(Mode.FAULT, SIDE):
            switched = Failure(f"{PROVIDER}.cannot_create_signature", "a switch says so")
            made[-1] = parts.part("text/xml", soap_fault(switched))
        boundary, body = parts.written(made)
        kind = [("Content-Type", f'multipart/mixed; boundary="{boundary}"')]
        return Answer(200, "OK", kind, body, cut=office.on(Mode.CUT, SIDE))

    def _answered(self, asked: Asked) -> list[Part]:
        if (asked.verb, asked.target) != ("POST", "/"):
            raise Failure("invalid_http_method", "POST / is spoken here")
        if asked.header(HASH_ALGORITHM) != "SHA-512":
            raise Failure("invalid_request", f"{HASH_ALGORITHM} must be SHA-512")
        kind = asked.header("content-type")
        if not kind.lower().startswith("multipart/mixed"):
            raise Failure("invalid_content_type", f"{kind} instead of multipart/mixed")
        given = parts.read(kind, asked.body)
        answers = [one.content for one in given if one.kind == parts.OCSP]
        rested = given[len(answers) :]
        if any(one.kind == parts.OCSP for one in rested):
            raise Failure("invalid_request", "OCSP answers stand first")
        is_rest = asked.header(MESSAGE_TYPE).upper() == "REST"
        kinds = (parts.REST_REQUEST,) if is_rest else parts.SOAP_KINDS
        message, attached, signed = received(rested, kinds)
        handle = self._rest if is_rest else self._soap
        return handle(asked, answers, message, attached, signed)

    def _check(
        self, asked: Asked, answers: Sequence[bytes], client: str, owner: str, request_id: str
    ) -> None:
        """Owner served here, peer one that serves the client, header as in the message; raises Failure."""
        if not self.office.serves(owner):
            raise Failure("unknown_member", f"{owner} is not served here")
        certificate = certificate_of(asked.certificate)
        self._check_peer(certificate, asked.certificate or b"", answers, client)
        if asked.header("x-road-request-id") != request_id:
            raise Failure("invalid_request", "x-road-request-id is another than the message's")

    def _check_peer(
        self, certificate: x509.Certificate, der: bytes, answers: Sequence[bytes], client: str
    ) -> None:
        why = Failure("ssl_authentication_failed", f"no security server serves {client}")
        trust = self.office.trust()
        chain = {one.serial_number for one in trust.path(certificate)}
        if not answers or any(serial_of(one) not in chain for one in answers):
            raise Failure("ssl_authentication_failed", "OCSP answers are about other certificates, or none")
        for server in self.office.directory.content()["servers"]:
            if client not in server["clients"]:
                continue
            try:
                peers.check_server(server, der, answers, trust, self.office.now())
            except Failure as fault:
                why = fault
            else:
                return
        raise why

    def _allowed(self, service: Service, kinds: Sequence[str], client: str, method: str, path: str) -> None:
        if service.kind not in kinds:
            raise Failure("service_type", f"{service.code} is a service of kind {service.kind}")
        rights = self.office.services.rights(service, [client, *self.office.groups(client)])
        if not may(rights, method, decoded(path)):
            raise Failure("access_denied", f"{client} may not ask {service.owner}/{service.code}")
        if service.notice:
            raise Failure("service_disabled", service.notice)

    def _rest(
        self, asked: Asked, answers: Sequence[bytes], part: Part, attached: list[Part], signed: Signed
    ) -> list[Part]:
        request = rest.read_request(part.content)
        body = attached[0].content if attached else b""
        client, service = joined(request.client), joined(request.service)
        ids = request.header("x-road-id"), request.header("x-road-request-id")
        message = Message(part.kind, part.content, attached, client, service, *ids, response=False)
        self._check(asked, answers, client, message.owner, ids[1])
        meta = request.verb == "GET" and request.service[4] in metadata.REST_CODES
        found = None
        if not meta:
            found = self.office.services.find(message.owner, request.service[4])
            self._allowed(found, ("REST", "OPENAPI"), client, request.verb, request.path)
        self.office.check_signature(message, signed)
        self.office.keep(message, signed, "service")
        if found:
            told = self._called(found, request, body)
            if self.office.on(Mode.DUPLICATE, SIDE):
                told = self._called(found, request, body)
        else:
            told = metadata.rest(self.office, request, client, message.owner)
        right = rest.request_hash(request.head(), b"" if meta else body)
        if self.office.on(Mode.TAMPERED_HASH, SIDE):
            right = rest.request_hash(b"another request", b"")
        response = rest.answered(request, told.status, told.reason, told.headers, right)
        answered = [Part(told.body)] if told.body else []
        made = Message(parts.REST_RESPONSE, response.head(), answered, client, service, *ids, response=True)
        return self._finished(made)

    def _finished(self, message: Message) -> list[Part]:
        signed = self.office.sign(message, SIDE)
        self.office.keep(message, signed, "service")
        return self.office.sent(message, signed, SIDE)

    def _called(self, service: Service, request: rest.Request, body: bytes) -> Answer:
        place = urlsplit(service.url)
        path = request.path
        base = place.path.rstrip("/") if path.startswith("/") else place.path
        headers = [("Host", place.netloc), *request.headers]
        sent = body if request.verb in rest.FORWARDED else b""
        return call(service.url, Asked(request.verb, f"{base}{path}{request.query}" or "/", headers, sent))

    def _soap(
        self, asked: Asked, answers: Sequence[bytes], part: Part, attached: list[Part], signed: Signed
    ) -> list[Part]:
        envelope = soap.read_envelope(part.content)
        client, service = joined(envelope.client), joined(envelope.service)
        ids = envelope.id, asked.header("x-road-request-id")
        message = Message(part.content_type, part.content, attached, client, service, *ids, response=False)
        self._check(asked, answers, client, message.owner, ids[1])
        found = None
        if envelope.code not in metadata.SOAP_CODES:
            version = envelope.service[5] if len(envelope.service) > 5 else ""
            found = self.office.services.find(message.owner, envelope.code, version)
            self._allowed(found, ("SOAP",), client, "POST", "")
        self.office.check_signature(message, signed)
        self.office.keep(message, signed, "service")
        if found:
            first, extra = self._called_soap(found, asked, envelope, attached)
        else:
            first, extra = metadata.soap(self.office, envelope, client, message.owner)
        soap.check_answer(envelope, soap.read_envelope(first.content), hashed=False)
        right = soap.digest(envelope.data)
        if self.office.on(Mode.TAMPERED_HASH, SIDE):
            right = soap.digest(b"another request")
        content = soap.with_hash(first.content, right)
        made = Message(first.content_type, content, extra, client, service, *ids, response=True)
        return self._finished(made)

    def _called_soap(
        self, service: Service, asked: Asked, envelope: soap.Envelope, attached: Sequence[Part]
    ) -> tuple[Part, list[Part]]:
        place = urlsplit(service.url)
        kind, body = asked.header("x-original-content-type") or "text/xml", envelope.data
        if attached:
            first = parts.part("text/xml; charset=UTF-8", envelope.data)
            _boundary, body = parts.written([first, *attached], parts.boundary_of(kind))
        headers = [
            ("Host", place.netloc),
            ("Content-Type", kind),
            ("SOAPAction", asked.header("x-original-soapaction") or '""'),
        ]
        told = call(service.url, Asked("POST", place.path or "/", headers, body))
        first, extra = soap.opened(told.header("content-type"), told.body)
        if fault := read_fault(first.content):
            raise fault
        return first, extra


def call(url: str, asked: Asked) -> Answer:
    """Ask a service; raises Failure `network_error`, `unknown_host`, `io_error` (§5.3)."""
    place = urlsplit(url)
    try:
        return ask((place.hostname or "", place.port or 80), asked, seconds=SERVICE_SECONDS)
    except socket.gaierror as fault:
        raise Failure("unknown_host", f"{place.hostname}: {fault}") from fault
    except ConnectionRefusedError as fault:
        raise Failure("network_error", f"{place.netloc} refuses the connection") from fault
    except (OSError, Broken) as fault:
        raise Failure("io_error", f"{place.netloc}: {fault}") from fault
