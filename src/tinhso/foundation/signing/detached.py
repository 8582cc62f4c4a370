"""Signatures that lie beside a file instead of in it: CMS SignedData without content (RFC 5652, CAdES-B).

What a stranger needs to check one is the file, the signature and the roots they trust.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import cms, x509
from cryptography.exceptions import UnsupportedAlgorithm
from django.utils.translation import gettext as _

from tinhso.foundation.signing.cms import (
    check_signature,
    container,
    is_signer,
    key_kind,
    signed_attributes,
)
from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import SignatureRefused, SigningError
from tinhso.foundation.signing.ports import seal_signer, trusted

LARGEST = 100_000


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed: the names in their certificate, and whether it is the one this agency signs with itself."""

    name: str
    organisation: str
    own: bool


def sign_beside(data: bytes, *, agency: str) -> bytes:
    """A signature of an agency (its identifier) over `data`, DER. Raises SignerUnavailable."""
    signer = seal_signer()
    chain = signer.chain(agency=agency)
    attributes = signed_attributes(
        document_digest=hashlib.sha256(data).digest(), certificate=chain.certificate
    )
    signature = signer.sign(agency=agency, data=attributes)
    return container(chain=chain, attributes=attributes, signature=signature, stamp=None)


def verify_beside(data: bytes, signature: bytes, *, own: str, at: datetime) -> Signatory:
    """Who signed `data`, by a certificate that a trusted issuer gave and that is good at `at`.

    `own` is the identifier of the agency that asks. Raises SignatureRefused when the signature is of
    something else or cannot be read, a CertificateProblem when its certificate cannot be relied on.
    """
    chain = _signer_of(data, signature)
    trusted().evidence(chain, at=at)
    subject = chain.certificate.subject.native
    return Signatory(
        name=_text(subject.get("common_name")),
        organisation=_text(subject.get("organization_name")),
        own=_is_own(chain.certificate, own),
    )


def _signer_of(data: bytes, signature: bytes) -> Chain:
    refused = SignatureRefused(_("Chữ ký không phải của nội dung này hoặc đã hỏng."))
    if len(signature) > LARGEST:
        raise refused
    try:
        info = cms.ContentInfo.load(signature, strict=True)
        if info["content_type"].native != "signed_data":
            raise refused
        signed = info["content"]
        (signer,) = signed["signer_infos"]
        certificates = [one.chosen for one in signed["certificates"]]
        certificate = next(one for one in certificates if is_signer(one, signer["sid"].chosen))
        attributes = signer["signed_attrs"]
        _check_attributes(attributes, data, certificate)
        key_kind(certificate)
        if signer["digest_algorithm"]["algorithm"].native != "sha256":
            raise refused
        check_signature(
            certificate=certificate, data=attributes.untag().dump(), signature=signer["signature"].native
        )
        others = (one for one in certificates if one is not certificate)
        return Chain.from_der(certificate.dump(), *(one.dump() for one in others))
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        StopIteration,
        OverflowError,
        RecursionError,
        UnsupportedAlgorithm,
    ) as error:
        raise refused from error


def _check_attributes(attributes: cms.CMSAttributes, data: bytes, certificate: x509.Certificate) -> None:
    """Raise ValueError unless what was signed speaks of this data and this certificate, once each."""
    said = {one["type"].native: one["values"] for one in attributes}
    if len(said) != len(attributes) or any(len(values) != 1 for values in said.values()):
        raise ValueError("an attribute stands twice")
    if said["content_type"][0].native != "data":
        raise ValueError("another kind of content")
    if said["message_digest"][0].native != hashlib.sha256(data).digest():
        raise ValueError("signed something else")
    (named, *_rest) = said["signing_certificate_v2"][0]["certs"]
    if named["cert_hash"].native != hashlib.sha256(certificate.dump()).digest():
        raise ValueError("signed for another certificate")


def _is_own(certificate: x509.Certificate, agency: str) -> bool:
    """Whether it is the certificate by which this agency seals; not while it has none."""
    try:
        return bool(seal_signer().chain(agency=agency).certificate.dump() == certificate.dump())
    except SigningError:
        return False


def _text(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
