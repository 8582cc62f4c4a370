"""Answers the two services by which a server tells of its exchanges (§15), by a thread of its own."""

from __future__ import annotations

import gzip
import hashlib
from datetime import datetime

import orjson

from tinhso.exchange.gateway import transport
from tinhso.exchange.gateway.database import QueryThread
from tinhso.exchange.gateway.snapshot import Snapshot
from tinhso.exchange.gateway.soap_messages import Attachment, SoapMessage
from tinhso.exchange.keeping.monitor import AVAILABLE_AFTER
from tinhso.exchange.protocol import monitoring, soap
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId, parse_server
from tinhso.exchange.queries import monitoring as seen

HEADERS = (
    ("Content-Type", monitoring.GZIP),
    ("Content-Transfer-Encoding", "binary"),
    ("Content-ID", f"<{monitoring.ATTACHMENT}>"),
)


def is_asked(service: ServiceId, snapshot: Snapshot) -> bool:
    """Whether a request is for one of these services: they are the owner's of this server."""
    return service.code in monitoring.CODES and str(service.owner) == snapshot.server.rpartition("/")[0]


class Reporting:
    """Tells of exchanges. `monitors` are clients that see everything beside the server's owner."""

    def __init__(self, *, monitors: frozenset[str], since: int) -> None:
        self._monitors = monitors
        self._since = since
        self._queries = QueryThread("monitoring")

    async def answer(
        self, snapshot: Snapshot, client: ClientId, service: ServiceId, request: SoapMessage, *, at: datetime
    ) -> SoapMessage:
        """The whole answer. Raises Fault `client.invalid_request` for criteria that cannot be."""
        party = None if self._sees_all(client, snapshot) else client
        if service.code == monitoring.HEALTH:
            return await self._queries.do(lambda: self._health(request, party, at))
        return await self._queries.do(lambda: self._operational(request, party, at))

    async def close(self) -> None:
        """Let the thread and its connection go."""
        await self._queries.close()

    def _sees_all(self, client: ClientId, snapshot: Snapshot) -> bool:
        return str(client) in self._monitors or client == parse_server(snapshot.server).owner

    def _operational(self, request: SoapMessage, party: ClientId | None, at: datetime) -> SoapMessage:
        criteria = monitoring.read_criteria(request.envelope, _charset(request))
        available = at - AVAILABLE_AFTER
        if criteria.begins >= int(available.timestamp()):
            raise Fault("client.invalid_request", f"Records not available from {criteria.begins} yet")
        found = seen.records(criteria, party=party, available=available)
        envelope = monitoring.operational(
            request.envelope, request.envelope_type, count=len(found.records), following=found.following
        )
        packed = gzip.compress(orjson.dumps({"records": found.records}), 6)
        boundary = transport.new_boundary()
        return SoapMessage(
            f'multipart/related; type="text/xml"; boundary="{boundary}"',
            _hashed(envelope, request),
            (("Content-Type", "text/xml; charset=UTF-8"),),
            [Attachment(HEADERS, packed, hashlib.sha512(packed).digest())],
        )

    def _health(self, request: SoapMessage, party: ClientId | None, at: datetime) -> SoapMessage:
        provider = monitoring.read_filter(request.envelope, _charset(request))
        envelope = monitoring.health(
            request.envelope,
            request.envelope_type,
            since=self._since,
            seconds=int(seen.HEALTH_PERIOD.total_seconds()),
            services=seen.health(provider=provider, party=party, at=at),
        )
        return SoapMessage(transport.XML, _hashed(envelope, request), ())


def _charset(request: SoapMessage) -> str:
    return soap.read_envelope(request.envelope, request.envelope_type).charset


def _hashed(envelope: bytes, request: SoapMessage) -> bytes:
    return soap.with_request_hash(envelope, soap.request_hash(request.envelope))
