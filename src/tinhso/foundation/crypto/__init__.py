"""Secrets: look-up hashes, values sealed under one person's key, erasure by destroying that key.

Every person has an own AES-256-GCM key, wrapped by the master key (envelope encryption). `erase` destroys
the person's key: everything sealed under it is unreadable from then on, here and in every later backup.
"""

from tinhso.foundation.crypto.hashing import keyed_hash, random_code
from tinhso.foundation.crypto.persons import (
    Erased,
    Unreadable,
    erase,
    rewrap,
    seal,
    unseal,
    unseal_many,
)
from tinhso.foundation.crypto.ring import production_faults, ring

__all__ = [
    "Erased",
    "Unreadable",
    "erase",
    "keyed_hash",
    "production_faults",
    "random_code",
    "rewrap",
    "ring",
    "seal",
    "unseal",
    "unseal_many",
]
