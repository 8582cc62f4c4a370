"""The provider's side of SOAP 4.0 (§2, §8): as for REST, and the answer must repeat the request's headers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlsplit

from tinhso.exchange.contracts import BodyLog, ServiceKind
from tinhso.exchange.evidence.signatures import Signed, Signer
from tinhso.exchange.gateway import metaservices, reporting, soap_messages, transport
from tinhso.exchange.gateway.answering import header, phrase
from tinhso.exchange.gateway.flowing import Cut
from tinhso.exchange.gateway.guarding import Passage
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.masked import kept_envelope
from tinhso.exchange.gateway.node import Node, now
from tinhso.exchange.gateway.peers import require_client
from tinhso.exchange.gateway.provider import refuse
from tinhso.exchange.gateway.recording import soap_record
from tinhso.exchange.gateway.service_calls import failure
from tinhso.exchange.gateway.snapshot import Service, Snapshot
from tinhso.exchange.gateway.soap_consumer import soap_headers
from tinhso.exchange.gateway.soap_messages import SoapMessage, SoapReceived, SoapReceiving
from tinhso.exchange.gateway.watching import Watch
from tinhso.exchange.guards import standing
from tinhso.exchange.keeping.marks import Mark, mark_of
from tinhso.exchange.protocol import metadata, monitoring, soap
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

SIDE = "server.serverproxy"


@dataclass(slots=True)
class SoapAsked:
    """A peer's request that was read and judged."""

    received: SoapReceived
    envelope: soap.Envelope
    client: ClientId
    id: ServiceId
    request_id: str
    action: str
    snapshot: Snapshot
    service: Service | None
    passage: Passage | None
    watch: Watch


