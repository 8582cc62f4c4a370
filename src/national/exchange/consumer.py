"""The consumer's side: what an information system here asks of somebody elsewhere (exchange protocol §2)."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from national.exchange import metadata, parts, peers, rest, soap
from national.exchange.failures import CONSUMER, Failure, read_fault, rendered, soap_fault
from national.exchange.names import joined
from national.exchange.office import Message, Office, received
from national.exchange.parts import Part
from national.exchange.provider import HASH_ALGORITHM, MESSAGE_TYPE
from national.exchange.wires import Answer, Asked, Broken, Headers, ask
from national.faults import Mode

SIDE = "/consumer"
PEER_SECONDS = 120


class Consumer:
    """Answers information systems."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def ask_rest(self, asked: Asked) -> Answer:
        """A REST request; failures are told by `X-Road-Error`."""
        try:
            request = rest.accepted(asked.verb, asked.target, asked.headers, self.office.directory.instance)
            return self._rest(request, asked.body)
        except Failure as fault:
            told = fault.within(CONSUMER)
            kind, body = rendered(told, asked.header("accept"))
            return Answer(told.status, "Failure", [("Content-Type", kind), ("X-Road-Error", told.code)], body)

    def _rest(self, request: rest.Request, body: bytes) -> Answer:
        client, service = joined(request.client), joined(request.service)
        ids = request.header("x-road-id"), request.header("x-road-request-id")
        attached = [Part(body)] if body else []
        message = Message(parts.REST_REQUEST, request.head(), attached, client, service, *ids, response=False)
        headers = [(MESSAGE_TYPE, "REST")]
        if kind := request.header("content-type"):
            headers.append(("x-original-content-type", kind))
        given = self._exchanged(message, headers, request.header("x-road-security-server"))
        part, extra, signed = received(given, (parts.REST_RESPONSE,))
        answer = Message(part.kind, part.content, extra, client, service, *ids, response=True)
        self.office.check_signature(answer, signed)
        response = rest.read_response(part.content)
        meta = request.verb == "GET" and request.service[4] in metadata.REST_CODES
        rest.check_answer(request, b"" if meta else body, response)
        self.office.keep(answer, signed, "client")
        return Answer(response.code, response.reason, response.headers, extra[0].content if extra else b"")

    def ask_soap(self, asked: Asked) -> Answer:
        """A SOAP request; failures are SOAP faults."""
        try:
            return self._soap(asked)
        except Failure as fault:
            told = fault.within(CONSUMER)
            return Answer(500, "Failure", [("Content-Type", "text/xml;charset=utf-8")], soap_fault(told))

    def _soap(self, asked: Asked) -> Answer:
        if asked.verb != "POST":
            raise Failure("client.invalid_http_method", "POST is spoken here")
        action = next((value for name, value in asked.headers if name.lower() == "soapaction"), None)
        soap.check_action(action)
        kind = asked.header("content-type")
        first, attached = soap.opened(kind, asked.body)
        envelope = soap.read_envelope(first.content)
        client, service = joined(envelope.client), joined(envelope.service)
        ids = envelope.id, str(uuid.uuid4())
        content_type = first.content_type or "text/xml"
        message = Message(content_type, first.content, attached, client, service, *ids, response=False)
        headers = [("x-original-content-type", kind), ("x-original-soapaction", action or "")]
        given = self._exchanged(message, headers, "")
        part, extra, signed = received(given, parts.SOAP_KINDS)
        answer = Message(part.content_type, part.content, extra, client, service, *ids, response=True)
        self.office.check_signature(answer, signed)
        soap.check_answer(envelope, soap.read_envelope(part.content), hashed=True)
        self.office.keep(answer, signed, "client")
        if not extra:
            return Answer(200, "OK", [("Content-Type", part.content_type)], part.content)
        boundary, body = parts.written([part, *extra])
        kind = f'multipart/related; type="text/xml"; boundary="{boundary}"'
        return Answer(200, "OK", [("Content-Type", kind)], body)

    def _exchanged(self, message: Message, headers: Headers, target: str) -> list[Part]:
        """Log, send to one of the provider's servers, and give back the parts that came; raises Failure."""
        office = self.office
        if office.down():
            raise Failure("internal_error", "the server is down")
        if not office.serves(message.client):
            raise Failure("unknown_member", f"{message.client} is not served here")
        servers = self._providers(message.owner, target)
        signed = office.sign(message, SIDE)
        office.keep(message, signed, "client")
        before = [] if office.on(Mode.NO_OCSP, SIDE) else _ocsp(office.tls_answers())
        sent = office.sent(message, signed, SIDE, before)
        if office.on(Mode.FAULT, SIDE):
            fault = Failure(f"{CONSUMER}.cannot_create_signature", "a switch says so")
            sent[-1] = parts.part("text/xml", soap_fault(fault))
        boundary, body = parts.written(sent)
        transport = [
            ("x-road-request-id", message.request_id),
            (HASH_ALGORITHM, "SHA-512"),
            ("x-proxy-version", "1.0"),
            *headers,
            ("Content-Type", f'multipart/mixed; boundary="{boundary}"'),
        ]
        office.be_late(SIDE)
        return self._sent(servers, transport, body)

    def _providers(self, owner: str, target: str) -> list[dict[str, Any]]:
        servers = self.office.servers(owner)
        if target:
            servers = [one for one in servers if f"{one['owner']}/{one['code']}" == target]
            if not servers:
                raise Failure("invalid_security_server", f"{target} does not serve {owner}")
        working = [one for one in servers if not one["maintenance"]]
        if not working:
            raise Failure("maintenance_mode", servers[0]["maintenance"])
        return working

    def _sent(self, servers: Sequence[dict[str, Any]], headers: Headers, body: bytes) -> list[Part]:
        why = Failure("network_error", "no server of the provider answers")
        for server in servers:
            try:
                answer = self._to(server, headers, body)
                if self.office.on(Mode.DUPLICATE, SIDE):
                    answer = self._to(server, headers, body)
            except (ConnectionRefusedError, TimeoutError) as fault:
                why = Failure("network_error", f"{server['address']}: {fault}")
                continue
            except (OSError, Broken) as fault:
                raise Failure("io_error", f"{server['address']}: {fault}") from fault
            return _parts(answer)
        raise why

    def _to(self, server: dict[str, Any], headers: Headers, body: bytes) -> Answer:
        office = self.office
        host, _colon, port = server["address"].rpartition(":")
        asked = Asked("POST", "/", [("Host", server["address"]), *headers], body)

        def accept(certificate: bytes) -> None:
            answers = peers.fetch_answers(server, certificate)
            peers.check_server(server, certificate, answers, office.trust(), office.now())

        return ask((host, int(port)), asked, seconds=PEER_SECONDS, tls=office.client_tls, accept=accept)


def _ocsp(answers: Sequence[bytes]) -> list[Part]:
    return [parts.part(parts.OCSP, one) for one in answers]


def _parts(answer: Answer) -> list[Part]:
    """The parts of a peer's answer; raises Failure, also the one a fault in it tells of."""
    kind = answer.header("content-type").lower()
    if kind.startswith("text/xml"):
        raise read_fault(answer.body) or Failure("invalid_soap", "XML that is no fault")
    if answer.status != 200 or not kind.startswith("multipart/mixed"):
        raise Failure("invalid_content_type", f"the peer answers {answer.status} {kind}")
    given = parts.read(answer.header("content-type"), answer.body)
    if len(given) > 1 and given[-1].kind == "text/xml" and (fault := read_fault(given[-1].content)):
        raise fault
    return given
