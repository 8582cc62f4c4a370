"""Signatures of messages: XAdES in an ASiC element, alone or over a hash chain (exchange protocol §10.1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from national.exchange import chains
from national.exchange.chains import SIG_CHAIN, SIG_RESULT, Leaf
from national.exchange.failures import Failure
from national.exchange.trust import LEEWAY, Trust, member_of, verify_signature
from national.exchange.xml import ASIC, DS, SHA512, XADES, BadXml, only, read, text
from national.keys import PrivateKey

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
RSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"
ECDSA_SHA512 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
POLICY = "urn:oid:1.3.6.1.4.1.3516.16.2"
POLICY_NAME = "Profile for High Performance Digital Signatures (version 1.2)"
POLICY_DIGEST = "BuO0EDNfkxSVlUbxCzmQPzX1AUF1/xx9ytWHk3/6SAOePxQiniEfDYk+90QeYb3lWpV3Izhuz9fKaYyE+lTcXw=="
POLICY_PLACE = "https://repo.cyber.ee/dsig-profile-1.2.pdf"
MESSAGE = "message.xml"
P256_BYTES = 32


@dataclass(frozen=True)
class Signed:
    """A signature with its chain, both as bytes; the chain only for a batch."""

    signature: bytes
    result: bytes | None = None
    chain: bytes | None = None


@dataclass(frozen=True)
class Signer:
    """Key and certificate of a member, and the certificates above it."""

    key: PrivateKey
    certificate: x509.Certificate
    above: Sequence[x509.Certificate]


def sign(
    leaf: Leaf, signer: Signer, ocsp: Sequence[bytes], at: datetime, others: Sequence[bytes] = ()
) -> Signed:
    """Sign one message; in a batch when it has several parts or there are `others` before it."""
    if len(leaf.names) == 1 and not others:
        return Signed(_signature(MESSAGE, leaf.digests[0], "text/xml", signer, ocsp, at))
    result = chains.result(chains.top([*others, leaf.value]), SIG_CHAIN)
    digest = hashlib.sha512(result).digest()
    signature = _signature(SIG_RESULT, digest, "application/hash-chain-result", signer, ocsp, at)
    return Signed(signature, result, chains.chain(leaf, others, ()))


def _signature(
    name: str, digest: bytes, mime: str, signer: Signer, ocsp: Sequence[bytes], at: datetime
) -> bytes:
    algorithm = RSA_SHA512 if isinstance(signer.key, rsa.RSAPrivateKey) else ECDSA_SHA512
    certificate = signer.certificate
    properties = _signed_properties(certificate, mime, at)
    document = _document("", "", algorithm, name, digest, certificate, properties, _unsigned(signer, ocsp))
    digest_of_properties = hashlib.sha512(_canonical(_properties_of(read(document)), C14N)).digest()
    document = _document(
        _b64(digest_of_properties),
        "",
        algorithm,
        name,
        digest,
        certificate,
        properties,
        _unsigned(signer, ocsp),
    )
    info = _canonical(only(_signature_of(read(document)), (DS, "SignedInfo")), C14N)
    value = _b64(_raw(signer.key, info))
    return document.replace(b"<ds:SignatureValue></ds:SignatureValue>", _value(value).encode())


def _value(value: str) -> str:
    return f"<ds:SignatureValue>{value}</ds:SignatureValue>"


def _raw(key: PrivateKey, data: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(data, padding.PKCS1v15(), hashes.SHA512())
    r, s = decode_dss_signature(key.sign(data, ec.ECDSA(hashes.SHA512())))
    return r.to_bytes(P256_BYTES, "big") + s.to_bytes(P256_BYTES, "big")


def _document(
    properties_digest: str,
    value: str,
    algorithm: str,
    name: str,
    digest: bytes,
    certificate: x509.Certificate,
    properties: str,
    unsigned: str,
) -> bytes:
    method = f'<ds:DigestMethod Algorithm="{SHA512}"></ds:DigestMethod>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<asic:XadesSignatures xmlns:asic="{ASIC}">'
        f'<ds:Signature xmlns:ds="{DS}" Id="signature"><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{C14N}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{algorithm}"></ds:SignatureMethod>'
        f'<ds:Reference Id="data" URI="/{name}">{method}'
        f"<ds:DigestValue>{_b64(digest)}</ds:DigestValue></ds:Reference>"
        f'<ds:Reference Type="{SIGNED_PROPERTIES}" URI="#signed-properties">{method}'
        f"<ds:DigestValue>{properties_digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        f"{_value(value)}<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{_der(certificate)}"
        "</ds:X509Certificate></ds:X509Data></ds:KeyInfo><ds:Object>"
        f'<xades:QualifyingProperties xmlns:xades="{XADES}" Target="#signature">{properties}{unsigned}'
        "</xades:QualifyingProperties></ds:Object></ds:Signature></asic:XadesSignatures>"
    ).encode()


def _signed_properties(certificate: x509.Certificate, mime: str, at: datetime) -> str:
    method = f'<ds:DigestMethod Algorithm="{SHA512}"></ds:DigestMethod>'
    digest = _b64(hashlib.sha512(certificate.public_bytes(Encoding.DER)).digest())
    return (
        '<xades:SignedProperties Id="signed-properties"><xades:SignedSignatureProperties>'
        f"<xades:SigningTime>{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}</xades:SigningTime>"
        f"<xades:SigningCertificate><xades:Cert><xades:CertDigest>{method}"
        f"<ds:DigestValue>{digest}</ds:DigestValue></xades:CertDigest><xades:IssuerSerial>"
        f"<ds:X509IssuerName>{escape(certificate.issuer.rfc4514_string())}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{certificate.serial_number}</ds:X509SerialNumber></xades:IssuerSerial>"
        "</xades:Cert></xades:SigningCertificate><xades:SignaturePolicyIdentifier>"
        '<xades:SignaturePolicyId><xades:SigPolicyId><xades:Identifier Qualifier="OIDAsURN">'
        f"{POLICY}</xades:Identifier><xades:Description>{POLICY_NAME}</xades:Description>"
        f"</xades:SigPolicyId><xades:SigPolicyHash>{method}<ds:DigestValue>{POLICY_DIGEST}</ds:DigestValue>"
        "</xades:SigPolicyHash><xades:SigPolicyQualifiers><xades:SigPolicyQualifier>"
        f"<xades:SPURI>{POLICY_PLACE}</xades:SPURI></xades:SigPolicyQualifier></xades:SigPolicyQualifiers>"
        "</xades:SignaturePolicyId></xades:SignaturePolicyIdentifier></xades:SignedSignatureProperties>"
        '<xades:SignedDataObjectProperties><xades:DataObjectFormat ObjectReference="#data">'
        f"<xades:MimeType>{mime}</xades:MimeType></xades:DataObjectFormat>"
        "</xades:SignedDataObjectProperties></xades:SignedProperties>"
    )


def _unsigned(signer: Signer, ocsp: Sequence[bytes]) -> str:
    above = "".join(
        f"<xades:EncapsulatedX509Certificate>{_der(one)}</xades:EncapsulatedX509Certificate>"
        for one in signer.above
    )
    answers = "".join(
        f"<xades:EncapsulatedOCSPValue>{_b64(one)}</xades:EncapsulatedOCSPValue>" for one in ocsp
    )
    return (
        "<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"
        f"<xades:CertificateValues>{above}</xades:CertificateValues><xades:RevocationValues>"
        f"<xades:OCSPValues>{answers}</xades:OCSPValues></xades:RevocationValues>"
        "</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    )


def with_stamp(signature: bytes, token: bytes) -> bytes:
    """The signature with a stamp over its value (§12)."""
    end = b"</xades:UnsignedSignatureProperties>"
    stamp = (
        '<xades:SignatureTimeStamp Id="stamp"><xades:EncapsulatedTimeStamp>'
        f"{_b64(token)}</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>"
    )
    return signature.replace(end, stamp.encode() + end)


class Xades:
    """A signature taken apart; making one raises Failure `malformed_signature`."""

    def __init__(self, signature: bytes) -> None:
        try:
            self.element = _signature_of(read(signature))
            self.properties = _properties_of(self.element.getparent())
            self.info = only(self.element, (DS, "SignedInfo"))
            self.value = _bytes(text(self.element, (DS, "SignatureValue")))
            data = text(self.element, (DS, "KeyInfo"), (DS, "X509Data"), (DS, "X509Certificate"))
            self.certificate = x509.load_der_x509_certificate(_bytes(data))
            self.stamps = self._values("SignatureTimeStamp", "EncapsulatedTimeStamp")
            self.ocsp = self._values("RevocationValues", "OCSPValues", "EncapsulatedOCSPValue")
            self.signing_time = self._signing_time()
        except (BadXml, ValueError) as fault:
            raise Failure("malformed_signature", str(fault)) from fault

    def _values(self, *names: str) -> list[bytes]:
        path = "/".join(
            f"{{{XADES}}}{name}" for name in ("UnsignedProperties", "UnsignedSignatureProperties")
        )
        path += "".join(f"/{{{XADES}}}{name}" for name in names)
        above = self.properties.getparent()
        return [] if above is None else [_bytes(one.text or "") for one in above.findall(path)]

    def _signing_time(self) -> datetime:
        told = text(self.properties, (XADES, "SignedSignatureProperties"), (XADES, "SigningTime"))
        moment = datetime.fromisoformat(told)
        if moment.utcoffset() is None:
            raise BadXml("the signing time has no zone")
        return moment

    @property
    def batch(self) -> bool:
        """Whether a chain is signed and not the message itself."""
        return str(self._data_reference().get("URI")) == f"/{SIG_RESULT}"

    def _references(self) -> list[etree._Element]:
        found = list(self.info.findall(f"{{{DS}}}Reference"))
        if len(found) != 2:
            raise Failure("invalid_reference", f"{len(found)} references where two are expected")
        return found

    def _data_reference(self) -> etree._Element:
        found = [one for one in self._references() if one.get("Type") != SIGNED_PROPERTIES]
        if len(found) != 1 or found[0].get("URI") not in (f"/{MESSAGE}", f"/{SIG_RESULT}"):
            raise Failure("invalid_reference", "no reference to the message or to the chain's result")
        return found[0]

    def check(self, digest: bytes) -> None:
        """The signature's own arithmetic, and that it is over data with this digest; raises Failure."""
        data = self._data_reference()
        (about,) = [one for one in self._references() if one is not data]
        if about.get("URI") != f"#{self.properties.get('Id')}":
            raise Failure("invalid_reference", "the signed properties are not signed")
        try:
            self._check_ids()
            if data.find(f"{{{DS}}}Transforms") is not None or _reference_digest(data) != digest:
                raise Failure("invalid_signature_value", "the digest of the data is another")
            if (
                _reference_digest(about)
                != hashlib.sha512(_canonical(self.properties, _transform(about))).digest()
            ):
                raise Failure("invalid_signature_value", "the digest of the signed properties is another")
            self._check_policy_and_certificate()
            self._check_value()
        except BadXml as fault:
            raise Failure("malformed_signature", str(fault)) from fault

    def _check_ids(self) -> None:
        ids = [str(value) for value in self.element.xpath("//@Id")]
        if len(set(ids)) != len(ids):
            raise BadXml("an Id stands twice")

    def _check_policy_and_certificate(self) -> None:
        signed = only(self.properties, (XADES, "SignedSignatureProperties"))
        policy = only(signed, (XADES, "SignaturePolicyIdentifier"), (XADES, "SignaturePolicyId"))
        if text(policy, (XADES, "SigPolicyId"), (XADES, "Identifier")) != POLICY:
            raise BadXml("another signature policy")
        if text(policy, (XADES, "SigPolicyHash"), (DS, "DigestValue")) != POLICY_DIGEST:
            raise BadXml("another digest of the signature policy")
        cert = only(signed, (XADES, "SigningCertificate"), (XADES, "Cert"))
        der = self.certificate.public_bytes(Encoding.DER)
        if _reference_digest(only(cert, (XADES, "CertDigest"))) != hashlib.sha512(der).digest():
            raise BadXml("the signed certificate is another than the signer's")
        if text(cert, (XADES, "IssuerSerial"), (DS, "X509SerialNumber")) != str(
            self.certificate.serial_number
        ):
            raise BadXml("the signed serial number is another than the signer's")

    def _check_value(self) -> None:
        method = only(self.info, (DS, "SignatureMethod")).get("Algorithm")
        canonical = str(only(self.info, (DS, "CanonicalizationMethod")).get("Algorithm"))
        key, value = self.certificate.public_key(), self.value
        if method == ECDSA_SHA512 and isinstance(key, ec.EllipticCurvePublicKey):
            if len(value) != 2 * P256_BYTES:
                raise BadXml("a signature value of another length")
            halves = value[:P256_BYTES], value[P256_BYTES:]
            value = encode_dss_signature(*(int.from_bytes(half, "big") for half in halves))
        elif method != RSA_SHA512 or not isinstance(key, rsa.RSAPublicKey):
            raise BadXml(f"the signature method {method} does not fit the key")
        verify_signature(
            key, value, _canonical(self.info, canonical), hashes.SHA512(), "invalid_signature_value"
        )


