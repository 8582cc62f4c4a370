"""The signature container: CMS SignedData as PAdES baseline asks (ETSI EN 319 142-1, EN 319 122-1).

Built here rather than by the library, because the signature arrives in a later request, from elsewhere.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache

from asn1crypto import algos, cms, core, tsp, x509
from asn1crypto.parser import emit
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from django.utils.translation import gettext as _

from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import CertificateUnreadable, SignatureRefused, StampUnavailable

SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})
MECHANISMS = {"rsa": "sha256_rsa", "ec": "sha256_ecdsa"}
ALGORITHMS = {"rsa": "rsa", "ec": "ecdsa"}
SMALLEST_RSA = 2048
SET = (0, 1, 17)
STAMP_DIGESTS = {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}


def key_kind(certificate: x509.Certificate) -> str:
    """`rsa` or `ec`. Raises CertificateUnreadable for a key that is not accepted."""
    kind = certificate.public_key.algorithm
    if kind not in MECHANISMS:
        raise CertificateUnreadable(_("Chứng thư dùng loại khóa không được hỗ trợ. Hãy dùng chứng thư khác."))
    if kind == "rsa" and certificate.public_key.bit_size < SMALLEST_RSA:
        raise CertificateUnreadable(_("Khóa RSA của chứng thư ngắn hơn 2048 bit. Hãy đổi chứng thư mới."))
    return str(kind)


def mechanism(certificate: x509.Certificate) -> algos.SignedDigestAlgorithm:
    """The signature algorithm for this certificate's key, with SHA-256."""
    return algos.SignedDigestAlgorithm({"algorithm": MECHANISMS[key_kind(certificate)]})


def signed_attributes(*, document_digest: bytes, certificate: x509.Certificate) -> bytes:
    """What the signer's key signs, as DER. The signing time stays out: PAdES keeps it in the PDF."""
    digest = _attribute("message_digest", core.OctetString(document_digest)).dump()
    parts = sorted([digest, *_lasting_attributes(certificate.dump())])
    return bytes(emit(*SET, b"".join(parts)))


@lru_cache(maxsize=4096)
def _lasting_attributes(certificate: bytes) -> tuple[bytes, ...]:
    """The signed attributes that are the same for every signature by one certificate, DER."""
    found = x509.Certificate.load(certificate)
    certificate_id = tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate).digest()})
    protection = cms.CMSAlgorithmProtection(
        {"digest_algorithm": SHA256, "signature_algorithm": mechanism(found)}
    )
    return (
        _attribute("content_type", cms.ContentType("data")).dump(),
        _attribute("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [certificate_id]})).dump(),
        _attribute("cms_algorithm_protection", protection).dump(),
    )


def document_digest_of(attributes: bytes) -> bytes:
    """The digest of the document that signed attributes speak of."""
    for attribute in cms.CMSAttributes.load(attributes):
        if attribute["type"].native == "message_digest":
            return bytes(attribute["values"][0].native)
    raise SignatureRefused(_("Dữ liệu ký không nói về văn bản nào. Hãy bắt đầu ký lại."))


def check_signature(*, certificate: x509.Certificate, data: bytes, signature: bytes) -> None:
    """Raise SignatureRefused unless `signature` over `data` is by this certificate's key."""
    key = load_der_public_key(certificate.public_key.dump())
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        else:
            raise InvalidSignature
    except InvalidSignature:
        raise SignatureRefused(
            _("Chữ ký nhận được không phải của chứng thư này trên văn bản này. Hãy ký lại.")
        ) from None


def container(*, chain: Chain, attributes: bytes, signature: bytes, stamp: bytes | None) -> bytes:
    """The whole container as DER, with the time-stamp token over the signature if there is one."""
    certificate = chain.certificate
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                )
            }
        ),
        "digest_algorithm": SHA256,
        "signature_algorithm": mechanism(certificate),
        "signed_attrs": cms.CMSAttributes.load(attributes),
        "signature": signature,
    }
    if stamp is not None:
        token = cms.ContentInfo.load(stamp)
        signer["unsigned_attrs"] = cms.CMSAttributes([_attribute("signature_time_stamp_token", token)])
    certificates = [
        cms.CertificateChoices(name="certificate", value=one)
        for one in (certificate, *(issuer for issuer in chain.issuers if issuer.self_signed == "no"))
    ]
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((SHA256,)),
            "encap_content_info": {"content_type": "data"},
            "certificates": certificates,
            "signer_infos": [cms.SignerInfo(signer)],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def read_stamp(token: bytes, *, digest: bytes) -> tuple[datetime, Chain]:
    """When a token says that `digest` existed (UTC), and who says so. Raises StampUnavailable."""
    try:
        signed = cms.ContentInfo.load(token)["content"]
        info = signed["encap_content_info"]["content"].parsed
        imprint = info["message_imprint"]
        right = imprint["hash_algorithm"]["algorithm"].native == "sha256"
        if not right or imprint["hashed_message"].native != digest:
            raise ValueError("the stamp is for something else")
        moment: datetime = info["gen_time"].native
        signer = signed["signer_infos"][0]["sid"].chosen
        certificates = [one.chosen for one in signed["certificates"]]
        own = next(one for one in certificates if is_signer(one, signer))
        _check_stamp(signed, own)
    except (
        InvalidSignature,
        UnsupportedAlgorithm,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        StopIteration,
        AttributeError,
    ) as error:
        raise StampUnavailable(
            _("Dấu thời gian nhận được không dùng được. Hãy thử lại sau ít phút."), reason=str(error)
        ) from error
    return moment, Chain(own, tuple(one for one in certificates if one is not own))


def _check_stamp(signed: cms.SignedData, certificate: x509.Certificate) -> None:
    """Raise InvalidSignature or ValueError unless the token is signed by its certificate."""
    (signer,) = signed["signer_infos"]
    digest_name = signer["digest_algorithm"]["algorithm"].native
    if digest_name not in STAMP_DIGESTS:
        raise UnsupportedAlgorithm(f"a stamp with {digest_name}")
    content = hashlib.new(digest_name, bytes(signed["encap_content_info"]["content"])).digest()
    attributes = signer["signed_attrs"]
    said = {one["type"].native: one["values"][0] for one in attributes}
    if said["message_digest"].native != content or said["content_type"].native != "tst_info":
        raise InvalidSignature
    key = load_der_public_key(certificate.public_key.dump())
    digest = STAMP_DIGESTS[digest_name]
    data, signature = attributes.untag().dump(), signer["signature"].native
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, data, padding.PKCS1v15(), digest)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, data, ec.ECDSA(digest))
    else:
        raise UnsupportedAlgorithm("a stamp with an unknown kind of key")


def is_signer(certificate: x509.Certificate, signer: object) -> bool:
    """Whether a container's signer identifier names this certificate."""
    if isinstance(signer, cms.IssuerAndSerialNumber):
        same_serial = signer["serial_number"].native == certificate.serial_number
        return bool(same_serial and signer["issuer"] == certificate.issuer)
    return bool(getattr(signer, "native", None) == certificate.key_identifier)


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": (value,)})
