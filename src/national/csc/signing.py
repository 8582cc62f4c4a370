"""Raw signatures over digests, and the algorithm identifiers that name them."""

from __future__ import annotations

import base64
import binascii

from asn1crypto import algos
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from national.keys import PrivateKey
from national.wire import Bad

HASHES: dict[str, hashes.HashAlgorithm] = {
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
RSA_PLAIN = "1.2.840.113549.1.1.1"
RSA_PSS = "1.2.840.113549.1.1.10"
WITH_HASH = {
    "1.2.840.113549.1.1.11": "2.16.840.1.101.3.4.2.1",
    "1.2.840.113549.1.1.12": "2.16.840.1.101.3.4.2.2",
    "1.2.840.113549.1.1.13": "2.16.840.1.101.3.4.2.3",
    "1.2.840.10045.4.3.2": "2.16.840.1.101.3.4.2.1",
    "1.2.840.10045.4.3.3": "2.16.840.1.101.3.4.2.2",
    "1.2.840.10045.4.3.4": "2.16.840.1.101.3.4.2.3",
}
RSA_KINDS = [RSA_PLAIN, *(oid for oid in WITH_HASH if oid.startswith("1.2.840.113549")), RSA_PSS]
EC_KINDS = [oid for oid in WITH_HASH if oid.startswith("1.2.840.10045")]


def kinds(key: PrivateKey) -> list[str]:
    """Signature algorithms a key can make, as OIDs."""
    return RSA_KINDS if isinstance(key, RSAPrivateKey) else EC_KINDS


def digest_of(text: str) -> bytes:
    """The bytes of a base64 digest; raises Bad."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Bad("Invalid Base64 hash string parameter") from fault


def hash_named(*, algorithm: str, hash_oid: str) -> str:
    """The hash a signature is over: named by the algorithm, else beside it; raises Bad."""
    named = WITH_HASH.get(algorithm)
    if named and hash_oid and named != hash_oid:
        raise Bad("Parameters hashAlgo and signAlgo contradict each other")
    chosen = named or hash_oid
    if not chosen:
        raise Bad("Missing (or invalid type) string parameter hashAlgo")
    if chosen not in HASHES:
        raise Bad("Invalid parameter hashAlgo")
    return chosen


def check_length(digest: bytes, hash_oid: str) -> None:
    """Raises Bad when a digest cannot come from that hash."""
    if len(digest) != HASHES[hash_oid].digest_size:
        raise Bad("Invalid digest value length")


def sign(key: PrivateKey, *, digest: bytes, algorithm: str, hash_oid: str, parameters: str) -> bytes:
    """A raw signature: RSA as an octet string, ECDSA as a DER sequence; raises Bad."""
    if parameters and algorithm != RSA_PSS:
        raise Bad("Invalid parameter signAlgoParams")
    prehashed = Prehashed(HASHES[hash_oid])
    if not isinstance(key, RSAPrivateKey):
        return key.sign(digest, ec.ECDSA(prehashed))
    if algorithm == RSA_PSS:
        return key.sign(digest, _pss(parameters, hash_oid), prehashed)
    return key.sign(digest, padding.PKCS1v15(), prehashed)


def _pss(parameters: str, hash_oid: str) -> padding.PSS:
    if not parameters:
        raise Bad("Missing (or invalid type) string parameter signAlgoParams")
    try:
        read = algos.RSASSAPSSParams.load(base64.b64decode(parameters, validate=True), strict=True)
        named = read["hash_algorithm"]["algorithm"].dotted
        inner = read["mask_gen_algorithm"]["parameters"]["algorithm"].dotted
        salt = read["salt_length"].native
    except (ValueError, TypeError, KeyError) as fault:
        raise Bad("Invalid parameter signAlgoParams") from fault
    if named != hash_oid or inner not in HASHES or salt != HASHES[hash_oid].digest_size:
        raise Bad("Invalid parameter signAlgoParams")
    return padding.PSS(mgf=padding.MGF1(HASHES[inner]), salt_length=salt)
