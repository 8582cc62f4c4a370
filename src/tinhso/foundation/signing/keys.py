"""Signers with a key on the server.

The library's own signer reads and checks the private key anew for each signature, which costs more than the
signature (36 ms for RSA-2048). Here the key is read once and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_key_and_certificates
from django.utils.translation import gettext as _

from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import CertificateUnreadable, SignerUnavailable

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class KeptKey:
    """A private key held ready, with its certificate."""

    key: PrivateKey
    chain: Chain

    @classmethod
    def from_pem(cls, key: bytes, *, password: bytes | None, chain: Chain) -> KeptKey:
        """Read a PEM key once. Raises CertificateUnreadable."""
        try:
            found = load_pem_private_key(key, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CertificateUnreadable(
                _("Không đọc được khóa ký của cơ quan. Hãy kiểm tra tệp khóa.")
            ) from error
        if not isinstance(found, PrivateKey):
            raise CertificateUnreadable(_("Khóa ký của cơ quan thuộc loại không được hỗ trợ."))
        return cls(found, chain)

    @classmethod
    def from_pkcs12(cls, container: bytes, *, password: bytes | None) -> KeptKey:
        """Read key and certificates of a PKCS #12 file once. Raises CertificateUnreadable."""
        try:
            key, certificate, issuers = load_key_and_certificates(container, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise CertificateUnreadable(
                _("Không đọc được tệp khóa ký của cơ quan. Hãy kiểm tra tệp và mật khẩu.")
            ) from error
        if not isinstance(key, PrivateKey) or certificate is None:
            raise CertificateUnreadable(_("Tệp khóa ký thiếu khóa hoặc chứng thư được hỗ trợ."))
        encoded = [one.public_bytes(Encoding.DER) for one in (certificate, *issuers)]
        return cls(key, Chain.from_der(*encoded))

    def sign(self, data: bytes) -> bytes:
        """A signature over `data` with SHA-256."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class KeptKeySeals:
    """A SealSigner over keys kept in this process, one per agency. Demos and small installations."""

    def __init__(self, keys: Mapping[str, KeptKey]) -> None:
        self._keys = dict(keys)

    def chain(self, *, agency: str) -> Chain:
        """The agency's certificate."""
        return self._key_of(agency).chain

    def sign(self, *, agency: str, data: bytes) -> bytes:
        """A signature over `data` with SHA-256."""
        return self._key_of(agency).sign(data)

    def _key_of(self, agency: str) -> KeptKey:
        try:
            return self._keys[agency]
        except KeyError:
            raise SignerUnavailable(
                _("Cơ quan này chưa có khóa ký trên máy chủ. Hãy báo người quản trị."), agency=agency
            ) from None
