"""Secrets: look-up hashes, values sealed under one person's key, erasure by destroying that key.

Every person has an own AES-256-GCM key, wrapped by the master key (envelope encryption). `erase` destroys
the person's key: everything sealed under it is unreadable from then on, here and in every later backup.
"""

from tinhso.foundation.crypto.hashing import keyed_hash, random_code
from tinhso.foundation.crypto.persons import (
    KEEP_KEY,
    Erased,
    Unreadable,
    erase,
    merge,
    rewrap,
    seal,
    seal_first,
    unseal,
    unseal_many,
)
from tinhso.foundation.crypto.ring import production_faults, ring
from tinhso.foundation.crypto.rotation import Wrapped, left_by_kind, rotate, wrapped

__all__ = [
    "KEEP_KEY",
    "Erased",
    "Unreadable",
    "Wrapped",
    "erase",
    "keyed_hash",
    "left_by_kind",
    "merge",
    "production_faults",
    "random_code",
    "rewrap",
    "ring",
    "rotate",
    "seal",
    "seal_first",
    "unseal",
    "unseal_many",
    "wrapped",
]
