"""Trust between security servers: mutual TLS, whose certificate it is, and that it still stands (§2, §9)."""

from __future__ import annotations

import hashlib
import logging
import os
import ssl
import tempfile
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tinhso.exchange.evidence.trust import Trust
from tinhso.exchange.gateway.globalconf import GlobalConfiguration, Server
from tinhso.exchange.gateway.ocsp import Doubtful, Revocations
from tinhso.exchange.gateway.snapshot import KeptKey, Snapshot
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.identifiers import ClientId

logger = logging.getLogger(__name__)
REFUSED = "ssl_authentication_failed"


class Peers:
    """TLS contexts of this server, which live as long as it does and take new keys as they come."""

    def __init__(self, revocations: Revocations, *, key_password: str = "") -> None:
        self.revocations = revocations
        self._password = key_password
        self.server_context = _context(ssl.PROTOCOL_TLS_SERVER)
        self.client_context = _context(ssl.PROTOCOL_TLS_CLIENT)
        self.trust = Trust(())
        self._trusted: set[bytes] = set()
        self._loaded: KeptKey | None = None

    def take(self, snapshot: Snapshot) -> None:
        """Follow the configuration: authorities and our own key."""
        if snapshot.configuration is not None:
            self._take_authorities(snapshot.configuration)
        if snapshot.tls is not None and snapshot.tls != self._loaded:
            self._load(snapshot.tls)
            self._loaded = snapshot.tls

    async def server_of(
        self, der: bytes | None, configuration: GlobalConfiguration, *, at: datetime
    ) -> Server:
        """Which server a peer's certificate belongs to.

        Raises Fault when it is none, or its certificate is revoked, over, or of unknown standing.
        """
        if der is None:
            raise Fault(REFUSED, "The peer showed no certificate")
        server = configuration.by_certificate.get(hashlib.sha256(der).hexdigest())
        if server is None:
            raise Fault(REFUSED, "The peer's certificate is of no server of the global configuration")
        try:
            await self.revocations.require(der, at=at)
        except Doubtful as error:
            raise Fault(REFUSED, f"Server {server.id}: {error}") from error
        return server

    async def require(
        self, der: bytes | None, server: Server, configuration: GlobalConfiguration, *, at: datetime
    ) -> None:
        """Return when the certificate is this server's and stands. Raises Fault."""
        if await self.server_of(der, configuration, at=at) is not server:
            raise Fault(REFUSED, f"The certificate is not of server {server.id}")

    def _take_authorities(self, configuration: GlobalConfiguration) -> None:
        document = configuration.document
        wanted = {one.certificate for one in document.authorities}
        for der in wanted - self._trusted:
            pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode("ascii")
            for context in (self.server_context, self.client_context):
                context.load_verify_locations(cadata=pem)
        self._trusted |= wanted
        self.trust = Trust.of(
            [one.certificate for one in document.authorities],
            [one.certificate for one in document.stamping],
        )
        self.revocations.trust(((one.certificate, one.ocsp) for one in document.authorities), self.trust)

    def _load(self, key: KeptKey) -> None:
        """The key is a file already; its certificates are written beside for the library, which reads files."""
        pem = "".join(
            x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode("ascii")
            for der in key.certificates
        )
        handle, name = tempfile.mkstemp(suffix=".pem")
        try:
            with os.fdopen(handle, "w") as out:
                out.write(pem)
            for context in (self.server_context, self.client_context):
                context.load_cert_chain(name, key.reference, self._password or None)
        finally:
            Path(name).unlink()


def require_client(server: Server, client: ClientId) -> None:
    """The peer must be a server through which this client speaks. Raises Fault (§2, provider side)."""
    if str(client) not in server.clients:
        raise Fault(REFUSED, f"Client {client} is not registered at server {server.id}")


def _context(protocol: int) -> ssl.SSLContext:
    """Mutual TLS. Names are not host names: the global configuration says whose a certificate is."""
    context = ssl.SSLContext(protocol)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
