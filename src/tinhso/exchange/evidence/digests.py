"""Lists of digests and the tree over them, by which one signature or stamp covers many (§10.2)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
ALGORITHMS = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha384",
    SHA512: "sha512",
}
"""Digest methods of the protocol; ours are always SHA-512, verifiers accept all three."""


class Sibling(NamedTuple):
    """One step from a leaf to the top: the digest beside, and whether it stands on the left."""

    digest: bytes
    left: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree over leaves: its top, and the path of each leaf from the top down."""

    top: bytes
    paths: tuple[tuple[Sibling, ...], ...]


def _length(count: int) -> bytes:
    if count < 0x80:
        return bytes([count])
    size = (count.bit_length() + 7) // 8
    return bytes([0x80 | size]) + count.to_bytes(size, "big")


def _entry(digest: bytes, method: bytes) -> bytes:
    body = b"\x04" + _length(len(digest)) + digest + b"\x0c" + _length(len(method)) + method + b"\x30\x00"
    return b"\x30" + _length(len(body)) + body


_METHOD = SHA512.encode()
_BEFORE = _entry(bytes(64), _METHOD)[:4]
_AFTER = _entry(bytes(64), _METHOD)[68:]
_BEFORE_PAIR = b"\x30\x81\xde" + _BEFORE
_BETWEEN_PAIR = _AFTER + _BEFORE


def mixed_digest_list(entries: Sequence[tuple[bytes, str]]) -> bytes:
    """DER of a DigestList of digests made by different methods (URIs), each of its method's length."""
    body = b"".join(
        _BEFORE + digest + _AFTER if method == SHA512 else _entry(digest, method.encode())
        for digest, method in entries
    )
    return b"\x30" + _length(len(body)) + body


def digest_list(digests: Sequence[bytes], uri: str = SHA512) -> bytes:
    """DER of a DigestList (§10.2) of digests made by the method `uri`."""
    return mixed_digest_list([(digest, uri) for digest in digests])


def node(left: bytes, right: bytes) -> bytes:
    """The digest above two SHA-512 digests."""
    return hashlib.sha512(_BEFORE_PAIR + left + _BETWEEN_PAIR + right + _AFTER).digest()


def message_digest(parts: Sequence[bytes]) -> bytes:
    """The leaf of a message from the SHA-512 digests of its parts, message first (§10.2)."""
    if len(parts) == 1:
        return parts[0]
    return hashlib.sha512(digest_list(parts)).digest()


def climb(leaf: bytes, path: Sequence[Sibling]) -> bytes:
    """The top over a SHA-512 leaf with that path."""
    for digest, left in reversed(path):
        leaf = node(digest, leaf) if left else node(leaf, digest)
    return leaf


def _levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    if not leaves:
        raise ValueError("a tree needs a leaf")
    levels = [list(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        above = [node(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)]
        if len(below) % 2:
            above.append(below[-1])
        levels.append(above)
    return levels


def top(leaves: Sequence[bytes]) -> bytes:
    """The top of the tree over SHA-512 leaves (§10.2). ValueError when there is none."""
    return _levels(leaves)[-1][0]


def tree(leaves: Sequence[bytes]) -> Tree:
    """The tree over SHA-512 leaves with the path of each (§10.2). ValueError when there is none."""
    levels = _levels(leaves)
    return Tree(levels[-1][0], tuple(_path(levels, at) for at in range(len(leaves))))


def _path(levels: list[list[bytes]], at: int) -> tuple[Sibling, ...]:
    upwards = []
    for level in levels[:-1]:
        beside = at ^ 1
        if beside < len(level):
            upwards.append(Sibling(level[beside], left=beside < at))
        at //= 2
    return tuple(reversed(upwards))
