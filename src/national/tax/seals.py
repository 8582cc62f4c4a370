"""The agency's signature beside a receipt: CMS without content, by a certificate of the issuing authority."""

from __future__ import annotations

import hashlib

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from national.ca.authority import Authority


class BadSeal(ValueError):
    """The signature is of something else, of nobody known here, or cannot be read."""


def organisation(xml: bytes, signature: bytes, authority: Authority) -> str:
    """The name in the certificate that signed these bytes. Raises BadSeal."""
    try:
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        (signer,) = signed["signer_infos"]
        wanted = signer["sid"].chosen["serial_number"].native
        held = [x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"]]
        certificate = next(one for one in held if one.serial_number == wanted)
        said = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
        if said["message_digest"] != hashlib.sha256(xml).digest():
            raise BadSeal("the signature is of another file")
        _check(certificate, signer["signed_attrs"].untag().dump(), signer["signature"].native)
        certificate.verify_directly_issued_by(authority.issuing)
        now = authority.now()
        if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
            raise BadSeal("the certificate is not good now")
        name = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value
    except BadSeal:
        raise
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        StopIteration,
        InvalidSignature,
    ) as fault:
        raise BadSeal("the signature cannot be relied on") from fault
    return str(name)


def _check(certificate: x509.Certificate, data: bytes, signature: bytes) -> None:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
    else:
        raise BadSeal("a key of another kind")
