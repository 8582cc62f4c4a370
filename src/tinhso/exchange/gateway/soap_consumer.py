"""The consumer's side of SOAP 4.0: what goes as it came must come back with the same headers (§8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import soap_messages, transport
from tinhso.exchange.gateway.answering import header, phrase
from tinhso.exchange.gateway.authentication import authenticate
from tinhso.exchange.gateway.client import Outgoing
from tinhso.exchange.gateway.dispatch import peer_fault, send
from tinhso.exchange.gateway.flowing import Cut
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import VERSION, Node, log, new_uuid, now, warn_of
from tinhso.exchange.gateway.recording import soap_record
from tinhso.exchange.gateway.soap_messages import SoapMessage, SoapReceived, SoapReceiving
from tinhso.exchange.gateway.watching import Watch
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.protocol import soap
from tinhso.exchange.protocol.faults import ERROR_HEADER, Fault, soap_fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

SIDE = "server.clientproxy"


@dataclass(slots=True)
class SoapQuestion:
    """A request on its way."""

    message: SoapMessage
    envelope: soap.Envelope
    client: ClientId
    service: ServiceId
    request_id: str
    at: datetime


class SoapConsumer:
    """Handles SOAP requests of information systems."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def handle(self, incoming: Incoming) -> None:
        """Carry one request and its answer; every failure is answered as a SOAP fault."""
        message: SoapMessage | None = None
        answered: SoapReceived | None = None
        with self._node.watch("client") as watch:
            try:
                node = self._node
                soap.read_action(header(incoming, "soapaction"))
                message = await soap_messages.read(
                    header(incoming, "content-type"), incoming.body, node.sizes.spool
                )
                answered = await self._carry(incoming, message, watch)
                watch.answers_soap(answered.message)
                headers = [("Content-Type", answered.message.kind)]
                await incoming.answer(200, phrase(200), headers, soap_messages.content_of(answered.message))
            except Fault as fault:
                watch.fault = fault.within(SIDE)
                watch.answers()
                await refuse(incoming, watch.fault)
            finally:
                for one in (message, answered.message if answered else None):
                    if one is not None:
                        one.close()

    async def _carry(self, incoming: Incoming, message: SoapMessage, watch: Watch) -> SoapReceived:
        node, at = self._node, now()
        snapshot, configuration = node.ready(at)
        watch.between(snapshot, configuration)
        envelope = soap.read_envelope(message.envelope, message.envelope_type)
        request_id = new_uuid()
        watch.asks_soap(envelope, message, request_id)
        if envelope.client is None or envelope.service is None or envelope.fault is not None:
            raise Fault("client.bad_request", "A request names its client and its service")
        question = SoapQuestion(message, envelope, envelope.client, envelope.service, request_id, at)
        warn_of(envelope.client, envelope.service, request_id=question.request_id)
        client = snapshot.clients.get(envelope.client)
        if client is None:
            raise Fault("unknown_member", f"Client {envelope.client} is not registered at this server")
        authenticate(client, incoming, at=at)
        servers = node.routes.choose(envelope.service.owner, envelope.security_server, configuration)
        signed = await node.sign(envelope.client, message.leaf, at)
        try:
            await node.keeper.keep(self._record(question, message, signed, response=False))
        except Fault as fault:
            raise Fault("io_error", fault.message, fault.detail) from fault
        boundary = transport.new_boundary()
        ocsp = await node.peers.own_answers(snapshot, at=at)
        headers = soap_headers(
            request_id=question.request_id,
            boundary=boundary,
            kind=message.kind,
            action=header(incoming, "soapaction"),
        )
        content = await soap_messages.outgoing(message, boundary, ocsp=ocsp, signed=signed)
        answer = await send(node, servers, configuration, headers, content, watch)
        return await self._receive(question, answer)

    async def _receive(self, question: SoapQuestion, answer: Outgoing) -> SoapReceived:
        node = self._node
        received = await receive(answer, node)
        try:
            if received.fault is not None:
                raise received.fault
            message = received.message
            envelope = soap.read_envelope(message.envelope, message.envelope_type)
            at = now()
            signed = node.verify(received.signed, question.service.owner, message.leaf, at)
            try:
                soap.check_same_headers(question.envelope, envelope)
            except Fault as fault:
                raise Fault("inconsistent_response", fault.message) from fault
            if envelope.request_hash != soap.request_hash(question.message.envelope):
                raise Fault("inconsistent_response", "The request hash is not of this request")
            await node.keeper.keep(self._record(question, message, signed, response=True))
        except BaseException:
            received.message.close()
            raise
        return received

    def _record(
        self, question: SoapQuestion, message: SoapMessage, signed: Signed, *, response: bool
    ) -> Record:
        return soap_record(
            "client",
            message,
            signed,
            asked=question.envelope,
            client=question.client,
            service=question.service,
            request_id=question.request_id,
            response=response,
            at=now(),
        )


def soap_headers(*, request_id: str, boundary: str, kind: str, action: str) -> list[tuple[str, str]]:
    """HTTP headers of a SOAP message between servers (§9)."""
    return [
        ("x-road-request-id", request_id),
        ("x-hash-algorithm", transport.HASH),
        ("x-proxy-version", VERSION),
        ("x-original-content-type", kind),
        ("x-original-soapaction", action),
        ("Content-Type", f'{transport.MIXED}; charset=UTF-8; boundary="{boundary}"'),
    ]


async def receive(answer: Outgoing, node: Node) -> SoapReceived:
    """A peer's answer. Raises Fault, the peer's own when that is the answer."""
    kind = header(answer, "content-type")
    try:
        await peer_fault(answer)
        original = header(answer, "x-original-content-type") or transport.XML
        return await SoapReceiving(transport.boundary_of(kind), original, node.sizes.spool).read(answer.body)
    except Cut as error:
        raise Fault("io_error", f"The provider's server broke off: {error}") from error
    finally:
        await answer.close()


async def refuse(incoming: Incoming, fault: Fault) -> None:
    """A fault to an information system that speaks SOAP."""
    log(fault, where="consumer")
    headers = [("Content-Type", f"{transport.XML};charset=utf-8"), (ERROR_HEADER, fault.code)]
    await incoming.answer(500, phrase(500), headers, soap_fault(fault))
