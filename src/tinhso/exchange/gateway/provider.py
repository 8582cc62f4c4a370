"""The provider's side: a peer's request is held whole, judged, logged, then put to the service (§2)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from tinhso.exchange.contracts import ServiceKind
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import metaservices, transport
from tinhso.exchange.gateway.answering import header, phrase
from tinhso.exchange.gateway.globalconf import GlobalConfiguration, Server
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import VERSION, Node, log, now
from tinhso.exchange.gateway.peers import require_client
from tinhso.exchange.gateway.service_calls import Answered, call
from tinhso.exchange.gateway.snapshot import Service, Snapshot
from tinhso.exchange.gateway.transport import Body, Received
from tinhso.exchange.keeping.records import Record
from tinhso.exchange.keeping.spool import Spool
from tinhso.exchange.protocol import metadata, parts, rest
from tinhso.exchange.protocol.faults import Fault, soap_fault
from tinhso.exchange.protocol.globs import safe_path

SIDE = "server.serverproxy"


@dataclass(slots=True)
class Asked:
    """A peer's request that was read and judged."""

    request: rest.Request
    head: bytes
    received: Received
    snapshot: Snapshot
    service: Service | None
    at: datetime

    @property
    def hash(self) -> str:
        """The request hash (§4.2); metaservices take the header part only."""
        return rest.request_hash(self.head, self.received.body_digest if self.service else None)


