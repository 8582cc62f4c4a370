"""Hash chains in the log: as their siblings alone where that gives the same bytes again, else as they came.

A chain of ours is its path of digests in a fixed frame of XML (evidence.chains), and what it ends in is known
from the row. So a packed chain is a fifth of its text; foreign ones are kept word for word.
"""

from __future__ import annotations

from collections.abc import Sequence

from tinhso.exchange.evidence.chains import chain_xml, own_path
from tinhso.exchange.evidence.digests import Sibling

Parts = Sequence[tuple[str, bytes]]
VERBATIM, PATH = b"\x00", b"\x01"
DIGEST_BYTES = 64


def packed(chain: bytes, parts: Parts) -> bytes:
    """The chain as it is kept. `parts` are name and SHA-512 of what it ends in, none when unknown."""
    path = own_path(chain, parts)
    return VERBATIM + chain if path is None else of_path(path)


def of_path(path: Sequence[Sibling]) -> bytes:
    """A chain of ours as it is kept, by the siblings of its leaf from the top down."""
    return PATH + b"".join((b"\x01" if one.left else b"\x00") + one.digest for one in path)


def unpacked(kept: bytes, parts: Parts) -> bytes:
    """The chain's XML. Raises ValueError for bytes that `packed` never made."""
    kind, rest = kept[:1], kept[1:]
    if kind == VERBATIM:
        return rest
    if kind != PATH or len(rest) % (DIGEST_BYTES + 1):
        raise ValueError("not a packed chain")
    steps = [rest[at : at + DIGEST_BYTES + 1] for at in range(0, len(rest), DIGEST_BYTES + 1)]
    return chain_xml([Sibling(digest=one[1:], left=one[0] == 1) for one in steps], parts)
