"""Trusted roots and agencies' keys from folders, read again when a file changes: no restart is needed."""

from __future__ import annotations

import threading
from pathlib import Path

from asn1crypto import pem, x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.utils.translation import gettext as _

from tinhso.foundation.signing.contracts import Chain
from tinhso.foundation.signing.errors import CertificateUnreadable, SignerUnavailable
from tinhso.foundation.signing.keys import KeptKey, PrivateKey
from tinhso.foundation.signing.trust import RevocationSource, Trust


class FolderTrust(Trust):
    """A Trust whose roots are the `*.pem` files of a folder."""

    def __init__(self, folder: Path, *, revocations: RevocationSource) -> None:
        super().__init__((), revocations=revocations)
        self._folder = folder
        self._read: tuple[tuple[str, int], ...] = ()

    @property
    def roots(self) -> tuple[x509.Certificate, ...]:
        """The roots as the folder has them now."""
        files = sorted(self._folder.glob("*.pem"))
        seen = tuple((file.name, file.stat().st_mtime_ns) for file in files)
        if seen != self._read:
            self._roots = tuple(certificate for file in files for certificate in _certificates(file))
            self._read = seen
        return self._roots

    @roots.setter
    def roots(self, given: tuple[x509.Certificate, ...]) -> None:
        self._roots = given


def _certificates(file: Path) -> list[x509.Certificate]:
    found = pem.unarmor(file.read_bytes(), multiple=True)
    return [x509.Certificate.load(der) for kind, _headers, der in found if kind == "CERTIFICATE"]


class FolderSeals:
    """A SealSigner whose keys are `<agency identifier>.p12` files; each key is read once and kept."""

    def __init__(self, folder: Path, *, password: bytes | None) -> None:
        self._folder = folder
        self._password = password
        self._kept: dict[str, KeptKey] = {}
        self._lock = threading.Lock()

    def chain(self, *, agency: str) -> Chain:
        """The agency's certificate. Raises SignerUnavailable, CertificateUnreadable."""
        return self._key_of(agency).chain

    def sign(self, *, agency: str, data: bytes) -> bytes:
        """A signature over `data` with SHA-256. Raises SignerUnavailable, CertificateUnreadable."""
        return self._key_of(agency).sign(data)

    def _key_of(self, agency: str) -> KeptKey:
        with self._lock:
            if agency not in self._kept:
                self._kept[agency] = self._load(agency)
            return self._kept[agency]

    def _load(self, agency: str) -> KeptKey:
        file = self._folder / f"{agency}.p12"
        if "/" in agency or not file.exists():
            raise SignerUnavailable(
                _("Cơ quan này chưa có khóa ký trên máy chủ. Hãy báo người quản trị."), agency=agency
            )
        try:
            found = load_pkcs12(file.read_bytes(), self._password)
        except ValueError as error:
            raise CertificateUnreadable(
                _("Không đọc được khóa ký của cơ quan. Hãy kiểm tra tệp khóa.")
            ) from error
        if not isinstance(found.key, PrivateKey) or found.cert is None:
            raise CertificateUnreadable(_("Khóa ký của cơ quan thuộc loại không được hỗ trợ."))
        issuers = [one.certificate.public_bytes(Encoding.DER) for one in found.additional_certs]
        own = found.cert.certificate.public_bytes(Encoding.DER)
        return KeptKey(found.key, Chain.from_der(own, *issuers))