class Provider:
    """Handles REST requests of other servers."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def handle(self, incoming: Incoming) -> None:
        """Serve one request; a failure before the answer began is a SOAP fault (§9)."""
        received: Received | None = None
        try:
            asked = await self._judged(incoming)
            received = asked.received
            if asked.service is None:
                answered = metaservices.answer(asked.snapshot, asked.request)
            else:
                answered = await call(self._node.to_services, asked.service, asked.request, received.body)
            await self._answer(incoming, asked, answered)
        except Fault as fault:
            said = fault.within(SIDE)
            log(said, where="provider", request_id=header(incoming, rest.REQUEST_ID))
            headers = [("Content-Type", f"{transport.XML};charset=utf-8")]
            await incoming.answer(200, phrase(200), headers, soap_fault(said))
        finally:
            if received is not None:
                transport.close(received.body)

    async def _judged(self, incoming: Incoming) -> Asked:
        """Everything that must hold before the service hears of the request, in the order of §2."""
        node, at = self._node, now()
        snapshot, configuration = node.ready(at)
        peer = node.peers.known(incoming.peer_certificate, configuration)
        boundary = transport.boundary_of(header(incoming, "content-type"))
        received = await transport.Receiving(boundary, lambda head: self._spool(head, snapshot)).read(
            incoming.body
        )
        try:
            return await self._checked(incoming, peer, received, snapshot, configuration, at)
        except BaseException:
            transport.close(received.body)
            raise

    async def _checked(
        self,
        incoming: Incoming,
        peer: Server,
        received: Received,
        snapshot: Snapshot,
        configuration: GlobalConfiguration,
        at: datetime,
    ) -> Asked:
        node = self._node
        if received.head is None or received.head_type != transport.REQUEST:
            raise Fault("missing_rest", "The message holds no REST request")
        request = rest.read_request(received.head)
        if request.service.owner not in snapshot.clients:
            raise Fault("unknown_member", f"Client {request.service.owner} is not registered at this server")
        await node.peers.require(incoming.peer_certificate, peer, received.ocsp, at=at)
        require_client(peer, request.client)
        signed = received.signed
        service = None
        if not metadata.is_metaservice(request.verb, request.service):
            service = self._allowed(request, snapshot)
        digest = hashlib.sha512(received.head).digest()
        node.verify(signed, request.client, transport.leaf_of(digest, received.body_digest), at)
        asked = Asked(request, received.head, received, snapshot, service, at)
        await self._log(asked, received.head, received.body, received.body_digest, signed, None)
        return asked

    def _spool(self, head: bytes, snapshot: Snapshot) -> Spool:
        """The place for a body, as large as its service takes."""
        request = rest.read_request(head)
        service = snapshot.service(request.service.owner, request.service.code)
        return self._node.sizes.spool(service.most_bytes if service else self._node.sizes.in_memory)

    def _allowed(self, request: rest.Request, snapshot: Snapshot) -> Service:
        """The service that the client may call; the right is judged before the notice. Raises Fault."""
        service = snapshot.service(request.service.owner, request.service.code)
        if service is None:
            raise Fault("unknown_service", f"Unknown service: {request.service}")
        if service.kind is ServiceKind.WSDL:
            raise Fault("service_type", f"Service {request.service} is not a REST service")
        path = safe_path(request.service_path)
        if not any(one.covers(request.verb, path) for one in service.rights_of(request.client)):
            raise Fault("access_denied", f"Request is not allowed: {request.service}")
        if not service.enabled:
            raise Fault("service_disabled", f"Service {request.service} is disabled: {service.notice}")
        return service

    async def _answer(self, incoming: Incoming, asked: Asked, answered: Answered) -> None:
        """Sign, log and send the answer; a short one whole, a long one while it comes."""
        response = rest.Response(
            answered.status,
            answered.reason or phrase(answered.status),
            rest.answer_headers(answered.headers, asked.request, asked.hash),
        )
        head = rest.head(response)
        boundary = transport.new_boundary()
        headers = [("Content-Type", f'{transport.MIXED}; charset=UTF-8; boundary="{boundary}"')]
        headers.append(("x-hash-algorithm", transport.HASH))
        headers.append(("x-proxy-version", VERSION))
        opening = transport.opening(boundary, ocsp=(), head_type=transport.RESPONSE, head=head)
        spool = self._node.sizes.spool(asked.service.most_bytes if asked.service else None)
        held: list[bytes] = []
        try:
            if await answered.gather(spool, held, self._node.sizes.in_memory):
                body, digest = await transport.finish(spool)
                signed = await self._sign_and_log(asked, response, head, body, digest)
                content = b"".join(transport.pieces_of(body))
                if content:
                    content = transport.body_begin(boundary) + content + parts.part_end
                whole = opening + content + transport.ending(boundary, signed)
                await incoming.answer(200, phrase(200), headers, whole)
            else:
                flow = self._flow(asked, response, head, boundary, opening, held, answered, spool)
                await incoming.answer(200, phrase(200), headers, flow)
        finally:
            spool.discard()
            await answered.close()

    async def _flow(
        self,
        asked: Asked,
        response: rest.Response,
        head: bytes,
        boundary: str,
        opening: bytes,
        held: list[bytes],
        answered: Answered,
        spool: Spool,
    ) -> AsyncIterator[bytes]:
        """A long answer; what fails once it has begun stands as a fault in the signature's place."""
        yield opening + transport.body_begin(boundary)
        body: Body = None
        try:
            for chunk in held:
                yield chunk
            held.clear()
            async for chunk in answered.pieces():
                await transport.write(spool, chunk)
                yield chunk
            body, digest = await transport.finish(spool)
            signed = await self._sign_and_log(asked, response, head, body, digest)
            ending = transport.ending(boundary, signed)
        except Fault as fault:
            said = fault.within(SIDE)
            log(said, where="provider", request_id=asked.request.request_id)
            ending = transport.fault_ending(boundary, soap_fault(said))
        finally:
            transport.close(body)
        yield parts.part_end + ending

    async def _sign_and_log(
        self, asked: Asked, response: rest.Response, head: bytes, body: Body, body_digest: bytes | None
    ) -> Signed:
        at = now()
        owner = asked.request.service.owner
        leaf = transport.leaf_of(hashlib.sha512(head).digest(), body_digest)
        signed = await self._node.sign(owner, leaf, at)
        await self._log(asked, head, body, body_digest, signed, response.code)
        return signed

    async def _log(
        self,
        asked: Asked,
        head: bytes,
        body: Body,
        body_digest: bytes | None,
        signed: Signed,
        status: int | None,
    ) -> None:
        request = asked.request
        record = Record(
            side="service",
            response=status is not None,
            message_id=request.message_id,
            request_id=request.request_id,
            at=now(),
            client=str(request.client),
            service=str(request.service),
            head=head,
            body=body,
            signed=signed,
            user_id=request.user_id,
            issue=request.issue,
            status=status,
            size=transport.size_of(body),
            body_digest=body_digest,
            **({"mode": asked.service.body_log} if asked.service else {}),
        )
        await self._node.keeper.keep(record)
