"""The provider's side: a peer's request is held whole, judged, logged, then put to the service (§2)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from tinhso.exchange.contracts import BodyLog, ServiceKind
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import masked, metaservices, transport
from tinhso.exchange.gateway.answering import header, phrase
from tinhso.exchange.gateway.guarding import Passage
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import VERSION, Node, log, now, unexpected
from tinhso.exchange.gateway.peers import require_client
from tinhso.exchange.gateway.recording import rest_record
from tinhso.exchange.gateway.service_calls import Answered, call, copied, mock_answer
from tinhso.exchange.gateway.snapshot import Service, Snapshot
from tinhso.exchange.gateway.transport import Body, Received
from tinhso.exchange.gateway.watching import Watch
from tinhso.exchange.guards import standing, verbs
from tinhso.exchange.keeping.marks import Mark, mark_of
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import metadata, parts, rest
from tinhso.exchange.protocol.faults import Fault, soap_fault
from tinhso.exchange.protocol.globalconf import Server
from tinhso.exchange.protocol.globs import safe_path

SIDE = "server.serverproxy"
MOST_COPIES = 64


@dataclass(slots=True)
class Asked:
    """A peer's request that was read and judged."""

    request: rest.Request
    head: bytes
    received: Received
    snapshot: Snapshot
    service: Service | None
    passage: Passage | None
    at: datetime
    watch: Watch

    @property
    def hash(self) -> str:
        """The request hash (§4.2); metaservices take the header part only."""
        return rest.request_hash(self.head, self.received.body_digest if self.service else None)


async def refuse(incoming: Incoming, fault: Fault) -> None:
    """A fault to a peer, which reads it as SOAP whatever it asked (§9)."""
    log(fault, where="provider", request_id=header(incoming, rest.REQUEST_ID))
    headers = [("Content-Type", f"{transport.XML};charset=utf-8")]
    await incoming.answer(200, phrase(200), headers, soap_fault(fault))