def verify(
    signed: Signed, inputs: Mapping[str, bytes | None], trust: Trust, at: datetime, *, stamped: bool = False
) -> str:
    """The member who signed data of these names and digests (None: not at hand); raises Failure."""
    xades = Xades(signed.signature)
    if xades.batch:
        if signed.result is None or signed.chain is None:
            raise Failure("invalid_signature_value", "a batch is signed, but its chain is missing")
        chains.verify(signed.result, signed.chain, SIG_CHAIN, inputs)
        xades.check(hashlib.sha512(signed.result).digest())
    else:
        digest = inputs[MESSAGE]
        if signed.chain is not None or signed.result is not None or len(inputs) != 1 or digest is None:
            raise Failure("invalid_signature_value", "a message of several parts must be signed as a batch")
        xades.check(digest)
    if xades.signing_time > at + LEEWAY:
        raise Failure("signature_verification", "signed in the future")
    trust.check(xades.certificate, xades.ocsp, at, stamped=stamped)
    return member_of(xades.certificate)


def _signature_of(root: etree._Element) -> etree._Element:
    # ETSI's schema spells it XAdESSignatures, the protocol (§10.1) XadesSignatures: both are read
    names = (f"{{{ASIC}}}XAdESSignatures", f"{{{ASIC}}}XadesSignatures")
    if root.tag not in names or len(root) != 1:
        raise BadXml("not one signature within XAdESSignatures")
    return only(root, (DS, "Signature"))


