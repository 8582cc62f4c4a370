"""Encryption of a pushed message for one browser (RFC 8291, in one record of RFC 8188)."""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD = 4096
LAST_RECORD = b"\x02"
AUTH_BYTES, POINT_BYTES = 16, 65


def b64(data: bytes) -> str:
    """Base64 for addresses without its filling (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """The bytes. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64 for addresses") from fault


def point(key: ec.EllipticCurvePublicKey) -> bytes:
    """An uncompressed point: 65 bytes."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_keys(*, p256dh: bytes, auth: bytes) -> None:
    """Raises ValueError for keys that no browser makes."""
    if len(auth) != AUTH_BYTES or len(p256dh) != POINT_BYTES:
        raise ValueError("keys of wrong length")
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)


def sealed(
    plain: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push request with `Content-Encoding: aes128gcm`.

    `own` and `salt` are made anew for each message; given, they reproduce the example of RFC 8291 §5.
    Raises ValueError for keys of no use, or a message longer than one record.
    """
    check_keys(p256dh=p256dh, auth=auth)
    own = own or ec.generate_private_key(ec.SECP256R1())
    salt = salt or secrets.token_bytes(16)
    theirs, ours = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh), own.public_key()
    info = b"WebPush: info\0" + p256dh + point(ours)
    shared = _derived(own.exchange(ec.ECDH(), theirs), salt=auth, info=info, length=32)
    key = _derived(shared, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(shared, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    record = AESGCM(key).encrypt(nonce, plain + LAST_RECORD, None)
    body = salt + RECORD.to_bytes(4) + bytes([POINT_BYTES]) + point(ours) + record
    if len(body) > RECORD:
        raise ValueError("longer than one record")
    return body


def _derived(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
