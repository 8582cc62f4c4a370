"""Whose certificates count: a path to a named authority and an OCSP answer (§2, §9, §13.1)."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tinhso.exchange.evidence.errors import BadEvidence

MOST_INTERMEDIATES = 5
OCSP_SERVES = timedelta(hours=1)
"""How long an OCSP answer counts after its moment, where it names no earlier end (§14.3)."""
MOST_REMEMBERED = 1024
KNOWN_CRITICAL = {
    x509.BasicConstraints.oid,
    x509.KeyUsage.oid,
    x509.ExtendedKeyUsage.oid,
    x509.SubjectAlternativeName.oid,
    x509.CertificatePolicies.oid,
}


class Use(StrEnum):
    """What a certificate is shown for."""

    SIGNING = "signing"
    TLS = "tls"
    STAMPING = "stamping"
    AUTHORITY = "authority"
    """To give certificates: what stands between a certificate and the root."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when something is true, both ends included."""

    begins: datetime
    ends: datetime

    def holds(self, at: datetime) -> bool:
        """Whether `at` lies within."""
        return self.begins <= at <= self.ends

    def within(self, other: Window) -> Window:
        """What both allow."""
        return Window(max(self.begins, other.begins), min(self.ends, other.ends))


@dataclass(frozen=True, slots=True)
class Standing:
    """A certificate with a path to an authority: when the path is valid and its OCSP answers are fresh."""

    certificate: bytes
    member: str
    """`instance/class/member` of a signing certificate (subject's serialNumber), as written there."""
    path: Window
    status: Window

    def require(self, at: datetime, *, status_at: datetime | None = None) -> None:
        """Raise BadEvidence unless valid `at`, with answers fresh at `status_at` (left out: `at` too)."""
        if not self.path.holds(at):
            raise BadEvidence(
                "cert_validation",
                f"the certificate path is valid from {self.path.begins} to {self.path.ends}, not at {at}",
            )
        asked = status_at or at
        if not self.status.holds(asked):
            raise BadEvidence(
                "incorrect_validation_info",
                f"the OCSP answer serves from {self.status.begins} to {self.status.ends}, not at {asked}",
            )


def _read(certificate: bytes) -> x509.Certificate:
    try:
        return whole(x509.load_der_x509_certificate(certificate))
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as fault:
        raise BadEvidence("incorrect_certificate", f"a certificate cannot be read: {fault}") from fault


def whole(certificate: x509.Certificate) -> x509.Certificate:
    """The certificate, all of whose parts can be read: the library reads most when they are asked for.

    Raises ValueError, UnsupportedAlgorithm, DuplicateExtension.
    """
    _ = (certificate.subject, certificate.issuer, certificate.extensions, certificate.public_key())
    return certificate


