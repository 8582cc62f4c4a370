"""The consumer's side: an information system asks; signed and logged its request goes on (§2)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.answering import every, phrase
from tinhso.exchange.gateway.authentication import authenticate
from tinhso.exchange.gateway.client import Outgoing
from tinhso.exchange.gateway.dispatch import receive, send
from tinhso.exchange.gateway.flowing import Cut
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import VERSION, Node, log, new_uuid, now, warn_of
from tinhso.exchange.gateway.recording import rest_record
from tinhso.exchange.gateway.snapshot import Snapshot
from tinhso.exchange.gateway.transport import Body, Received
from tinhso.exchange.gateway.watching import Watch
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import parts, rest
from tinhso.exchange.protocol.faults import ERROR_HEADER, Fault, render

SIDE = "server.clientproxy"
T = TypeVar("T")


@dataclass(slots=True)
class Question:
    """A request on its way, with what is known of it so far."""

    request: rest.Request
    head: bytes
    head_digest: bytes
    at: datetime
    boundary: str
    watch: Watch
    body: Body = None
    body_digest: bytes | None = None
    logged: bool = False

    @property
    def hash(self) -> str:
        """The request hash (§4.2)."""
        return rest.request_hash(self.head, self.body_digest)


async def refuse(incoming: Incoming, fault: Fault) -> None:
    """A fault to an information system that speaks REST (§5.2)."""
    log(fault, where="consumer")
    kind, body = render(fault, ",".join(every(incoming, "accept")) or None)
    headers = [("Content-Type", kind), (ERROR_HEADER, fault.code)]
    await incoming.answer(fault.status, phrase(fault.status), headers, body)


async def _kept(work: Awaitable[T]) -> T:
    """Keep part of a request. Raises Fault `io_error` with the cause, its name while sending (§5.3)."""
    try:
        return await work
    except Fault as fault:
        raise Fault("io_error", fault.message, fault.detail) from fault


class Consumer:
    """Handles REST requests of information systems."""

    def __init__(self, node: Node) -> None:
        self._node = node

    async def handle(self, incoming: Incoming) -> None:
        """Carry one request and its answer; every failure is answered as §5 says."""
        with self._node.watch("client") as watch:
            try:
                response, received = await self._carry(incoming, watch)
            except Fault as fault:
                watch.fault = fault.within(SIDE)
                watch.answers()
                await refuse(incoming, watch.fault)
                return
            watch.answers()
            await self._answer(incoming, response, received)

    async def _answer(self, incoming: Incoming, response: rest.Response, received: Received) -> None:
        try:
            headers = rest.client_headers(response)
            if isinstance(received.body, Spooled):
                headers.append(("Content-Length", str(received.body.size)))
                pieces = transport.read_pieces(received.body)
                await incoming.answer(response.code, response.reason, headers, pieces)
            else:
                await incoming.answer(response.code, response.reason, headers, received.body or b"")
        finally:
            transport.close(received.body)

    async def _carry(self, incoming: Incoming, watch: Watch) -> tuple[rest.Response, Received]:
        node, at = self._node, now()
        snapshot, configuration = node.ready(at)
        watch.between(snapshot, configuration)
        request = rest.accept_request(incoming.verb, incoming.target, incoming.headers, new_uuid=new_uuid)
        watch.asks(request)
        warn_of(request.client, request.service, request_id=request.request_id)
        client = snapshot.clients.get(request.client)
        if client is None:
            raise Fault("unknown_member", f"Client {request.client} is not registered at this server")
        authenticate(client, incoming, at=at)
        node.signers.of(str(request.client.member), at=at)
        servers = node.routes.choose(request.service.owner, request.security_server, configuration)
        head = rest.head(request)
        question = Question(request, head, hashlib.sha512(head).digest(), at, transport.new_boundary(), watch)
        opening = transport.opening(
            question.boundary,
            ocsp=await node.peers.own_answers(snapshot, at=at),
            head_type=transport.REQUEST,
            head=head,
        )
        headers = transport.transport_headers(
            request_id=request.request_id,
            boundary=question.boundary,
            version=VERSION,
            original_type=request.header("content-type") or "",
        )
        spool = node.sizes.spool()
        held: list[bytes] = []
        try:
            short = await self._gather(incoming, spool, held)
            if short:
                question.body, question.body_digest = await _kept(transport.finish(spool))
                content = await self._whole(question, opening)
                answer = await send(node, servers, configuration, headers, content, watch)
            else:
                flow = self._flow(question, opening, held, incoming, spool)
                answer = await send(node, servers, configuration, headers, flow, watch)
            return await self._receive(question, answer, snapshot)
        finally:
            spool.discard()
            transport.close(question.body)

    async def _gather(self, incoming: Incoming, spool: Spool, held: list[bytes]) -> bool:
        """Read as much as may lie in memory; whether that was all."""
        async for chunk in incoming.body:
            await _kept(transport.write(spool, chunk))
            held.append(chunk)
            if spool.size > self._node.sizes.in_memory:
                return False
        return True

    async def _whole(self, question: Question, opening: bytes) -> bytes:
        """A short message in one piece, signed and logged."""
        signed = await self._sign_and_log(question)
        body = b"".join(transport.pieces_of(question.body))
        if body:
            body = transport.body_begin(question.boundary) + body + parts.part_end
        return opening + body + transport.ending(question.boundary, signed)

    async def _flow(
        self, question: Question, opening: bytes, held: list[bytes], incoming: Incoming, spool: Spool
    ) -> AsyncIterator[bytes]:
        """A long message: the body passes while it is kept; signature last, after the log has it."""
        yield opening + transport.body_begin(question.boundary)
        for chunk in held:
            yield chunk
        held.clear()
        try:
            async for chunk in incoming.body:
                await _kept(transport.write(spool, chunk))
                yield chunk
        except Cut as error:
            raise Fault("io_error", f"The information system broke off: {error}") from error
        question.body, question.body_digest = await _kept(transport.finish(spool))
        signed = await self._sign_and_log(question)
        yield parts.part_end + transport.ending(question.boundary, signed)

    async def _sign_and_log(self, question: Question) -> Signed:
        request, node = question.request, self._node
        leaf = transport.leaf_of(question.head_digest, question.body_digest)
        question.watch.seen.request_size = len(question.head) + transport.size_of(question.body)
        signed = await node.sign(request.client, leaf, question.at)
        record = rest_record(
            "client",
            request,
            None,
            head=question.head,
            body=question.body,
            body_digest=question.body_digest,
            signed=signed,
            at=question.at,
        )
        await _kept(node.keeper.keep(record))
        question.logged = True
        return signed

    async def _receive(
        self, question: Question, answer: Outgoing, snapshot: Snapshot
    ) -> tuple[rest.Response, Received]:
        node, request = self._node, question.request
        received = await receive(answer, lambda _head: node.sizes.spool())
        try:
            if received.fault is not None:
                raise received.fault
            if received.head is None or received.head_type != transport.RESPONSE:
                raise Fault("missing_rest", "The answer holds no REST response")
            response = rest.read_response(received.head)
            seen = question.watch.seen
            seen.status, seen.response_size = (
                response.code,
                len(received.head) + transport.size_of(received.body),
            )
            digest = hashlib.sha512(received.head).digest()
            at = now()
            leaf = transport.leaf_of(digest, received.body_digest)
            signed = node.verify(received.signed, request.service.owner, leaf, at)
            rest.check_answer(request, response, question.hash)
            record = rest_record(
                "client",
                request,
                response,
                head=received.head,
                body=received.body,
                body_digest=received.body_digest,
                signed=signed,
                at=at,
            )
            await node.keeper.keep(record)
        except BaseException:
            transport.close(received.body)
            raise
        return response, received
