"""What one exchange is like while it passes: figures of this node, and the record of monitoring (§15)."""

from __future__ import annotations

import socket
import time
from types import TracebackType
from typing import Final, Literal, Self

from tinhso.exchange.contracts import ServiceKind
from tinhso.exchange.gateway import figures
from tinhso.exchange.gateway.flowing import Cut
from tinhso.exchange.gateway.snapshot import Service, Snapshot
from tinhso.exchange.gateway.soap_messages import SoapMessage, mime_size
from tinhso.exchange.keeping.monitor import Monitor
from tinhso.exchange.keeping.observed import Observed
from tinhso.exchange.protocol import rest, soap
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globalconf import GlobalConfiguration, Server
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId

SIDES: Final = {"client": "server.clientproxy", "service": "server.serverproxy"}
REST_VERSION: Final = "1"
KINDS: Final = {ServiceKind.REST: "REST", ServiceKind.OPENAPI: "OPENAPI3", ServiceKind.WSDL: "WSDL"}
ELSEWHERE: Final = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737): asked for only to learn from where it would be reached."""


class Watch:
    """One exchange on one side, from its head to its last byte, as `with`; `fault` is how it failed."""

    def __init__(
        self, side: Literal["client", "service"], monitor: Monitor, *, software: str, address: str
    ) -> None:
        self.fault: Fault | None = None
        self.seen = Observed(side, _now(), software, address)
        self._monitor = monitor
        self._measure = figures.begin(side)
        self._is_meta = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        seen, fault = self.seen, self.fault
        if fault is None and error is not None:
            fault = _failure(error, SIDES[seen.side])
        seen.response_out = max(seen.response_out or _now(), seen.request_in)
        if self._is_meta:
            seen.request_out, seen.response_in = seen.request_in, seen.response_out
        if fault is not None:
            seen.fault_code, seen.fault_string = fault.code, fault.message
        seen.succeeded = fault is None and (seen.status is None or seen.status < 400)
        self._measure.fault = fault
        self._measure.end()
        self._monitor.note(seen)

    def between(
        self, snapshot: Snapshot, configuration: GlobalConfiguration, peer: Server | None = None
    ) -> None:
        """Where this server is reached, and the peer that asks."""
        own = address_of(configuration.servers.get(snapshot.server))
        if self.seen.side == "client":
            self.seen.client_address = own
        else:
            self.seen.provider_address, self.seen.client_address = own, address_of(peer)

    def asks(self, request: rest.Request) -> None:
        """A REST request, as far as its head says it."""
        seen = self.seen
        self._names(request.client, request.service, request.represented_party)
        seen.rest_method, seen.protocol_version = request.verb, REST_VERSION
        seen.message_id, seen.request_id = request.message_id, request.request_id
        seen.user_id, seen.issue = request.user_id, request.issue
        if seen.side == "client":
            seen.service_type = KINDS[ServiceKind.REST]

    def asks_soap(self, envelope: soap.Envelope, message: SoapMessage, request_id: str) -> None:
        """A SOAP request with its attachments."""
        seen = self.seen
        if envelope.client is not None and envelope.service is not None:
            self._names(envelope.client, envelope.service, envelope.represented_party)
        seen.protocol_version = envelope.protocol_version
        if seen.side == "client":
            seen.service_type = KINDS[ServiceKind.WSDL]
        seen.message_id, seen.request_id = envelope.id, request_id
        seen.user_id, seen.issue = envelope.user_id, envelope.issue
        seen.request_size, seen.request_attachments = len(message.envelope), len(message.attachments)
        seen.request_mime_size = mime_size(message)

    def meta(self) -> None:
        """The server answers by itself (§15: no time of a service)."""
        self._is_meta = True

    def serves(self, service: Service, path: str = "") -> None:
        """The service that is asked, and for REST the decoded path within it."""
        self.seen.service_type, self.seen.rest_path = KINDS[service.kind], path

    def goes(self, server: Server | None = None) -> None:
        """The request goes out now, to a provider's server or to the service."""
        self.seen.request_out = _now()
        if server is not None:
            self.seen.provider_address = address_of(server)

    def heard(self) -> None:
        """The answer begins to come."""
        self.seen.response_in = _now()

    def answers(self) -> None:
        """The answer begins to go out."""
        self.seen.response_out = _now()

    def answers_soap(self, message: SoapMessage) -> None:
        """A SOAP answer goes out."""
        seen = self.seen
        seen.response_size, seen.response_attachments = len(message.envelope), len(message.attachments)
        seen.response_mime_size = mime_size(message)
        self.answers()

    def _names(self, client: ClientId, service: ServiceId, party: tuple[str, str] | None) -> None:
        seen = self.seen
        seen.client, seen.provider = str(client), str(service.owner)
        seen.service_code, seen.service_version = service.code, service.version
        if party is not None:
            seen.party_class, seen.party_code = party


def _failure(error: BaseException, side: str) -> Fault:
    """How an exchange ended that nobody could be told about any more. What failed within us stays with us."""
    if isinstance(error, Fault):
        return error.within(side)
    if isinstance(error, Cut):
        return Fault(f"{side}.io_error", f"The connection broke: {error}")
    return Fault(f"{side}.internal_error", "The server failed")


def address_of(server: Server | None) -> str:
    """Name or number of a server's address in the global configuration, without its port."""
    return server.address.rpartition(":")[0].strip("[]") if server is not None else ""


def own_address() -> str:
    """This machine's address within its network; nothing is sent to learn it."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
            asked.connect(ELSEWHERE)
            return str(asked.getsockname()[0])
    except OSError:
        return "127.0.0.1"


def _now() -> int:
    return time.time_ns() // 1_000_000
