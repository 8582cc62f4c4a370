"""Other security servers: who they are, whether their certificates hold, where they listen."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from national.exchange import parts
from national.exchange.failures import Failure
from national.exchange.trust import Trust
from national.exchange.wires import Asked, Broken, ask

OCSP_SECONDS = 20
REMEMBERED_SECONDS = 30.0


class Responder:
    """Fetches OCSP answers about certificates, and remembers them a little while."""

    def __init__(self, url: str, trust: Trust) -> None:
        self.url, self.trust = url, trust
        self._lock = threading.Lock()
        self._kept: dict[int, tuple[float, bytes]] = {}

    def answers(self, certificates: Sequence[x509.Certificate]) -> list[bytes]:
        """One answer about each certificate; raises Failure `ocsp_connection_error`."""
        return [self._answer(one) for one in certificates]

    def forget(self) -> None:
        """Ask anew next time."""
        with self._lock:
            self._kept.clear()

    def _answer(self, certificate: x509.Certificate) -> bytes:
        with self._lock:
            kept = self._kept.get(certificate.serial_number)
        if kept and time.monotonic() - kept[0] < REMEMBERED_SECONDS:
            return kept[1]
        question = ocsp.OCSPRequestBuilder().add_certificate(
            certificate, self.trust.issuer(certificate), hashes.SHA256()
        )
        place = urlsplit(self.url)
        asked = Asked(
            "POST",
            place.path,
            [("Host", place.netloc), ("Content-Type", "application/ocsp-request")],
            question.build().public_bytes(Encoding.DER),
        )
        try:
            answer = ask((place.hostname or "", place.port or 80), asked, seconds=OCSP_SECONDS)
        except (OSError, Broken) as fault:
            raise Failure("ocsp_connection_error", f"{self.url}: {fault}") from fault
        if answer.status != 200:
            raise Failure("ocsp_failed", f"{self.url} answers {answer.status}")
        with self._lock:
            self._kept[certificate.serial_number] = time.monotonic(), answer.body
        return answer.body


def context(side: ssl._SSLMethod, chain: Path, key: Path, authorities: str) -> ssl.SSLContext:
    """TLS for one side: our own certificate shown, the other's asked for and checked."""
    made = ssl.SSLContext(side)
    made.check_hostname = False
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(chain, key)
    made.load_verify_locations(cadata=authorities)
    made.verify_mode = ssl.CERT_REQUIRED
    return made


def check_server(
    server: dict[str, Any], certificate: bytes, answers: Sequence[bytes], trust: Trust, at: datetime
) -> None:
    """A peer's TLS certificate is one the directory names for that server, and holds; raises Failure."""
    try:
        if hashlib.sha256(certificate).hexdigest() not in server["auth_certificates"]:
            raise Failure("ssl_authentication_failed", "the certificate is not in the directory")
        read = x509.load_der_x509_certificate(certificate)
        names = [one.value for one in read.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        if names != [f"{server['owner']}/{server['code']}"]:
            raise Failure("ssl_authentication_failed", f"the certificate is of {names}")
        trust.check(read, answers, at)
    except ValueError as fault:
        raise Failure("ssl_authentication_failed", str(fault)) from fault
    except Failure as fault:
        raise Failure("ssl_authentication_failed", fault.message) from fault


def fetch_answers(server: dict[str, Any], certificate: bytes) -> list[bytes]:
    """OCSP answers a server holds ready about its own certificate (§9); raises Failure."""
    place = urlsplit(server["ocsp"])
    if not place.hostname:
        raise Failure("ssl_authentication_failed", "the directory names no place for OCSP answers")
    digest = hashlib.sha1(certificate, usedforsecurity=False).hexdigest()
    asked = Asked("GET", f"{place.path or '/'}?cert={digest}", [("Host", place.netloc)], b"")
    try:
        answer = ask((place.hostname, place.port or 80), asked, seconds=OCSP_SECONDS)
        kind = answer.header("content-type")
        if answer.status != 200 or not kind.lower().startswith("multipart/related"):
            raise Failure("ssl_authentication_failed", f"{server['ocsp']} answers {answer.status} {kind}")
        return [one.content for one in parts.read(kind, answer.body) if one.kind == parts.OCSP]
    except (OSError, Broken) as fault:
        raise Failure("ssl_authentication_failed", f"{server['ocsp']}: {fault}") from fault
