"""Certificates of this server: what is asked of the authority, and what it must have given."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import KeyUse
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.trust import Use, fits, whole
from tinhso.foundation.errors import Invalid

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_NAMED = {KeyUse.TLS: NameOID.COMMON_NAME, KeyUse.SIGNING: NameOID.SERIAL_NUMBER}
"""Where a certificate says whose it is."""
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def request(*, use: KeyUse, member: str, name: str, key: PrivateKey) -> str:
    """A certificate request (PEM).

    For TLS the common name is the server's identifier; for signing the serial number is the member's, the
    organisation its name.
    """
    builder = x509.CertificateSigningRequestBuilder().subject_name(_subject(use, member, name))
    if use is KeyUse.TLS:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
            critical=False,
        )
    builder = builder.add_extension(_usage(use), critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def chain(given: bytes) -> list[x509.Certificate]:
    """Certificates out of PEM, or one of DER; the first is the key's own. Raises Invalid."""
    found = _PEM.findall(given)
    try:
        read = (
            [x509.load_pem_x509_certificate(one) for one in found]
            if found
            else [x509.load_der_x509_certificate(given)]
        )
        own, *above = map(whole, read)
    except (ValueError, UnsupportedAlgorithm, x509.DuplicateExtension) as error:
        raise Invalid(_("Không đọc được chứng thư. Hãy nhập tệp PEM hoặc DER (.cer).")) from error
    return [own, *(one for one in above if one.subject != one.issuer)]


def checked(certificates: Sequence[x509.Certificate], *, use: KeyUse, member: str) -> None:
    """Raises Invalid unless the first certificate is this member's or server's and for this use, and each
    further one gave the one before it."""
    own = certificates[0]
    named = [str(each.value) for each in own.subject.get_attributes_for_oid(_NAMED[use])]
    if named != [member]:
        raise Invalid(
            _("Chứng thư cấp cho «%(named)s», không phải «%(member)s». Hãy chọn đúng chứng thư.")
            % {"named": ", ".join(named), "member": member}
        )
    if not _allows(own, use):
        raise Invalid(_("Chứng thư này không dùng được cho mục đích đã chọn (TLS hoặc ký)."))
    for below, above in pairwise(certificates):
        try:
            below.verify_directly_issued_by(above)
            fits(above, Use.AUTHORITY)
        except (ValueError, TypeError, InvalidSignature, BadEvidence) as error:
            raise Invalid(
                _(
                    "Các chứng thư trong tệp không nối tiếp nhau. Hãy xếp chứng thư của khóa trước,"
                    " rồi lần lượt chứng thư của từng nơi cấp."
                )
            ) from error


def meant_for(own: x509.Certificate) -> tuple[KeyUse, str]:
    """What a certificate is for, and whose it is: the member's or server's identifier. Raises Invalid."""
    for use in KeyUse:
        named = own.subject.get_attributes_for_oid(_NAMED[use])
        if len(named) == 1 and _allows(own, use):
            return use, str(named[0].value)
    raise Invalid(_("Chứng thư này không dùng được để ký hay để kết nối TLS giữa các máy chủ trục."))


@lru_cache(maxsize=1024)
def fingerprint(der: bytes) -> str:
    """SHA-256 of a certificate (hex), by which tables and the global configuration know it."""
    return hashlib.sha256(der).hexdigest()


def encoded(certificates: Sequence[x509.Certificate]) -> list[str]:
    """Base64 of DER, as tables keep them."""
    return [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]


def decoded(kept: Sequence[str]) -> list[bytes]:
    """DER out of a table's row. Raises ValueError."""
    try:
        return [base64.b64decode(one, validate=True) for one in kept]
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _subject(use: KeyUse, member: str, name: str) -> x509.Name:
    said = (
        [(NameOID.COMMON_NAME, member)]
        if use is KeyUse.TLS
        else [(NameOID.SERIAL_NUMBER, member), (NameOID.COMMON_NAME, name)]
    )
    parts = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, name), *said]
    # RFC 5280 counts characters; the library counts UTF-8 bytes, too few for Vietnamese names
    return x509.Name([x509.NameAttribute(oid, value, _validate=False) for oid, value in parts if value])


def _usage(use: KeyUse) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=use is KeyUse.TLS,
        content_commitment=use is KeyUse.SIGNING,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _allows(certificate: x509.Certificate, use: KeyUse) -> bool:
    if use is KeyUse.SIGNING:
        try:
            return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
        except x509.ExtensionNotFound:
            return False
    try:
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH} <= set(extended)
