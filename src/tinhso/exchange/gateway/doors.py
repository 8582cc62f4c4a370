"""What stands at each port of the gateway, and to whom it leads."""

from __future__ import annotations

import ssl
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tinhso.exchange.gateway import consumer, health, metaservices, provider, transport
from tinhso.exchange.gateway.answering import header, phrase, text
from tinhso.exchange.gateway.directory import Directory
from tinhso.exchange.gateway.flowing import Cut, Headers
from tinhso.exchange.gateway.heads import BadMessage
from tinhso.exchange.gateway.incoming import Incoming
from tinhso.exchange.gateway.node import Node, now, unexpected
from tinhso.exchange.gateway.retrieving import Retrieving
from tinhso.exchange.gateway.snapshot import Snapshot
from tinhso.exchange.gateway.soap_consumer import SoapConsumer, refuse
from tinhso.exchange.gateway.soap_provider import SoapProvider
from tinhso.exchange.protocol import metadata, parts, rest
from tinhso.exchange.protocol.faults import ERROR_HEADER, Fault

MOST_ASKED = 16


def refusal(status: int) -> Headers:
    """How the wire itself says that a failure is the exchange's (§5.1), before any message can be read."""
    code = "client.bad_request" if status < 500 else f"{consumer.SIDE}.internal_error"
    return [(ERROR_HEADER, code)]


def _told(error: Exception, side: str) -> Fault:
    return error.within(side) if isinstance(error, Fault) else unexpected(error, side=side)


class Doors:
    """The handlers of the gateway's ports."""

    def __init__(self, node: Node, directory: Directory) -> None:
        self._node = node
        self._consumer, self._soap_consumer = consumer.Consumer(node), SoapConsumer(node)
        self._provider, self._soap_provider = provider.Provider(node), SoapProvider(node)
        self._directory = directory
        self._retrieving = Retrieving(node, node.sizes.folder)
        self.systems_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.systems_context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.systems_context.verify_mode = ssl.CERT_OPTIONAL
        self.systems_context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self._trusted: set[str] = set()

    def take(self, snapshot: Snapshot) -> None:
        """Follow the configuration: certificates that information systems may show, and our own."""
        self._node.peers.load_into(self.systems_context, snapshot)
        for client in snapshot.clients.values():
            for mark, der in client.certificates.items():
                if mark not in self._trusted:
                    pem = x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
                    self.systems_context.load_verify_locations(cadata=pem.decode("ascii"))
                    self._trusted.add(mark)

    async def close(self) -> None:
        """Let go what was opened."""
        await self._retrieving.close()

    async def information_system(self, incoming: Incoming) -> None:
        """The port of information systems: whatever fails there is told by `X-Road-Error` (§5.1)."""
        try:
            await self._asked(incoming)
        except (Cut, BadMessage):
            raise
        except Exception as error:
            if incoming.answered:
                raise
            fault = _told(error, consumer.SIDE)
            if rest.is_rest(incoming.target) or incoming.verb == "GET":
                await consumer.refuse(incoming, fault)
            else:
                await refuse(incoming, fault)

    async def _asked(self, incoming: Incoming) -> None:
        if rest.is_rest(incoming.target):
            await self._consumer.handle(incoming)
            return
        path = urlsplit(incoming.target).path
        if incoming.verb == "GET" and path == f"/{metadata.LIST_CLIENTS}":
            await metaservices.list_clients(self._node, incoming, at=now())
        elif incoming.verb == "GET" and path == "/asic":
            await self._retrieving.asic(incoming, at=now())
        elif incoming.verb == "GET" and path == "/verificationconf":
            await self._retrieving.verification_conf(incoming)
        elif incoming.verb == "GET" and path == "/health":
            await health.briefly(self._node, self._directory, incoming, at=now())
        elif incoming.verb == "POST":
            await self._soap_consumer.handle(incoming)
        else:
            await refuse(incoming, Fault("client.invalid_http_method", "Must use POST request method"))

    async def peer(self, incoming: Incoming) -> None:
        """The port of other security servers: whatever fails there is told by a SOAP fault (§9)."""
        try:
            await self._peer_asked(incoming)
        except (Cut, BadMessage):
            raise
        except Exception as error:
            if incoming.answered:
                raise
            await provider.refuse(incoming, _told(error, provider.SIDE))

    async def _peer_asked(self, incoming: Incoming) -> None:
        if incoming.verb != "POST":
            raise Fault("client.invalid_http_method", "Must use POST request method")
        if header(incoming, "x-road-message-type").upper() == "REST":
            await self._provider.handle(incoming)
        else:
            await self._soap_provider.handle(incoming)

    async def ocsp(self, incoming: Incoming) -> None:
        """OCSP answers about our certificates: `/?cert={hex SHA-1}&cert=…` (§9)."""
        asked = parse_qs(urlsplit(incoming.target).query).get("cert", [])
        if incoming.verb != "GET" or not 0 < len(asked) <= MOST_ASKED:
            await text(incoming, 400, "GET /?cert={SHA-1 of a certificate, hex}")
            return
        found = [await self._node.peers.revocations.answer_of_sha1(mark.lower(), at=now()) for mark in asked]
        if None in found:
            await text(incoming, 500, "No fresh OCSP answer about one of these certificates")
            return
        boundary = transport.new_boundary()
        body = b"".join(transport.part(boundary, transport.OCSP, one) for one in found if one)
        kind = f'multipart/related; charset=UTF-8; boundary="{boundary}"'
        await incoming.answer(200, phrase(200), [("Content-Type", kind)], body + parts.closing(boundary))
