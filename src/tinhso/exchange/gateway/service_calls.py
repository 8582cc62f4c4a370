"""Puts a request to the service itself, and takes its answer as it comes (§1.2, §2)."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from urllib.parse import urlsplit

from tinhso.exchange import inward
from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.client import CannotConnect, Client, Outgoing
from tinhso.exchange.gateway.flowing import Content, Cut, Limits
from tinhso.exchange.gateway.snapshot import Service
from tinhso.exchange.gateway.transport import Body, Header
from tinhso.exchange.guards import mock
from tinhso.exchange.keeping.spool import Spool, Spooled
from tinhso.exchange.protocol import rest
from tinhso.exchange.protocol.faults import Fault

logger = logging.getLogger(__name__)


class Callers:
    """Clients for services: those whose certificate is checked, and those whose owner waived that (§14.2)."""

    def __init__(self, limits: Limits) -> None:
        self.usual = Client(limits=limits)
        unchecked = ssl.create_default_context()
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE
        self._unchecked = Client(limits=limits, tls=unchecked)

    def of(self, service: Service) -> Client:
        """The client for a service."""
        return self.usual if service.verify_tls else self._unchecked

    async def close(self) -> None:
        """Cut every connection."""
        await self.usual.close()
        await self._unchecked.close()


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
        except Cut as error:
            raise Fault("io_error", f"The service broke off its answer: {error}") from error

    async def gather(self, spool: Spool, held: list[bytes], most: int) -> bool:
        """Read as much as may lie in memory; whether that was all. Raises Fault."""
        async for piece in self.pieces():
            await transport.write(spool, piece)
            held.append(piece)
            if spool.size > most:
                return False
        return True

    async def close(self) -> None:
        """Let the connection go."""
        if not isinstance(self._body, bytes):
            await self._body.close()


async def call(callers: Callers, service: Service, request: rest.Request, body: Body) -> Answered:
    """Ask the service. Raises Fault: network_error, unknown_host, io_error (§5.3)."""
    target = target_of(service.url, request.service_path, request.query, "?" in request.target)
    sent = body if request.verb in rest.FORWARD_BODY else None
    headers = list(request.headers)
    content: Content = sent if isinstance(sent, bytes) else b""
    if isinstance(sent, Spooled):
        headers.append(("Content-Length", str(sent.size)))
        content = transport.read_pieces(sent)
    try:
        async with asyncio.timeout(service.timeout_seconds):
            answer = await callers.of(service).send(
                service.url,
                request.verb,
                target,
                inward.marked(service.url, headers),
                content,
                answer_seconds=service.timeout_seconds,
            )
    except (TimeoutError, Cut) as error:
        raise failure(error, service) from error
    return Answered(answer.status, answer.reason, answer.headers, answer)


async def copied(callers: Callers, url: str, request: rest.Request, body: bytes | None) -> None:
    """Send a copy of a request elsewhere and throw the answer away; whatever fails, fails silently."""
    target = target_of(url, request.service_path, request.query, "?" in request.target)
    content = body if body and request.verb in rest.FORWARD_BODY else b""
    try:
        headers = inward.judged(request.headers)
        answer = await callers.usual.send(url, request.verb, target, headers, content)
        await answer.close()
    except (Cut, ValueError) as error:
        logger.info("a copy did not arrive at %s: %s", url, error)


async def mock_answer(mocked: mock.Mock, request: rest.Request) -> Answered:
    """What the description says in the service's stead, marked as such."""
    made = mocked.answer(request.verb, request.service_path, request.header("accept"))
    await asyncio.sleep(made.delay)
    return Answered(made.status, "", made.headers, made.body)


def failure(error: Exception, service: Service) -> Fault:
    """What a service that did not answer is called (§5.3)."""
    if isinstance(error, TimeoutError):
        return Fault("io_error", f"The service did not answer within {service.timeout_seconds} s")
    if isinstance(error, CannotConnect):
        if isinstance(error.__cause__, socket.gaierror):
            return Fault("unknown_host", f"Unknown host: {urlsplit(service.url).hostname}")
        return Fault("network_error", f"The service cannot be reached: {error}")
    return Fault("io_error", f"The service broke off: {error}")


def target_of(url: str, path: str, query: str, asked: bool) -> str:
    """Raw path and query at the service: base and service path with one `/` between, nothing re-encoded."""
    base = urlsplit(url).path
    if path:
        base = base.removesuffix("/")
    made = (base + path) or "/"
    return f"{made}?{query}" if asked else made