class SoapProvider:
    """Handles SOAP requests of other servers."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def handle(self, incoming: Incoming) -> None:
        """Serve one request; a failure is a SOAP fault, the service's own as it said it."""
        asked: SoapAsked | None = None
        answer: SoapMessage | None = None
        with self._node.watch("service") as watch:
            try:
                asked = await self._judged(incoming, watch)
                if asked.service is None:
                    watch.meta()
                    answer = await self._told(asked)
                else:
                    answer = await self._guarded(asked, asked.service, asked.passage)
                await self._answer(incoming, asked, answer)
            except Fault as fault:
                watch.fault = fault.within(SIDE)
                watch.answers()
                await refuse(incoming, watch.fault)
            finally:
                for one in (asked.received.message if asked else None, answer):
                    if one is not None:
                        one.close()

    async def _told(self, asked: SoapAsked) -> SoapMessage:
        """What this server tells of itself. Raises Fault."""
        message = asked.received.message
        if asked.id.code in monitoring.CODES:
            return await self._node.reporting.answer(
                asked.snapshot, asked.client, asked.id, message, at=now()
            )
        return metaservices.soap_answer(asked.snapshot, asked.client, asked.id, message)

    async def _judged(self, incoming: Incoming, watch: Watch) -> SoapAsked:
        node, at = self._node, now()
        snapshot, configuration = node.ready(at)
        peer = node.peers.known(incoming.peer_certificate, configuration)
        watch.between(snapshot, configuration, peer)
        boundary = transport.boundary_of(header(incoming, "content-type"))
        kind = header(incoming, "x-original-content-type") or transport.XML
        received = await SoapReceiving(boundary, kind, node.sizes.spool).read(incoming.body)
        try:
            message = received.message
            envelope = soap.read_envelope(message.envelope, message.envelope_type)
            watch.asks_soap(envelope, message, header(incoming, "x-road-request-id"))
            if envelope.client is None or envelope.service is None:
                raise Fault("missing_header_field", "A request names its client and its service")
            reports = reporting.is_asked(envelope.service, snapshot)
            if envelope.service.owner not in snapshot.clients and not reports:
                raise Fault("unknown_member", f"Client {envelope.service.owner} is not registered here")
            await node.peers.require(incoming.peer_certificate, peer, received.ocsp, at=at)
            require_client(peer, envelope.client)
            service, passage = None, None
            if envelope.service.code not in metadata.SOAP_CODES and not reports:
                service, passage = self._allowed(
                    envelope.client, envelope.service, snapshot, at, watch, envelope
                )
            signer = node.verified(received.signed, envelope.client, message.leaf, at)
            mark = _mark(signer, message.leaf)
            node.replays.first(mark, at=at)
            asked = SoapAsked(
                received,
                envelope,
                envelope.client,
                envelope.service,
                header(incoming, "x-road-request-id"),
                header(incoming, "x-original-soapaction"),
                snapshot,
                service,
                passage,
                watch,
            )
            await self._log(asked, message, signer.evidence, response=False, mark=mark)
        except BaseException:
            received.message.close()
            raise
        return asked

    def _allowed(
        self,
        client: ClientId,
        asked: ServiceId,
        snapshot: Snapshot,
        at: datetime,
        watch: Watch,
        envelope: soap.Envelope,
    ) -> tuple[Service, Passage]:
        """The service that the client may call; rights are of the code in every version. Raises Fault."""
        service = snapshot.service(asked.owner, asked.code, asked.version)
        if service is None:
            raise Fault("unknown_service", f"Unknown service: {asked}")
        if service.kind is not ServiceKind.WSDL:
            raise Fault("service_type", f"Service {asked} is not a SOAP service")
        watch.serves(service)
        rights = [one for one in service.rights_of(client) if one.whole]
        if sum(one.name == standing.REASON_ELEMENT for one in envelope.headers) > 1:
            raise Fault("duplicate_header_field", "A request names one reason code")
        reason = envelope.text(standing.REASON_ELEMENT)
        return service, self._node.guards.admit(service, rights, at, reason=reason)

    async def _guarded(self, asked: SoapAsked, service: Service, passage: Passage | None) -> SoapMessage:
        guards = self._node.guards
        if passage is None:
            return await self._call(asked, service)
        await guards.enter(passage, now())
        try:
            try:
                answer = await self._call(asked, service)
            except transport.Theirs:
                guards.saw(passage, 200, now())
                raise
            except Fault:
                guards.saw(passage, None, now())
                raise
            guards.saw(passage, 200, now())
            passage.require()
        finally:
            guards.leave(passage)
        return answer

    async def _call(self, asked: SoapAsked, service: Service) -> SoapMessage:
        """Ask the service. Raises Fault, the service's own when it answers one."""
        node, message = self._node, asked.received.message
        path = urlsplit(service.url).path or "/"
        headers = [("Content-Type", message.kind), ("SOAPAction", asked.action or '""')]
        content = soap_messages.content_of(message)
        asked.watch.goes()
        try:
            async with asyncio.timeout(service.timeout_seconds):
                answer = await node.to_services.of(service).send(
                    service.url, "POST", path, headers, content, answer_seconds=service.timeout_seconds
                )
                asked.watch.heard()
                try:
                    kind = header(answer, "content-type")
                    got = await soap_messages.read(kind, answer.body, node.sizes.spool)
                finally:
                    await answer.close()
        except (TimeoutError, Cut) as error:
            raise failure(error, service) from error
        try:
            if not got.envelope:
                raise Fault("service_failed.missing_body", f"The service answered {answer.status}, empty")
            try:
                envelope = soap.read_envelope(got.envelope, got.envelope_type)
            except Fault as fault:
                raise Fault(f"service_failed.{fault.code}", fault.message) from fault
            if envelope.fault is not None:
                raise transport.theirs(envelope.fault)
            if answer.status != 200:
                raise Fault("service_failed.http_error", f"The service answered {answer.status}")
            soap.check_same_headers(asked.envelope, envelope)
            hashed = soap.request_hash(message.envelope)
            got.envelope = soap.with_request_hash(got.envelope, hashed, content_type=got.envelope_type)
        except BaseException:
            got.close()
            raise
        return got

    async def _answer(self, incoming: Incoming, asked: SoapAsked, answer: SoapMessage) -> None:
        signed = await self._node.sign(asked.id.owner, answer.leaf, now())
        await self._log(asked, answer, signed, response=True)
        boundary = transport.new_boundary()
        headers = soap_headers(request_id=asked.request_id, boundary=boundary, kind=answer.kind, action="")
        content = await soap_messages.outgoing(answer, boundary, ocsp=(), signed=signed)
        asked.watch.answers_soap(answer)
        await incoming.answer(200, phrase(200), headers, content)

    async def _log(
        self,
        asked: SoapAsked,
        message: SoapMessage,
        signed: Signed,
        *,
        response: bool,
        mark: Mark | None = None,
    ) -> None:
        passage, head = asked.passage, b""
        if passage is not None and passage.mode is BodyLog.MASKED:
            guards = self._node.guards
            work = partial(kept_envelope, message, guards.masks(passage.service))
            head = await guards.aside.do(len(message.envelope), work)
        made = soap_record(
            "service",
            message,
            signed,
            asked=asked.envelope,
            client=asked.client,
            service=asked.id,
            request_id=asked.request_id,
            response=response,
            at=now(),
            mode=passage.mode if passage is not None else BodyLog.FULL,
            agreement=passage.agreement if passage is not None else None,
            head=head,
            mark=mark,
        )
        await self._node.keeper.keep(made)


def _mark(signer: Signer, leaf: Sequence[bytes]) -> Mark:
    """What no other message has: who signed it, when, its parts, and its place in the batch.

    The signature's own bytes are no mark: what is not signed in them may be written in many ways.
    """
    place = [one.digest + bytes([one.left]) for one in signer.evidence.path or ()]
    said = (signer.certificate, signer.signed_at.isoformat().encode(), *leaf, *place)
    digest = hashlib.sha512(b"".join(hashlib.sha512(one).digest() for one in said)).digest()
    return mark_of(signer.signed_at, digest)