@dataclass(frozen=True)
class Trust:
    """Authorities, time-stamping authorities and responders named by the global configuration.

    `freshness` is how long an OCSP answer serves, `leeway` how far clocks may differ, and `stamp_delay`
    how long after signing a stamp may come (our stamping goes on after two days without an authority).
    """

    authorities: tuple[x509.Certificate, ...]
    stamping: tuple[x509.Certificate, ...] = ()
    responders: tuple[x509.Certificate, ...] = ()
    freshness: timedelta = OCSP_SERVES
    leeway: timedelta = timedelta(seconds=60)
    stamp_delay: timedelta = timedelta(seconds=172_800)
    _remembered: OrderedDict[tuple[object, ...], Standing] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(
        cls,
        authorities: Iterable[bytes],
        stamping: Iterable[bytes] = (),
        responders: Iterable[bytes] = (),
        *,
        freshness: timedelta = OCSP_SERVES,
    ) -> Trust:
        """From DER certificates. Raises BadEvidence(incorrect_certificate)."""
        return cls(
            tuple(map(_read, authorities)),
            tuple(map(_read, stamping)),
            tuple(map(_read, responders)),
            freshness=freshness,
        )

    def __reduce__(self) -> tuple[object, ...]:
        """Certificates travel to another process as DER."""
        kinds = (self.authorities, self.stamping, self.responders)
        held = tuple(tuple(one.public_bytes(Encoding.DER) for one in kind) for kind in kinds)
        return _rebuilt, (*held, self.freshness, self.leeway, self.stamp_delay)

    def standing(
        self, certificate: bytes, chain: Sequence[bytes], answers: Sequence[bytes], use: Use
    ) -> Standing:
        """How a certificate stands by the intermediates and OCSP answers (DER) that came with it.

        Times are left to `Standing.require`. What was judged before is remembered.
        Raises BadEvidence: incorrect_certificate, cert_validation, cannot_create_cert_path,
        incorrect_validation_info, ocsp_response_parsing_failure.
        """
        asked = (certificate, tuple(chain), tuple(answers), use)
        known = self._remembered.get(asked)
        if known is None:
            known = self._judged(_read(certificate), [_read(one) for one in chain], answers, use)
            self._remembered[asked] = known
            while len(self._remembered) > MOST_REMEMBERED:
                self._remembered.popitem(last=False)
        return known

    def _judged(
        self,
        subject: x509.Certificate,
        chain: Sequence[x509.Certificate],
        answers: Sequence[bytes],
        use: Use,
    ) -> Standing:
        fits(subject, use)
        path = self._path(subject, chain)
        window = Window(subject.not_valid_before_utc, subject.not_valid_after_utc)
        for one in path:
            window = window.within(Window(one.not_valid_before_utc, one.not_valid_after_utc))
        read = [_answer(one) for one in answers]
        status: Window | None = None
        for below, issuer in zip([subject, *path], path, strict=False):
            found = self._status(below, issuer, read)
            status = found if status is None else status.within(found)
        if status is None:
            raise BadEvidence("incorrect_validation_info", "an authority's own certificate signs no messages")
        der = subject.public_bytes(Encoding.DER)
        return Standing(der, member_of(subject) if use is Use.SIGNING else "", window, status)

    def _path(self, subject: x509.Certificate, chain: Sequence[x509.Certificate]) -> list[x509.Certificate]:
        path: list[x509.Certificate] = []
        current = subject
        while len(path) <= MOST_INTERMEDIATES:
            anchor = _issuer_among(current, self.authorities)
            if anchor is not None:
                path.append(anchor)
                _lengths(path)
                return path
            above = _issuer_among(current, [one for one in chain if one not in path])
            if above is None:
                break
            path.append(above)
            current = above
        raise BadEvidence(
            "cannot_create_cert_path",
            f"no path from {_name(subject)} to an authority of the global configuration",
        )

    def _status(
        self, subject: x509.Certificate, issuer: x509.Certificate, answers: Sequence[ocsp.OCSPResponse]
    ) -> Window:
        for answer in answers:
            for single in answer.responses:
                if _is_about(single, subject, issuer):
                    self._responder(answer, issuer)
                    return self._good(single, subject)
        raise BadEvidence("incorrect_validation_info", f"no OCSP answer about {_name(subject)}")

    def _good(self, single: ocsp.OCSPSingleResponse, subject: x509.Certificate) -> Window:
        begins = single.this_update_utc - self.leeway
        ends = single.this_update_utc + self.freshness
        if single.next_update_utc is not None:
            ends = min(ends, single.next_update_utc)
        if single.certificate_status is not ocsp.OCSPCertStatus.GOOD:
            raise BadEvidence(
                "cert_validation",
                f"OCSP says that {_name(subject)} is {single.certificate_status.name.lower()}",
            )
        return Window(begins, ends + self.leeway)

    def _responder(self, answer: ocsp.OCSPResponse, issuer: x509.Certificate) -> None:
        known = [issuer, *self.responders]
        for one in [*known, *answer.certificates]:
            if not _is_responder(answer, one):
                continue
            if one not in known and not _may_answer(one, issuer, answer):
                continue
            if _signed_answer(answer, one):
                return
        raise BadEvidence(
            "ocsp_response_verification_failure", "the OCSP answer is not by a responder of the issuer"
        )


def _rebuilt(
    authorities: Sequence[bytes],
    stamping: Sequence[bytes],
    responders: Sequence[bytes],
    freshness: timedelta,
    leeway: timedelta,
    stamp_delay: timedelta,
) -> Trust:
    named, stamps, answering = (tuple(map(_read, kind)) for kind in (authorities, stamping, responders))
    return Trust(named, stamps, answering, freshness, leeway, stamp_delay)


def member_of(subject: x509.Certificate) -> str:
    """The member whom a signing certificate names (serialNumber of its subject). Raises BadEvidence."""
    found = subject.subject.get_attributes_for_oid(NameOID.SERIAL_NUMBER)
    if len(found) != 1 or not str(found[0].value):
        raise BadEvidence("incorrect_certificate", "the certificate's subject has not one serialNumber")
    return str(found[0].value)


