"""Trust between security servers: mutual TLS, whose certificate it is, and that it still stands (§2, §9)."""

from __future__ import annotations

import logging
import os
import ssl
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tinhso.exchange.evidence.signatures import Verifier
from tinhso.exchange.evidence.trust import Trust, Use
from tinhso.exchange.gateway.client import Client, Outgoing
from tinhso.exchange.gateway.ocsp import Doubtful, Revocations
from tinhso.exchange.gateway.snapshot import KeptKey, Snapshot
from tinhso.exchange.operations.certificates import fingerprint
from tinhso.exchange.protocol.faults import Fault
from tinhso.exchange.protocol.globalconf import GlobalConfiguration, Server
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
        self.verifier = Verifier(self.trust)
        self._authorities: set[bytes] = set()
        self._trusted: set[bytes] = set()
        self._loaded: dict[ssl.SSLContext, KeptKey] = {}

    def take(self, snapshot: Snapshot) -> None:
        """Follow the configuration: authorities and our own key."""
        if snapshot.configuration is not None:
            self._take_authorities(snapshot.configuration)
            self.revocations.own(shown for key in snapshot.keys for shown in key.uses)
        for context in (self.server_context, self.client_context):
            self.load_into(context, snapshot)

    def known(self, der: bytes | None, configuration: GlobalConfiguration) -> Server:
        """Which server a peer's certificate belongs to. Raises Fault when it is none."""
        if der is None:
            raise Fault(REFUSED, "The peer showed no certificate")
        server = configuration.by_certificate.get(fingerprint(der))
        if server is None:
            raise Fault(REFUSED, "The peer's certificate is of no server of the global configuration")
        return server

    async def require(
        self, der: bytes | None, server: Server, answers: Sequence[bytes] = (), *, at: datetime
    ) -> None:
        """Return when the certificate stands, by answers it brought or its authority's. Raises Fault."""
        if der is None:
            raise Fault(REFUSED, "The peer showed no certificate")
        for answer in answers:
            self.revocations.offer(der, answer, at=at)
        try:
            await self.revocations.require(der, at=at, use=Use.TLS)
        except Doubtful as error:
            raise Fault(REFUSED, f"Server {server.id}: {error}") from error

    async def send(
        self,
        client: Client,
        server: Server,
        configuration: GlobalConfiguration,
        headers: Sequence[tuple[str, str]],
        content: bytes | AsyncIterator[bytes],
    ) -> Outgoing:
        """Send a message to a server, once its certificate was seen to be its own and to stand.

        Raises Fault, CannotConnect, Failed.
        """

        async def check(der: bytes | None) -> None:
            if self.known(der, configuration).id != server.id:
                raise Fault(REFUSED, f"The certificate is not of server {server.id}")
            await self.require(der, server, at=datetime.now(UTC))

        return await client.send(server.url, "POST", "/", headers, content, check=check)

    async def own_answers(self, snapshot: Snapshot, *, at: datetime) -> list[bytes]:
        """OCSP answers about our TLS certificates, to bring along (§9). Raises Fault when one is revoked."""
        key = snapshot.tls
        try:
            for der, use in key.uses if key else ():
                await self.revocations.require(der, at=at, use=use)
        except Doubtful as error:
            raise Fault(REFUSED, f"This server: {error}") from error
        found = [self.revocations.answer(der, at=at) for der in key.certificates] if key else []
        return [one for one in found if one]

    def _take_authorities(self, configuration: GlobalConfiguration) -> None:
        document = configuration.document
        wanted = {one.certificate for one in document.authorities}
        for der in wanted - self._trusted:
            pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode("ascii")
            for context in (self.server_context, self.client_context):
                context.load_verify_locations(cadata=pem)
        self._trusted |= wanted
        if wanted != self._authorities:
            self._authorities = wanted
            self.trust = Trust.of(wanted, [one.certificate for one in document.stamping])
            self.verifier = Verifier(self.trust)
        self.revocations.trust(((one.certificate, one.ocsp) for one in document.authorities), self.trust)

    def load_into(self, context: ssl.SSLContext, snapshot: Snapshot) -> None:
        """Give a context our own certificate, once for each that comes."""
        key = snapshot.tls
        if key is None or self._loaded.get(context) == key:
            return
        self._load(context, key)
        self._loaded[context] = key

    def _load(self, context: ssl.SSLContext, key: KeptKey) -> None:
        """The key is a file already; for its certificates one is made, since the library reads files."""
        pem = "".join(
            x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode("ascii")
            for der in key.certificates
        )
        handle, name = tempfile.mkstemp(suffix=".pem")
        try:
            with os.fdopen(handle, "w") as out:
                out.write(pem)
            context.load_cert_chain(name, key.reference, self._password or None)
        finally:
            Path(name).unlink()


def require_client(server: Server, client: ClientId) -> None:
    """The client must speak through the peer's server, or own it. Raises Fault (§2, provider side)."""
    if str(client) not in server.clients and str(client) != server.owner:
        raise Fault(REFUSED, f"Client {client} is not registered at server {server.id}")


def _context(protocol: int) -> ssl.SSLContext:
    """Mutual TLS. Names are not host names: the global configuration says whose a certificate is."""
    context = ssl.SSLContext(protocol)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
