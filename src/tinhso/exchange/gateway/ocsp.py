"""Whether certificates in use are revoked, asked of their authority in the background.

An answer serves for an hour (§14.3). Certificates in use are asked about every few seconds, so that a revoked
one is refused within seconds of its authority's word.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import OCSP_SERVES, Trust, Use
from tinhso.exchange.gateway.fetching import Unfetched
from tinhso.exchange.operations.certificates import fingerprint
from tinhso.foundation.ocsp import question

logger = logging.getLogger(__name__)
REVOKED = "cert_validation"
IN_USE_SECONDS = 600.0
OWN_SECONDS = 3.0
MOST_AT_ONCE = 8
Ask = Callable[[str, bytes], Awaitable[bytes]]


class Doubtful(ValueError):
    """A certificate that cannot be relied on now; the message says why, for operators and peers."""


@dataclass(slots=True)
class _Watched:
    certificate: x509.Certificate
    issuer: x509.Certificate
    url: str
    use: Use
    sha1: str
    name: str
    not_before: datetime
    not_after: datetime
    own: bool = False
    used: float = field(default_factory=time.monotonic)
    answer: bytes = b""
    this_update: datetime | None = None
    next_update: datetime | None = None
    revoked_at: datetime | None = None
    trouble: str = ""
    asking: asyncio.Task[None] | None = None
    asked: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a certificate, for the diagnostics."""

    subject: str
    serial: str
    not_after: datetime
    asked_at: datetime | None
    revoked_at: datetime | None
    url: str
    trouble: str
    own: bool