def _name(subject: x509.Certificate) -> str:
    return f"{subject.subject.rfc4514_string()} (serial {subject.serial_number})"


def fits(subject: x509.Certificate, use: Use) -> None:
    """Raise BadEvidence(incorrect_certificate) unless the certificate is for that use."""
    for extension in subject.extensions:
        if extension.critical and extension.oid not in KNOWN_CRITICAL:
            raise BadEvidence("incorrect_certificate", f"unknown critical {extension.oid.dotted_string}")
    if not _usage_fits(subject, use):
        raise BadEvidence("incorrect_certificate", f"{_name(subject)} is not for {use.value}")


def _usage_fits(subject: x509.Certificate, use: Use) -> bool:
    try:
        usage = subject.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    extended = _extended(subject)
    if use is Use.SIGNING:
        return usage.content_commitment and not usage.key_cert_sign
    if use is Use.AUTHORITY:
        return _is_authority(subject)
    if use is Use.STAMPING:
        return extended == {ExtendedKeyUsageOID.TIME_STAMPING}
    both = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    return usage.digital_signature and not usage.key_cert_sign and both <= extended


def _extended(subject: x509.Certificate) -> set[x509.ObjectIdentifier]:
    try:
        return set(subject.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return set()


def _issuer_among(
    subject: x509.Certificate, candidates: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    for one in candidates:
        if one.subject == subject.issuer and _is_authority(one) and _issued(subject, one):
            return one
    return None


def _is_authority(one: x509.Certificate) -> bool:
    try:
        constraints = one.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = one.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    known = all(extension.oid in KNOWN_CRITICAL for extension in one.extensions if extension.critical)
    return constraints.ca and usage.key_cert_sign and known


def _issued(subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return True


def _lengths(path: Sequence[x509.Certificate]) -> None:
    for below, one in enumerate(path):
        most = one.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
        if most is not None and below > most:
            raise BadEvidence("invalid_cert_path", f"{_name(one)} may not stand so high")


def _answer(data: bytes) -> ocsp.OCSPResponse:
    try:
        read = ocsp.load_der_ocsp_response(data)
        if read.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise ValueError(f"status {read.response_status.name.lower()}")
        for single in read.responses:
            _ = (single.certificate_status, single.this_update_utc, single.hash_algorithm)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BadEvidence("ocsp_response_parsing_failure", f"no OCSP answer: {fault}") from fault
    return read


def _is_about(single: ocsp.OCSPSingleResponse, subject: x509.Certificate, issuer: x509.Certificate) -> bool:
    if single.serial_number != subject.serial_number:
        return False
    name = hashlib.new(single.hash_algorithm.name, issuer.subject.public_bytes()).digest()
    key = hashlib.new(single.hash_algorithm.name, _key_bits(issuer)).digest()
    return (name, key) == (single.issuer_name_hash, single.issuer_key_hash)


def _key_bits(one: x509.Certificate) -> bytes:
    """The subjectPublicKey bits, which OCSP hashes (RFC 6960 §4.1.1)."""
    key = one.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.public_bytes(Encoding.DER, PublicFormat.PKCS1)
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise BadEvidence("incorrect_certificate", "an authority's key is neither RSA nor elliptic curve")


def _is_responder(answer: ocsp.OCSPResponse, one: x509.Certificate) -> bool:
    if answer.responder_name is not None:
        return answer.responder_name == one.subject
    return answer.responder_key_hash == hashlib.sha1(_key_bits(one), usedforsecurity=False).digest()


def _may_answer(one: x509.Certificate, issuer: x509.Certificate, answer: ocsp.OCSPResponse) -> bool:
    return (
        one.issuer == issuer.subject
        and ExtendedKeyUsageOID.OCSP_SIGNING in _extended(one)
        and _issued(one, issuer)
        and one.not_valid_before_utc <= answer.produced_at_utc <= one.not_valid_after_utc
    )


def _signed_answer(answer: ocsp.OCSPResponse, one: x509.Certificate) -> bool:
    key, algorithm = one.public_key(), answer.signature_hash_algorithm
    if algorithm is None or algorithm.name not in ("sha256", "sha384", "sha512"):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
            return True
    except InvalidSignature:
        return False
    return False
