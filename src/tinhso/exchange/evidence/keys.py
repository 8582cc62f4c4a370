"""Keys that sign messages, in a file or in a token; each makes signatures in the form of XML (§10.1)."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Protocol

import pkcs11
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key
from pkcs11.exceptions import PKCS11Error

from tinhso.exchange.evidence.errors import BadEvidence

RSA, ECDSA = "rsa-sha512", "ecdsa-sha512"
LEAST_RSA_BITS = 2048
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

_PADDING, _HASH = padding.PKCS1v15(), hashes.SHA512()
_ECDSA = ec.ECDSA(_HASH)
_DIGEST_INFO = bytes.fromhex("3051300d060960864801650304020305000440")
"""DER before a SHA-512 digest in a PKCS #1 v1.5 signature (RFC 8017 §9.2)."""


class CannotSign(Exception):
    """The key does not sign now. `code` is one of exchange protocol §5.5."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SigningKey(Protocol):
    """A key with its certificate (DER) and the certificates above it, issuer first, root left out."""

    @property
    def algorithm(self) -> str:
        """`rsa-sha512` or `ecdsa-sha512`."""

    @property
    def certificate(self) -> bytes:
        """The signing certificate, DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Intermediate certificates, DER."""

    def sign(self, data: bytes) -> bytes:
        """A signature over `data` as XML signatures hold it; raises CannotSign."""


@lru_cache(maxsize=256)
def public_key(certificate: bytes) -> PublicKey:
    """The key of a certificate (DER); raises BadEvidence when it is too weak or of another kind."""
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise BadEvidence("incorrect_certificate", f"the certificate cannot be read: {fault}") from fault
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA_BITS:
        return key
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, CURVES):
        return key
    raise BadEvidence("incorrect_certificate", "neither RSA of 2048 bits or more nor a NIST curve")


def algorithm_of(key: PublicKey) -> str:
    """What signatures by this key are called."""
    return RSA if isinstance(key, rsa.RSAPublicKey) else ECDSA


def is_signed(key: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether `signature`, in the form of XML signatures, is the key's over `data` (SHA-512)."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, _PADDING, _HASH)
            return True
        half = (key.key_size + 7) // 8
        if len(signature) != 2 * half:
            return False
        r, s = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
        key.verify(encode_dss_signature(r, s), data, _ECDSA)
    except InvalidSignature:
        return False
    return True


class FileKey:
    """A key held in memory, read once from PKCS #8 (PEM or DER)."""

    def __init__(self, key: PrivateKey, certificate: bytes, chain: Sequence[bytes] = ()) -> None:
        public = public_key(certificate)
        if key.public_key() != public:
            raise CannotSign("cert_not_found", "key and certificate do not belong together")
        self.algorithm = algorithm_of(public)
        self.certificate = certificate
        self.chain = tuple(chain)
        self._key = key
        self._half = (public.key_size + 7) // 8

    @classmethod
    def read(
        cls, key: bytes, certificate: bytes, chain: Sequence[bytes] = (), *, password: bytes | None = None
    ) -> FileKey:
        """From the bytes of a file. Raises CannotSign(key_not_found) when they hold no usable key."""
        load = load_pem_private_key if b"-----BEGIN" in key else load_der_private_key
        try:
            held = load(key, password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
            raise CannotSign("key_not_found", f"the key cannot be read: {fault}") from fault
        if not isinstance(held, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise CannotSign("unsupported_sign_algorithm", "neither RSA nor elliptic curve")
        return cls(held, certificate, chain)

    def sign(self, data: bytes) -> bytes:
        """A signature over `data` with SHA-512: PKCS #1 v1.5, or r and s at full length."""
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, _PADDING, _HASH)
        r, s = decode_dss_signature(self._key.sign(data, _ECDSA))
        return r.to_bytes(self._half, "big") + s.to_bytes(self._half, "big")


class Pkcs11Key:
    """A key in a token or security module (PKCS #11). One session, kept; opened anew after an error."""

    def __init__(
        self,
        library: str,
        *,
        token: str,
        pin: str,
        label: str,
        certificate: bytes,
        chain: Sequence[bytes] = (),
    ) -> None:
        self.algorithm = algorithm_of(public_key(certificate))
        self.certificate = certificate
        self.chain = tuple(chain)
        self._library, self._token, self._pin, self._label = library, token, pin, label
        self._session: Any = None
        self._key: Any = None
        self._lock = threading.Lock()

    def sign(self, data: bytes) -> bytes:
        """A signature made in the token over the SHA-512 digest of `data`. Raises CannotSign(cannot_sign)."""
        digest = hashlib.sha512(data).digest()
        with self._lock:
            try:
                return self._sign(digest)
            except PKCS11Error:
                self._forget()
            try:
                return self._sign(digest)
            except PKCS11Error as fault:
                self._forget()
                raise CannotSign(
                    "cannot_sign", f"token {self._token}: {type(fault).__name__} {fault}"
                ) from fault

    def close(self) -> None:
        """End the session with the token."""
        with self._lock:
            self._forget()

    def _sign(self, digest: bytes) -> bytes:
        if self._key is None:
            token = pkcs11.lib(self._library).get_token(token_label=self._token)
            self._session = token.open(user_pin=self._pin)
            self._key = self._session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self._label)
        if self.algorithm == RSA:
            return bytes(self._key.sign(_DIGEST_INFO + digest, mechanism=pkcs11.Mechanism.RSA_PKCS))
        return bytes(self._key.sign(digest, mechanism=pkcs11.Mechanism.ECDSA))

    def _forget(self) -> None:
        session, self._session, self._key = self._session, None, None
        if session is not None:
            try:
                session.close()
            except PKCS11Error:
                return
