"""Who is no longer trusted: revocation lists (RFC 5280 §5) and OCSP answers (RFC 6960)."""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta

from asn1crypto import x509 as asn1
from asn1crypto.ocsp import OCSPRequest as OcspQuestion
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ReasonFlags, ocsp

from national.ca.authority import Authority
from national.faults import Mode

CRL_LIFE = timedelta(days=1)
OCSP_LIFE = timedelta(hours=1)
STALE_BY = timedelta(days=2)
REASONS = {
    flag.value: flag
    for flag in ReasonFlags
    if flag not in (ReasonFlags.unspecified, ReasonFlags.remove_from_crl)
} | {"unspecified": ReasonFlags.unspecified}


def revocation_list(authority: Authority, issuer: str) -> bytes:
    """The list of an issuer (`root` or `issuing`), DER, valid for a day."""
    certificate, key = _issuer(authority, issuer)
    now = authority.faults.now("crl")
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(certificate.subject)
        .last_update(now)
        .next_update(now + CRL_LIFE)
        .add_extension(x509.CRLNumber(authority.ledger.next_crl_number(issuer)), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
    )
    for entry in authority.ledger.revoked(issuer):
        line = x509.RevokedCertificateBuilder().serial_number(entry.serial)
        line = line.revocation_date(entry.revoked_at or now)
        reason = REASONS[entry.reason or "unspecified"]
        if reason is not ReasonFlags.unspecified:
            line = line.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(line.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def ocsp_answer(authority: Authority, body: bytes) -> bytes:
    """A DER answer to a DER question about one certificate."""
    try:
        asked = _one_question(body)
        issuer = _asked_issuer(authority, asked)
    except (ValueError, UnsupportedAlgorithm):
        return _unable(ocsp.OCSPResponseStatus.MALFORMED_REQUEST)
    if issuer is None:
        return _unable(ocsp.OCSPResponseStatus.UNAUTHORIZED)
    certificate, key = (
        (authority.root, authority.root_key)
        if issuer == "root"
        else (authority.responder, authority.responder_key)
    )
    builder = _status(authority, asked, issuer)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate).certificates([certificate])
    try:
        nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        nonce = b""
    if nonce:
        if authority.faults.take(service="ocsp", mode=Mode.WRONG_NONCE):
            nonce = os.urandom(len(nonce))
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def _unable(status: ocsp.OCSPResponseStatus) -> bytes:
    return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)


def _issuer(authority: Authority, label: str) -> tuple[x509.Certificate, RSAPrivateKey]:
    if label == "root":
        return authority.root, authority.root_key
    return authority.issuing, authority.issuing_key


def _one_question(body: bytes) -> ocsp.OCSPRequest:
    """The question, which is about one certificate. Raises ValueError for any other."""
    if len(OcspQuestion.load(body, strict=True)["tbs_request"]["request_list"]) != 1:
        raise ValueError("one certificate is asked about at a time")
    return ocsp.load_der_ocsp_request(body)


def _asked_issuer(authority: Authority, asked: ocsp.OCSPRequest) -> str | None:
    for label in ("root", "issuing"):
        certificate, _ = _issuer(authority, label)
        held = asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
        algorithm = asked.hash_algorithm.name
        name = hashlib.new(algorithm, held.subject.dump()).digest()
        key = hashlib.new(algorithm, bytes(held.public_key["public_key"])).digest()
        if (name, key) == (asked.issuer_name_hash, asked.issuer_key_hash):
            return label
    return None


def _status(authority: Authority, asked: ocsp.OCSPRequest, issuer: str) -> ocsp.OCSPResponseBuilder:
    entry = authority.ledger.find(serial=asked.serial_number, issuer=issuer)
    now = authority.faults.now("ocsp")
    if authority.faults.take(service="ocsp", mode=Mode.STALE):
        now -= STALE_BY
    status = ocsp.OCSPCertStatus.UNKNOWN
    if entry:
        status = ocsp.OCSPCertStatus.REVOKED if entry.revoked_at else ocsp.OCSPCertStatus.GOOD
    return ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=asked.issuer_name_hash,
        issuer_key_hash=asked.issuer_key_hash,
        serial_number=asked.serial_number,
        algorithm=asked.hash_algorithm,
        cert_status=status,
        this_update=now,
        next_update=now + OCSP_LIFE,
        revocation_time=entry.revoked_at if entry else None,
        revocation_reason=REASONS[entry.reason] if entry and entry.reason else None,
    )
