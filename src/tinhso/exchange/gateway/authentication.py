"""How an information system shows that it is the client it names (§14.2)."""

from __future__ import annotations

from datetime import datetime

from cryptography import x509

from tinhso.exchange.contracts import Authentication
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.snapshot import Client
from tinhso.exchange.operations.certificates import fingerprint
from tinhso.exchange.protocol.faults import Fault

REFUSED = "ssl_authentication_failed"


def authenticate(client: Client, incoming: Incoming, *, at: datetime) -> None:
    """Return when the information system may speak for the client. Raises Fault."""
    if client.authentication is Authentication.HTTP:
        return
    if not incoming.secure:
        raise Fault(REFUSED, f"Client {client.id} must come over HTTPS")
    if client.authentication is Authentication.HTTPS:
        return
    shown = incoming.peer_certificate
    if shown is None:
        raise Fault(REFUSED, f"Client {client.id} must show its TLS certificate")
    if fingerprint(shown) not in client.certificates:
        raise Fault(REFUSED, f"The TLS certificate is none of client {client.id}")
    read = x509.load_der_x509_certificate(shown)
    if not read.not_valid_before_utc <= at <= read.not_valid_after_utc:
        raise Fault(REFUSED, f"The TLS certificate of client {client.id} ended {read.not_valid_after_utc}")
