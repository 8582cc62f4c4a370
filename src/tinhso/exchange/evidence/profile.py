"""The XAdES profile of the protocol as text that is canonical XML from the start (§10.1).

Canonical XML 1.0 (inclusive) shows at the element that is signed every namespace in scope; nothing else
differs from what stands in the document. So the bytes to be digested are put together from strings, and no
XML library works while messages wait.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509

from tinhso.exchange.evidence.chains import MESSAGE, SIGNATURE_RESULT
from tinhso.exchange.evidence.digests import SHA512
from tinhso.exchange.evidence.keys import ECDSA, RSA, SigningKey
from tinhso.exchange.evidence.xml import DS, escaped

ASIC = "http://uri.etsi.org/02918/v1.2.1#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES_TYPE = "http://uri.etsi.org/01903#SignedProperties"
INCLUSIVE = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
METHODS = {
    RSA: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    ECDSA: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
}
POLICY = "urn:oid:1.3.6.1.4.1.3516.16.2"
POLICY_TEXT = "Profile for High Performance Digital Signatures (version 1.2)"
POLICY_DIGEST = "BuO0EDNfkxSVlUbxCzmQPzX1AUF1/xx9ytWHk3/6SAOePxQiniEfDYk+90QeYb3lWpV3Izhuz9fKaYyE+lTcXw=="
POLICY_URL = "https://repo.cyber.ee/dsig-profile-1.2.pdf"
FORMATS = {MESSAGE: "text/xml", SIGNATURE_RESULT: "application/hash-chain-result"}
"""What a signature may reference, and the MIME type it states."""

_NAMESPACES = f'xmlns:asic="{ASIC}" xmlns:ds="{DS}" xmlns:xades="{XADES}"'
_HEAD = f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><asic:XAdESSignatures {_NAMESPACES}>'
_METHOD = f'<ds:DigestMethod Algorithm="{SHA512}"></ds:DigestMethod>'
_INFO, _PROPERTIES = "<ds:SignedInfo", "<xades:SignedProperties"
_INFO_SIGNED, _PROPERTIES_SIGNED = f"{_INFO} {_NAMESPACES}", f"{_PROPERTIES} {_NAMESPACES}"
_TO_TIME = ' Id="signed-properties"><xades:SignedSignatureProperties><xades:SigningTime>'


def base64(data: bytes) -> str:
    """Base64 on one line."""
    return b64encode(data).decode("ascii")


def moment(at: datetime) -> str:
    """A time as the signature states it: UTC, milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def info_of(method: str, reference: str, digest: str, properties: str) -> str:
    """SignedInfo behind its name: a signature by `method` over what `reference` names (digests in base64)."""
    return (
        f'><ds:CanonicalizationMethod Algorithm="{INCLUSIVE}"></ds:CanonicalizationMethod>'
        f'<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>'
        f'<ds:Reference Id="signature-reference-0" URI="{reference}">{_digested(digest)}</ds:Reference>'
        f'<ds:Reference Id="signature-reference-1" Type="{SIGNED_PROPERTIES_TYPE}" URI="#signed-properties">'
        f"{_digested(properties)}</ds:Reference></ds:SignedInfo>"
    )


def until_time(info: str, value: str, certificate: str, time: str) -> str:
    """A signature's text up to its time: `info_of`, signature value and certificate in base64."""
    return (
        f'{_HEAD}<ds:Signature Id="signature">{_INFO}{info}'
        f'<ds:SignatureValue Id="signature-value">{value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>'
        f"<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>"
        f'<ds:Object><xades:QualifyingProperties Target="#signature">{_PROPERTIES}{_TO_TIME}{time}'
    )


def signed_info(info: str) -> bytes:
    """What is signed, given `info_of`."""
    return f"{_INFO_SIGNED}{info}".encode()


def signed_properties(time: str, rest: str) -> bytes:
    """The properties as they are digested: their time and what follows it."""
    return f"{_PROPERTIES_SIGNED}{_TO_TIME}{time}{rest}".encode()


def _digested(digest: str) -> str:
    return f"{_METHOD}<ds:DigestValue>{digest}</ds:DigestValue>"