def _properties_of(root: etree._Element | None) -> etree._Element:
    if root is None:
        raise BadXml("no signed properties")
    way = ((DS, "Signature"), (DS, "Object"), (XADES, "QualifyingProperties"), (XADES, "SignedProperties"))
    return only(root, *way)


def _canonical(element: etree._Element, algorithm: str) -> bytes:
    if algorithm not in (C14N, EXCLUSIVE):
        raise BadXml(f"the canonical form {algorithm} is not known")
    return bytes(etree.tostring(element, method="c14n", exclusive=algorithm == EXCLUSIVE, with_tail=False))


def _transform(reference: etree._Element) -> str:
    found = [str(one.get("Algorithm")) for one in reference.iter(f"{{{DS}}}Transform")]
    if len(found) > 1:
        raise BadXml("several transforms")
    return found[0] if found else C14N


def _reference_digest(element: etree._Element) -> bytes:
    if only(element, (DS, "DigestMethod")).get("Algorithm") != SHA512:
        raise BadXml("another digest than SHA-512")
    return _bytes(text(element, (DS, "DigestValue")))


def _bytes(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError) as fault:
        raise BadXml("not base64") from fault


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _der(certificate: x509.Certificate) -> str:
    return _b64(certificate.public_bytes(Encoding.DER))