class Provider:
    """Handles REST requests of other servers."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._copies: set[asyncio.Task[None]] = set()

    async def handle(self, incoming: Incoming) -> None:
        """Serve one request; a failure before the answer began is a SOAP fault (§9)."""
        with self._node.watch("service") as watch:
            asked: Asked | None = None
            try:
                asked = await self._judged(incoming, watch)
                await self._serve(incoming, asked)
            except Fault as fault:
                watch.fault = fault.within(SIDE)
                watch.answers()
                await refuse(incoming, watch.fault)
            finally:
                if asked is not None:
                    transport.close(asked.received.body)

    async def _serve(self, incoming: Incoming, asked: Asked) -> None:
        passage, guards = asked.passage, self._node.guards
        if asked.service is None or passage is None:
            asked.watch.meta()
            await self._answer(incoming, asked, metaservices.answer(asked.snapshot, asked.request))
            return
        body = asked.received.body
        await guards.enter(passage, now())
        try:
            held = None if isinstance(body, Spooled) else body or b""
            await guards.check_request(passage, asked.request, held)
            mocked = guards.mock(asked.service)
            asked.watch.goes()
            if mocked is not None:
                answered = await mock_answer(mocked, asked.request)
                asked.watch.heard()
                await self._answer(incoming, asked, answered)
                return
            self._mirror(asked, asked.service)
            try:
                answered = await call(self._node.to_services, asked.service, asked.request, body)
            except Fault:
                guards.saw(passage, None, now())
                raise
            asked.watch.heard()
            guards.saw(passage, answered.status, now())
            await self._answer(incoming, asked, answered)
        finally:
            guards.leave(passage)

    def _mirror(self, asked: Asked, service: Service) -> None:
        """Copy the request to where the service is tried out; nobody waits for that."""
        body = asked.received.body
        mirror = self._node.guards.mirror(service)
        if mirror is None or isinstance(body, Spooled) or len(self._copies) >= MOST_COPIES:
            return
        if mirror.takes(asked.request.request_id, transport.size_of(body)):
            copy = asyncio.create_task(copied(self._node.to_services, mirror.url, asked.request, body))
            self._copies.add(copy)
            copy.add_done_callback(self._copies.discard)

    async def _judged(self, incoming: Incoming, watch: Watch) -> Asked:
        """Everything that must hold before the service hears of the request, in the order of §2."""
        node, at = self._node, now()
        snapshot, configuration = node.ready(at)
        peer = node.peers.known(incoming.peer_certificate, configuration)
        watch.between(snapshot, configuration, peer)
        boundary = transport.boundary_of(header(incoming, "content-type"))
        read: list[rest.Request] = []
        receiving = transport.Receiving(boundary, lambda head: self._spool(head, snapshot, read, watch))
        received = await receiving.read(incoming.body)
        try:
            return await self._checked(incoming, peer, received, read, snapshot, at, watch)
        except BaseException:
            transport.close(received.body)
            raise

    async def _checked(
        self,
        incoming: Incoming,
        peer: Server,
        received: Received,
        read: list[rest.Request],
        snapshot: Snapshot,
        at: datetime,
        watch: Watch,
    ) -> Asked:
        node = self._node
        if received.head is None or received.head_type != transport.REQUEST:
            raise Fault("missing_rest", "The message holds no REST request")
        request = read[0] if read else rest.read_request(received.head)
        watch.asks(request)
        watch.seen.request_size = len(received.head) + transport.size_of(received.body)
        if request.service.owner not in snapshot.clients:
            raise Fault("unknown_member", f"Client {request.service.owner} is not registered at this server")
        await node.peers.require(incoming.peer_certificate, peer, received.ocsp, at=at)
        require_client(peer, request.client)
        service, passage = None, None
        if not metadata.is_metaservice(request.verb, request.service):
            service, passage = self._allowed(request, snapshot, at, watch)
        digest = hashlib.sha512(received.head).digest()
        leaf = transport.leaf_of(digest, received.body_digest)
        signer = node.verified(received.signed, request.client, leaf, at)
        mark = mark_of(signer.signed_at, digest)
        node.replays.first(mark, at=at)
        asked = Asked(request, received.head, received, snapshot, service, passage, at, watch)
        held = received.head, received.body, received.body_digest
        await self._log(asked, request, *held, signer.evidence, mark=mark)
        return asked

    def _spool(self, head: bytes, snapshot: Snapshot, read: list[rest.Request], watch: Watch) -> Spool:
        """The place for a body, as large as its service takes; the request is kept in `read`."""
        request = rest.read_request(head)
        read.append(request)
        watch.asks(request)
        service = snapshot.service(request.service.owner, request.service.code)
        return self._node.sizes.spool(service.most_bytes if service else self._node.sizes.in_memory)

    def _allowed(
        self, request: rest.Request, snapshot: Snapshot, at: datetime, watch: Watch
    ) -> tuple[Service, Passage]:
        """The service that the client may call. Raises Fault."""
        service = snapshot.service(request.service.owner, request.service.code)
        if service is None:
            raise Fault("unknown_service", f"Unknown service: {request.service}")
        if service.kind is ServiceKind.WSDL:
            raise Fault("service_type", f"Service {request.service} is not a REST service")
        path = safe_path(request.service_path)
        verbs.require_plain(request.headers)
        watch.serves(service, path if service.body_log == BodyLog.FULL else "")
        rights = [one for one in service.rights_of(request.client) if one.covers(request.verb, path)]
        reason = request.header(standing.REASON_HEADER) or ""
        passage = self._node.guards.admit(service, rights, at, reason=reason)
        watch.serves(service, self._node.guards.shown_path(passage, path))
        return service, passage

    async def _answer(self, incoming: Incoming, asked: Asked, answered: Answered) -> None:
        """Sign, log and send the answer; a short one whole, a long one while it comes."""
        response = rest.Response(
            answered.status,
            answered.reason or phrase(answered.status),
            rest.answer_headers(answered.headers, asked.request, asked.hash),
        )
        head = rest.head(response)
        seen = asked.watch.seen
        seen.status = response.code
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
                if asked.passage is not None:
                    asked.passage.require()
                    whole = b"".join(transport.pieces_of(body))
                    await self._node.guards.check_response(asked.passage, asked.request, response, whole)
                signed = await self._sign_and_log(asked, response, head, body, digest)
                content = b"".join(transport.pieces_of(body))
                if content:
                    content = transport.body_begin(boundary) + content + parts.part_end
                whole = opening + content + transport.ending(boundary, signed)
                seen.response_size = len(head) + transport.size_of(body)
                asked.watch.answers()
                await incoming.answer(200, phrase(200), headers, whole)
            elif asked.passage is not None and self._node.guards.checks(asked.passage):
                raise Fault("invalid_response", "The response is too long to be checked")
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
        asked.watch.answers()
        yield opening + transport.body_begin(boundary)
        body: Body = None
        try:
            for chunk in held:
                yield chunk
            held.clear()
            async for chunk in answered.pieces():
                if asked.passage is not None:
                    asked.passage.require()
                await transport.write(spool, chunk)
                yield chunk
            body, digest = await transport.finish(spool)
            signed = await self._sign_and_log(asked, response, head, body, digest)
            asked.watch.seen.response_size = len(head) + transport.size_of(body)
            ending = transport.ending(boundary, signed)
        except Fault as fault:
            said = asked.watch.fault = fault.within(SIDE)
            log(said, where="provider", request_id=asked.request.request_id)
            ending = transport.fault_ending(boundary, soap_fault(said))
        except Exception as error:  # whatever it is, the peer must hear of it
            ending = transport.fault_ending(boundary, soap_fault(unexpected(error, side=SIDE)))
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
        await self._log(asked, response, head, body, body_digest, signed)
        return signed

    async def _log(
        self,
        asked: Asked,
        message: rest.Request | rest.Response,
        head: bytes,
        body: Body,
        body_digest: bytes | None,
        signed: Signed,
        *,
        mark: Mark | None = None,
    ) -> None:
        """Log a message, a request with its mark; of what a mock answers the mark alone stays."""
        request, passage, guards = asked.request, asked.passage, self._node.guards
        mode = BodyLog.FULL if passage is None else passage.mode
        if asked.service is not None:
            if guards.mock(asked.service) is not None:
                mode = BodyLog.NONE
            if mode is BodyLog.MASKED:
                work = partial(masked.kept, message, head, body, mode, guards.masks(asked.service))
                head, body = await guards.aside.do(transport.size_of(body), work)
        record = rest_record(
            "service",
            request,
            message if isinstance(message, rest.Response) else None,
            head=head,
            body=body,
            body_digest=body_digest,
            signed=signed,
            at=now(),
            mode=mode,
            agreement=passage.agreement if passage is not None else None,
            mark=mark,
        )
        await self._node.keeper.keep(record)
