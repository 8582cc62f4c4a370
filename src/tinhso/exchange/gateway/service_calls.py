"""Puts a request to the service itself, and takes its answer as it comes (§1.2, §2)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from tinhso.exchange import inward
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.client import Client, Outgoing, Tls
from tinhso.exchange.gateway.limits import ConnectFailed, WireError
from tinhso.exchange.gateway.snapshot import Service
from tinhso.exchange.gateway.transport import Body, Header
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import Fault


def _unverified() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


UNVERIFIED = Tls(_unverified())
"""For services whose owner waived the check of their certificate (§14.2)."""


class Answered:
    """A service's answer: its head, and its body while it comes (or whole, when we made it ourselves)."""

    def __init__(
        self, status: int, reason: str, headers: Sequence[Header], body: bytes | Outgoing = b""
    ) -> None:
        self.status, self.reason, self.headers = status, reason, list(headers)
        self._body = body

    async def pieces(self) -> AsyncIterator[bytes]:
        """The body from where it was left. Raises Fault `io_error` when the service breaks off."""
        if isinstance(self._body, bytes):
            if self._body:
                yield self._body
            return
        try:
            async for piece in self._body.body:
                yield piece
        except WireError as error:
            raise Fault("io_error", f"The service broke off its answer: {error}") from error

    async def gather(self, spool: Spool, held: list[bytes], most: int) -> bool:
        """Read as much as may lie in memory; whether that was all. Raises Fault."""
        async for piece in self.pieces():
            await transport.write(spool, piece)
            held.append(piece)
            if spool.size > most:
                return False
        return True

    def close(self) -> None:
        """Let the connection go."""
        if not isinstance(self._body, bytes):
            self._body.close()


async def call(client: Client, service: Service, request: rest.Request, body: Body) -> Answered:
    """Ask the service. Raises Fault: network_error, unknown_host, io_error (§5.3)."""
    target = target_of(service.url, request.service_path, request.query, "?" in request.target)
    sent = body if request.verb in rest.FORWARD_BODY else None
    content = transport.read_pieces(sent) if isinstance(sent, Spooled) else sent
    try:
        async with asyncio.timeout(service.timeout_seconds):
            answer = await client.send(
                service.url,
                request.verb,
                target,
                inward.marked(service.url, request.headers),
                content,
                length=transport.size_of(sent) if sent else None,
                tls=tls_of(service),
                first_byte_seconds=None,
            )
    except (TimeoutError, WireError) as error:
        raise failure(error, service) from error
    return Answered(answer.status, answer.reason, answer.headers, answer)


def failure(error: Exception, service: Service) -> Fault:
    """What a service that did not answer is called (§5.3)."""
    if isinstance(error, TimeoutError):
        return Fault("io_error", f"The service did not answer within {service.timeout_seconds} s")
    if isinstance(error, ConnectFailed):
        if isinstance(error.__cause__, socket.gaierror):
            return Fault("unknown_host", f"Unknown host: {urlsplit(service.url).hostname}")
        return Fault("network_error", f"The service cannot be reached: {error}")
    return Fault("io_error", f"The service broke off: {error}")


def tls_of(service: Service) -> Tls | None:
    """How to speak to it when it is https: by the machine's own trust, unless its owner waived that."""
    return None if service.verify_tls else UNVERIFIED


def target_of(url: str, path: str, query: str, asked: bool) -> str:
    """Raw path and query at the service: base and service path with one `/` between, nothing re-encoded."""
    base = urlsplit(url).path
    if path:
        base = base.removesuffix("/")
    made = (base + path) or "/"
    return f"{made}?{query}" if asked else made
