"""Private keys of this server as files, which nobody but the gateway's account may read."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.exchange.contracts import KeyKind
from tinhso.exchange.operations.certificates import PrivateKey
from tinhso.foundation.errors import Invalid

RSA_BITS = 3072


def make(kind: KeyKind) -> PrivateKey:
    """A new key: P-256, or RSA of 3,072 bits (§10.1)."""
    if kind is KeyKind.RSA:
        return rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def read(pem: bytes, password: str = "") -> PrivateKey:
    """A PEM key given by somebody. Raises Invalid."""
    try:
        found = load_pem_private_key(pem, password.encode() or None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Invalid(_("Không đọc được khóa. Hãy nhập tệp PEM và mật khẩu của nó.")) from error
    good = (isinstance(found, rsa.RSAPrivateKey) and found.key_size >= 2048) or (
        isinstance(found, ec.EllipticCurvePrivateKey) and isinstance(found.curve, ec.SECP256R1)
    )
    if not good or not isinstance(found, PrivateKey):
        raise Invalid(_("Khóa phải là P-256, hoặc RSA từ 2048 bit trở lên."))
    return found


def keep(key: PrivateKey, key_id: UUID) -> str:
    """Write the key, sealed by the settings' password where there is one; its reference (a path)."""
    folder: Path = settings.EXCHANGE.keys
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = settings.EXCHANGE.key_password.encode()
    file = folder / f"{key_id}.pem"
    sealing = BestAvailableEncryption(password) if password else NoEncryption()
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealing))
    return str(file)


def open_kept(reference: str) -> PrivateKey:
    """The key that a reference names. Raises Invalid when it is not there or cannot be read."""
    try:
        pem = Path(reference).read_bytes()
    except OSError as error:
        raise Invalid(_("Không thấy tệp khóa %(file)s trên máy chủ này.") % {"file": reference}) from error
    return read(pem, settings.EXCHANGE.key_password)


def destroy(reference: str) -> None:
    """Take a key's file away; nothing when it is gone."""
    Path(reference).unlink(missing_ok=True)