def _certificate_id(certificate: bytes) -> str:
    read = x509.load_der_x509_certificate(certificate)
    issuer = escaped(read.issuer.rfc4514_string())
    return (
        f"<xades:CertDigest>{_digested(base64(hashlib.sha512(certificate).digest()))}</xades:CertDigest>"
        f"<xades:IssuerSerial><ds:X509IssuerName>{issuer}</ds:X509IssuerName>"
        f"<ds:X509SerialNumber>{read.serial_number}</ds:X509SerialNumber></xades:IssuerSerial>"
    )


def _policy() -> str:
    return (
        "<xades:SignaturePolicyIdentifier><xades:SignaturePolicyId><xades:SigPolicyId>"
        f'<xades:Identifier Qualifier="OIDAsURN">{POLICY}</xades:Identifier>'
        f"<xades:Description>{POLICY_TEXT}</xades:Description></xades:SigPolicyId>"
        f"<xades:SigPolicyHash>{_digested(POLICY_DIGEST)}</xades:SigPolicyHash>"
        "<xades:SigPolicyQualifiers><xades:SigPolicyQualifier>"
        f"<xades:SPURI>{POLICY_URL}</xades:SPURI></xades:SigPolicyQualifier></xades:SigPolicyQualifiers>"
        "</xades:SignaturePolicyId></xades:SignaturePolicyIdentifier>"
    )


def _unsigned(chain: Sequence[bytes], answers: Sequence[bytes]) -> str:
    text = ["<xades:UnsignedProperties><xades:UnsignedSignatureProperties>"]
    if chain:
        text.append('<xades:CompleteCertificateRefs Id="complete-certificate-refs"><xades:CertRefs>')
        text += [
            f'<xades:Cert URI="#encapsulated-cert-{number}">{_certificate_id(one)}</xades:Cert>'
            for number, one in enumerate(chain, 1)
        ]
        text.append("</xades:CertRefs></xades:CompleteCertificateRefs><xades:CertificateValues>")
        text += [
            f'<xades:EncapsulatedX509Certificate Id="encapsulated-cert-{number}">{base64(one)}'
            "</xades:EncapsulatedX509Certificate>"
            for number, one in enumerate(chain, 1)
        ]
        text.append("</xades:CertificateValues>")
    text.append("<xades:RevocationValues><xades:OCSPValues>")
    text += [
        f'<xades:EncapsulatedOCSPValue Id="ocsp-response-{number}">{base64(one)}'
        "</xades:EncapsulatedOCSPValue>"
        for number, one in enumerate(answers, 1)
    ]
    text.append("</xades:OCSPValues></xades:RevocationValues>")
    text.append("</xades:UnsignedSignatureProperties></xades:UnsignedProperties>")
    return "".join(text)


class Seal:
    """A key with all that its signatures say of it: certificates and OCSP answers (DER).

    Made anew when an OCSP answer is renewed. May be used by several threads when its key may.
    """

    def __init__(self, key: SigningKey, answers: Sequence[bytes] = ()) -> None:
        self.key = key
        self.answers = tuple(answers)
        self._method, self._certificate = METHODS[key.algorithm], base64(key.certificate)
        self._after_time = (
            "</xades:SigningTime><xades:SigningCertificate><xades:Cert>"
            f"{_certificate_id(key.certificate)}</xades:Cert></xades:SigningCertificate>{_policy()}"
            "</xades:SignedSignatureProperties><xades:SignedDataObjectProperties>"
            '<xades:DataObjectFormat ObjectReference="#signature-reference-0"><xades:MimeType>'
        )
        self._end = (
            "</xades:MimeType></xades:DataObjectFormat></xades:SignedDataObjectProperties>"
            "</xades:SignedProperties>"
        )
        self._tail = (
            f"{_unsigned(key.chain, answers)}</xades:QualifyingProperties></ds:Object>"
            "</ds:Signature></asic:XAdESSignatures>"
        )

    def sign(self, reference: str, digest: bytes, *, at: datetime) -> bytes:
        """Signature XML over what `reference` names (a key of FORMATS), its SHA-512 digest given.

        Raises CannotSign from the key.
        """
        time, rest = moment(at), f"{self._after_time}{FORMATS[reference]}{self._end}"
        properties = hashlib.sha512(signed_properties(time, rest)).digest()
        info = info_of(self._method, reference, base64(digest), base64(properties))
        value = base64(self.key.sign(signed_info(info)))
        return f"{until_time(info, value, self._certificate, time)}{rest}{self._tail}".encode()
