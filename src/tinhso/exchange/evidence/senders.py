"""Who sent a kept message by its own words: a request its client, a response the service's owner (§13.1)."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.protocol import rest, soap
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId, ServiceId, parse_client, parse_service

XML_STARTS = (b"<", b"\xef\xbb\xbf", b" ", b"\t", b"\r", b"\n")


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says of itself."""

    response: bool
    client: ClientId
    service: ServiceId
    message_id: str
    request_id: str

    @property
    def sender(self) -> ClientId:
        """The member who must have signed."""
        return self.service.owner.member if self.response else self.client.member


def said(message: bytes) -> Said:
    """What a SOAP message or a REST head says. Raises BadEvidence(invalid_message)."""
    try:
        if message.startswith(XML_STARTS):
            return _soap(message)
        if rest.is_response(message):
            return _response(message)
        request = rest.read_request(message)
        return Said(False, request.client, request.service, request.message_id, request.request_id)
    except Fault as fault:
        raise BadEvidence("invalid_message", f"the message cannot be read: {fault.message}") from fault


def _response(message: bytes) -> Said:
    read = rest.read_response(message)
    stated = {
        name: read.header(name) or ""
        for name in ("x-road-client", "x-road-service", "x-road-id", "x-road-request-id")
    }
    return Said(
        True,
        parse_client(stated["x-road-client"]),
        parse_service(stated["x-road-service"]),
        stated["x-road-id"],
        stated["x-road-request-id"],
    )


def _soap(message: bytes) -> Said:
    envelope = soap.read_envelope(message)
    client, service = envelope.client, envelope.service
    if client is None or service is None:
        raise BadEvidence("invalid_message", "the message names no client or no service")
    if envelope.body_name not in (service.code, f"{service.code}Response"):
        raise BadEvidence("invalid_message", f"{envelope.body_name} neither asks nor answers {service.code}")
    return Said(envelope.body_name != service.code, client, service, envelope.id, "")