class Revocations:
    """OCSP answers of our own and of peers' certificates."""

    def __init__(self, ask: Ask, *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._watched: dict[str, _Watched] = {}
        self._issuers: dict[x509.Name, list[tuple[x509.Certificate, str]]] = {}
        self._topmost: frozenset[bytes] = frozenset()
        self._trust = Trust(())

    def trust(self, authorities: Iterable[tuple[bytes, str]], by: Trust) -> None:
        """Take the authorities (DER) with their responders' addresses, and the judge of answers."""
        self._trust = by
        issuers: dict[x509.Name, list[tuple[x509.Certificate, str]]] = {}
        read = [(x509.load_der_x509_certificate(der), url) for der, url in authorities]
        for certificate, url in read:
            issuers.setdefault(certificate.subject, []).append((certificate, url))
        self._issuers = issuers
        self._topmost = frozenset(
            _der(one) for one, _url in read if one.issuer == one.subject or one.issuer not in issuers
        )

    def own(self, certificates: Iterable[tuple[bytes, Use]]) -> None:
        """Always know about these, ours."""
        wanted = set()
        for der, use in certificates:
            if use is Use.AUTHORITY and der in self._topmost:
                continue
            try:
                mark, watched = self._watch(der, use)
            except Doubtful as error:
                logger.warning("a certificate of ours: %s", error)
                continue
            watched.own = True
            wanted.add(mark)
        for mark, watched in self._watched.items():
            watched.own = mark in wanted

    async def require(self, der: bytes, *, at: datetime, use: Use) -> None:
        """Return when the certificate may be relied on. Raises Doubtful when revoked, over or unknown.

        Waits for the authority only the first time that a certificate is seen, or when its answer went old.
        An authority that the configuration names, and none above it, stands by the configuration alone.
        """
        if use is Use.AUTHORITY and der in self._topmost:
            return
        watched = self._watch(der, use)[1]
        watched.used = time.monotonic()
        await self._settle(watched, at)
        _judge(watched, at)

    async def _settle(self, watched: _Watched, at: datetime) -> None:
        if not _fresh(watched, at):
            if watched.asking is None:
                watched.asking = asyncio.create_task(self._renew(watched))
            await asyncio.shield(watched.asking)

    def offer(self, der: bytes, answer: bytes, *, at: datetime) -> None:
        """Take an answer that a peer brought for its own certificate; a bad one is left aside."""
        try:
            watched = self._watch(der, Use.TLS)[1]
            if not _fresh(watched, at):
                _take(watched, answer, at, self._trust)
        except (Doubtful, ValueError) as error:
            logger.info("an OCSP answer that a peer brought: %s", error)

    def answer(self, der: bytes, *, at: datetime | None = None) -> bytes | None:
        """The newest answer about a certificate (DER), when it is fresh."""
        watched = self._watched.get(fingerprint(der))
        return watched.answer if watched is not None and _fresh(watched, at or datetime.now(UTC)) else None

    async def answer_of_sha1(self, mark: str, *, at: datetime) -> bytes | None:
        """The newest answer about one of our own certificates, by its SHA-1 (§9)."""
        for watched in tuple(self._watched.values()):
            if watched.own and watched.sha1 == mark:
                await self._settle(watched, at)
                return watched.answer if _fresh(watched, at) else None
        return None

    def standings(self) -> list[Standing]:
        """What is known of every certificate in use."""
        return [
            Standing(
                subject=one.name,
                serial=f"{one.certificate.serial_number:x}",
                not_after=one.not_after,
                asked_at=one.this_update,
                revoked_at=one.revoked_at,
                url=one.url,
                trouble=one.trouble,
                own=one.own,
            )
            for one in self._watched.values()
        ]

    async def run(self) -> None:
        """Ask about every certificate in use, again and again, until cancelled."""
        while True:
            since = time.monotonic() - IN_USE_SECONDS
            self._watched = {mark: one for mark, one in self._watched.items() if one.own or one.used > since}
            due = [one for one in self._watched.values() if _is_due(one)]
            for start in range(0, len(due), MOST_AT_ONCE):
                await asyncio.gather(*(self._renew(one) for one in due[start : start + MOST_AT_ONCE]))
            await asyncio.sleep(self._seconds)

    def _watch(self, der: bytes, use: Use) -> tuple[str, _Watched]:
        mark = fingerprint(der)
        watched = self._watched.get(mark)
        if watched is None:
            try:
                certificate = x509.load_der_x509_certificate(der)
            except ValueError as error:
                raise Doubtful(f"not a certificate: {error}") from error
            issuer, url = self._issuer_of(certificate)
            watched = self._watched[mark] = _Watched(
                certificate,
                issuer,
                url,
                use,
                sha1=hashlib.sha1(der, usedforsecurity=False).hexdigest(),
                name=certificate.subject.rfc4514_string(),
                not_before=certificate.not_valid_before_utc,
                not_after=certificate.not_valid_after_utc,
            )
        return mark, watched

    def _issuer_of(self, certificate: x509.Certificate) -> tuple[x509.Certificate, str]:
        for issuer, url in self._issuers.get(certificate.issuer, ()):
            try:
                certificate.verify_directly_issued_by(issuer)
            except (ValueError, TypeError, InvalidSignature):
                continue
            return issuer, url
        raise Doubtful(
            f"certificate {certificate.subject.rfc4514_string()} is of no authority of the configuration"
        )

    async def _renew(self, watched: _Watched) -> None:
        watched.asked = time.monotonic()
        try:
            asked = question(_der(watched.certificate), _der(watched.issuer))
            answer = await self._ask(watched.url, asked)
            _take(watched, answer, datetime.now(UTC), self._trust)
            watched.trouble = ""
        except (Doubtful, Unfetched, ValueError, OSError) as error:
            watched.trouble = f"OCSP at {watched.url}: {error}"
        finally:
            watched.asking = None


def _is_due(watched: _Watched) -> bool:
    """Our own are asked about less often: their answers go into each signature, which peers remember."""
    settled = watched.own and not watched.trouble and watched.this_update is not None
    return not settled or time.monotonic() - watched.asked >= OWN_SECONDS


def _fresh(watched: _Watched, at: datetime) -> bool:
    if watched.this_update is None or watched.revoked_at is not None:
        return watched.revoked_at is not None
    return at - watched.this_update <= OCSP_SERVES and (
        watched.next_update is None or at <= watched.next_update
    )


def _judge(watched: _Watched, at: datetime) -> None:
    name = watched.name
    if not watched.not_before <= at <= watched.not_after:
        raise Doubtful(f"certificate {name} is valid from {watched.not_before} until {watched.not_after}")
    if watched.revoked_at is not None:
        raise Doubtful(f"certificate {name} was revoked at {watched.revoked_at.isoformat()}")
    if not _fresh(watched, at):
        raise Doubtful(f"OCSP response of {name} is too old or missing; {watched.trouble}")


def _take(watched: _Watched, answer: bytes, at: datetime, trust: Trust) -> None:
    """Keep an answer. Raises Doubtful, ValueError for one that cannot be used."""
    read = ocsp.load_der_ocsp_response(answer)
    if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise Doubtful(f"responder says {read.response_status.name}")
    revoked = None
    try:
        trust.standing(_der(watched.certificate), (), [answer], watched.use).require(at)
    except BadEvidence as error:
        if error.code != REVOKED or read.certificate_status is not ocsp.OCSPCertStatus.REVOKED:
            raise Doubtful(error.message) from error
        revoked = read.revocation_time_utc
    if watched.this_update is not None and read.this_update_utc < watched.this_update:
        return
    watched.answer, watched.revoked_at = answer, revoked
    watched.this_update, watched.next_update = read.this_update_utc, read.next_update_utc


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)
