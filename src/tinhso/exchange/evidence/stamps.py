"""Time stamps (RFC 3161): over one signature inside it, or over many by a hash chain (§12)."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from asn1crypto import algos, cms, core, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from tinhso.exchange.evidence import chains, digests, reading, trust, xml
from tinhso.exchange.evidence.chains import SIGNATURES, STAMP_CHAIN
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.profile import XADES, base64
from tinhso.exchange.evidence.trust import Trust, Use

GRANTED = ("granted", "granted_with_mods")
HASHES = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}
MOST_BYTES = 1 << 17
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
"""What the library raises for bytes that are not what they claim to be."""

_INVALID = "timestamp_response_validation_failed"


@dataclass(frozen=True, slots=True)
class Question:
    """A TimeStampReq (DER) about the SHA-512 digest of some data."""

    digest: bytes
    nonce: int
    der: bytes


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time-stamp token found good: when it was given and by whom (certificate DER)."""

    token: bytes
    at: datetime
    certificate: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """What is stamped for many signatures: `result` is the data; each signature keeps its own chain."""

    result: bytes
    chains: tuple[bytes, ...]


def signature_hash(signature: bytes) -> bytes:
    """The leaf of a signature in a batch stamp: SHA-512 of its XML (§11.1)."""
    return hashlib.sha512(signature).digest()


def batch(signature_hashes: Sequence[bytes]) -> Batch:
    """The chains over two or more signatures; ValueError for fewer, which are stamped alone."""
    if len(signature_hashes) < 2:
        raise ValueError("a batch has two signatures or more")
    tree = digests.tree(signature_hashes)
    made = (
        chains.chain_xml(path, [(SIGNATURES, leaf)])
        for path, leaf in zip(tree.paths, signature_hashes, strict=True)
    )
    return Batch(chains.result_xml(tree.top, STAMP_CHAIN), tuple(made))


def ask(data: bytes) -> Question:
    """The question to a time-stamping authority about `data`."""
    digest, nonce = hashlib.sha512(data).digest(), secrets.randbits(63)
    asked = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha512", "parameters": core.Null()}),
                "hashed_message": digest,
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return Question(digest, nonce, bytes(asked.dump()))


def answered(question: Question, answer: bytes, trusted: Trust) -> Stamp:
    """The stamp in a TimeStampResp, checked against the question and the authorities that are trusted.

    Raises BadEvidence: timestamp_non_granted_response, timestamp_response_validation_failed and those of
    `check_token`.
    """
    try:
        response = tsp.TimeStampResp.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in GRANTED:
            raise BadEvidence("timestamp_non_granted_response", f"the authority answered {status}")
        token = bytes(response["time_stamp_token"].dump())
        nonce = _token_info(token)[1]["nonce"].native
    except UNREADABLE as fault:
        raise BadEvidence(_INVALID, f"no time-stamp answer: {fault}") from fault
    if nonce != question.nonce:
        raise BadEvidence(_INVALID, "the stamp answers another question")
    token = _with_certificate(token, trusted)
    return check_token(token, question.digest, trusted)


def check_token(token: bytes, digest: bytes, trusted: Trust, *, method: str = "sha512") -> Stamp:
    """The stamp in a token over `digest`, which was made by `method`.

    Its authority must be one that the global configuration names, its certificate valid at the stamp's time.
    Raises BadEvidence: timestamp_response_validation_failed, no_timestamping_provider_found,
    tsp_certificate_not_found, timestamp_token_signer_info_not_found, timestamp_signer_verification_failed.
    """
    try:
        signed, info, content = _token_info(token)
        imprint = info["message_imprint"]
        if imprint["hash_algorithm"]["algorithm"].native != method:
            raise BadEvidence(_INVALID, "the stamp is by another digest")
        if not hmac.compare_digest(imprint["hashed_message"].native, digest):
            raise BadEvidence(_INVALID, "the stamp is about something else")
        at = info["gen_time"].native.astimezone(UTC)
        certificate = _signed_by(signed, content, trusted)
    except UNREADABLE as fault:
        raise BadEvidence(_INVALID, f"no time-stamp token: {fault}") from fault
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise BadEvidence(
            "timestamp_signer_verification_failed", f"the authority's certificate is not valid at {at}"
        )
    return Stamp(token, at, certificate.public_bytes(Encoding.DER))


def imprint_method(token: bytes) -> str:
    """By which digest (`sha256` …) a token speaks of its data. Raises BadEvidence."""
    try:
        found = _token_info(token)[1]["message_imprint"]["hash_algorithm"]["algorithm"].native
    except UNREADABLE as fault:
        raise BadEvidence(_INVALID, f"no time-stamp token: {fault}") from fault
    if found not in HASHES:
        raise BadEvidence(_INVALID, f"digest {found} is not allowed")
    return str(found)


