"""Hands a message to the first server that takes it, and reads what comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.answering import header
from tinhso.exchange.gateway.client import CannotConnect, Outgoing
from tinhso.exchange.gateway.flowing import Cut
from tinhso.exchange.gateway.node import Node
from tinhso.exchange.gateway.transport import Header, Received
from tinhso.exchange.gateway.watching import Watch
from tinhso.exchange.protocol.faults import Fault, read_fault
from tinhso.exchange.protocol.globalconf import GlobalConfiguration, Server


async def send(
    node: Node,
    servers: Sequence[Server],
    configuration: GlobalConfiguration,
    headers: Sequence[Header],
    content: bytes | AsyncIterator[bytes],
    watch: Watch,
) -> Outgoing:
    """Send to the first server that takes a connection; what began to go is not sent twice. Raises Fault."""
    failed: CannotConnect | None = None
    for server in servers:
        watch.goes(server)
        try:
            with node.routes.underway(server):
                answer = await node.peers.send(node.to_peers, server, configuration, headers, content)
        except CannotConnect as error:
            node.routes.failed(server)
            failed = error
        except Cut as error:
            raise Fault("io_error", f"Server {server.id}: {error}") from error
        else:
            watch.heard()
            node.routes.answered(server)
            return answer
    raise Fault("network_error", f"No server of the provider answers: {failed}")


async def receive(answer: Outgoing, spool_for: transport.Limit) -> Received:
    """A peer's answer. Raises Fault, the peer's own when that is the answer."""
    kind = header(answer, "content-type")
    try:
        await peer_fault(answer)
        boundary = transport.boundary_of(kind)
        return await transport.Receiving(boundary, spool_for).read(answer.body)
    except Cut as error:
        raise Fault("io_error", f"The provider's server broke off: {error}") from error
    finally:
        await answer.close()


async def peer_fault(answer: Outgoing) -> None:
    """Raise the Fault that the answer is; return when it is a message."""
    kind = header(answer, "content-type")
    if kind.lower().startswith(transport.XML):
        fault = read_fault(kind, await answer.read(transport.MOST_SIGNATURE_BYTES))
        if fault is not None:
            raise transport.theirs(fault)
        raise Fault("invalid_response", "The provider's server answered no fault that can be read")
    if answer.status != 200:
        raise Fault("http_error", f"The provider's server answered {answer.status}")
