"""Hashes by which a secret value is found again, and codes nobody can guess."""

from __future__ import annotations

import hmac
import secrets
from functools import lru_cache

from tinhso.foundation.crypto.ring import ring
from tinhso.foundation.keyring import MasterKey

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@lru_cache(maxsize=256)
def _key(master: MasterKey, purpose: str) -> bytes:
    return master.derived(f"keyed-hash:{purpose}")


def keyed_hash(purpose: str, value: str | bytes) -> bytes:
    """HMAC-SHA-256 of the value under the key of this purpose: 32 bytes.

    The same value gives unlike hashes for unlike purposes, so that tables cannot be joined on them.
    The caller brings the value into one form first. Raises ValueError for an empty purpose.
    """
    if not purpose:
        raise ValueError("a keyed hash needs a purpose")
    data = value.encode() if isinstance(value, str) else value
    return hmac.digest(_key(ring().lookup, purpose), data, "sha256")


def random_code(length: int = 10) -> str:
    """A code for people to read out and type: capitals and digits without 0/O, 1/I/L and U.

    Ten letters hold 49 bits. Raises ValueError below 6 letters, which can be guessed.
    """
    if length < 6:
        raise ValueError("a public code needs at least 6 letters")
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(length))