def stamp_one(signature: bytes, token: bytes) -> bytes:
    """The signature with a token in its unsigned properties. Raises BadEvidence, ValueError if it has one."""
    root = xml.read(signature, malformed="malformed_signature")
    if reading.read(signature).stamps:
        raise ValueError("the signature has a stamp already")
    place = root.find(
        f"{{{xml.DS}}}Signature/{{{xml.DS}}}Object/{{{XADES}}}QualifyingProperties/{{{XADES}}}UnsignedProperties/"
        f"{{{XADES}}}UnsignedSignatureProperties"
    )
    if place is None:
        raise BadEvidence("malformed_signature", "the signature has no unsigned properties")
    stamp = etree.Element(f"{{{XADES}}}SignatureTimeStamp", nsmap=place.nsmap)
    etree.SubElement(stamp, f"{{{XADES}}}EncapsulatedTimeStamp").text = base64(token)
    place.insert(0, stamp)
    return bytes(etree.tostring(root, encoding="UTF-8", xml_declaration=True, standalone=False))


def _token_info(token: bytes) -> tuple[Any, Any, bytes]:
    """SignedData, TSTInfo and the bytes of the latter; raises what is in UNREADABLE."""
    if len(token) > MOST_BYTES:
        raise ValueError("too large")
    container = cms.ContentInfo.load(token, strict=True)
    if container["content_type"].native != "signed_data":
        raise ValueError("no SignedData")
    signed = container["content"]
    held = signed["encap_content_info"]
    if held["content_type"].native != "tst_info":
        raise ValueError("no TSTInfo")
    content = bytes(held["content"].contents)
    return signed, tsp.TSTInfo.load(content, strict=True), content


def _signed_by(signed: Any, content: bytes, trusted: Trust) -> x509.Certificate:
    if not trusted.stamping:
        raise BadEvidence("no_timestamping_provider_found", "no time-stamping authority is configured")
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise BadEvidence("timestamp_token_signer_info_not_found", "a token has one signer")
    signer = signers[0]
    certificate = _named_by(signer["sid"], trusted)
    if certificate is None:
        raise BadEvidence("tsp_certificate_not_found", "the stamp is by an authority that is not trusted")
    trust.fits(certificate, Use.STAMPING)
    attributes = _attributes(signer["signed_attrs"])
    method = signer["digest_algorithm"]["algorithm"].native
    digest = hashlib.new(method, content).digest() if method in HASHES else b""
    own = certificate.public_bytes(Encoding.DER)
    right = (
        attributes.get("content_type") == ["tst_info"]
        and attributes.get("message_digest") == [digest]
        and _names_certificate(attributes, own)
        and _is_signed(certificate, signer, method)
    )
    if not right:
        raise BadEvidence("timestamp_signer_verification_failed", "the stamp was not signed by its authority")
    return certificate


def _attributes(found: Any) -> dict[str, list[Any]]:
    attributes: dict[str, list[Any]] = {}
    for one in found:
        name = one["type"].native
        if name in attributes:
            raise ValueError(f"attribute {name} stands twice")
        attributes[name] = [value.native for value in one["values"]]
    return attributes


def _names_certificate(attributes: dict[str, list[Any]], certificate: bytes) -> bool:
    """RFC 3161 §2.4.2, RFC 5816: the token says which certificate signed it."""
    for name, default in (("signing_certificate_v2", "sha256"), ("signing_certificate", "sha1")):
        for value in attributes.get(name, []):
            first = value["certs"][0]
            stated = first.get("hash_algorithm") or {"algorithm": default}
            method = stated["algorithm"]
            if method in (*HASHES, "sha1"):
                return hmac.compare_digest(hashlib.new(method, certificate).digest(), first["cert_hash"])
    return False


def _named_by(sid: Any, trusted: Trust) -> x509.Certificate | None:
    for one in trusted.stamping:
        if sid.name == "issuer_and_serial_number":
            named = sid.chosen
            same_serial = named["serial_number"].native == one.serial_number
            if same_serial and named["issuer"].dump() == one.issuer.public_bytes():
                return one
        elif sid.chosen.native == _key_identifier(one):
            return one
    return None


def _key_identifier(one: x509.Certificate) -> bytes | None:
    try:
        return one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except x509.ExtensionNotFound:
        return None


def _is_signed(certificate: x509.Certificate, signer: Any, method: str) -> bool:
    body = signer["signed_attrs"].contents
    data = core.SetOf(contents=body).dump() if isinstance(body, bytes) else b""
    key, signature, algorithm = certificate.public_key(), signer["signature"].native, HASHES.get(method)
    stated = signer["signature_algorithm"].signature_algo
    if algorithm is None:
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey) and stated == "rsassa_pkcs1v15":
            key.verify(signature, data, padding.PKCS1v15(), algorithm)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey) and stated == "ecdsa":
            key.verify(signature, data, ec.ECDSA(algorithm))
            return True
    except InvalidSignature:
        return False
    return False


def _with_certificate(token: bytes, trusted: Trust) -> bytes:
    """The token with its signer's certificate, put in where the authority left it out (§12)."""
    container = cms.ContentInfo.load(token, strict=True)
    signed = container["content"]
    if len(signed["certificates"] or ()):
        return token
    certificate = (
        _named_by(signed["signer_infos"][0]["sid"], trusted) if len(signed["signer_infos"]) else None
    )
    if certificate is None:
        return token
    held = cms.Certificate.load(certificate.public_bytes(Encoding.DER))
    signed["certificates"] = [cms.CertificateChoices(name="certificate", value=held)]
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())
