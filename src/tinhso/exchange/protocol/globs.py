"""Which path an access right covers, and paths that play no tricks (exchange protocol §7.1, §7.2).

Matching takes no more than a few passes over the path, whatever the glob: the path is a stranger's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

from tinhso.exchange.protocol.faults import Fault

_Block = tuple[str, ...]
"""Literals with a `*` between each two."""

_PIECE: Final = re.compile(r"\\[*\\]|\*+|[^*\\]+|\\", re.DOTALL)
_PLAIN: Final = re.compile(r"(?:/[A-Za-z0-9_~!$&'()*+,=:@\-][A-Za-z0-9._~!$&'()*+,=:@\-]*)*/?")
_REFUSED: Final = re.compile(
    r"%(?![0-9A-Fa-f]{2})|%2[fF]|%5[cC]|%[01][0-9a-fA-F]|%7[fF]|[\\\x00-\x20\x7f-\U0010ffff]|//"
)
_ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")


def matches(glob: str, path: str) -> bool:
    """Whether a glob covers the whole of a decoded path: `*` within a segment, `**` across segments."""
    blocks = _blocks(glob)
    first, last = blocks[0], blocks[-1]
    if len(blocks) == 1:
        at = _forward(first[:-1], path, 0)
        return at >= 0 and _ends(first, path, at)
    at = _forward(first, path, 0)
    if at < 0:
        return False
    for block in blocks[1:-1]:
        at = _search(block, path, at)
        if at < 0:
            return False
    return _backward(last, path) >= at


def safe_path(raw: str) -> str:
    """The service path decoded, when nobody down the line can read another path in the same bytes (§7.2).

    Raises Fault `client.bad_request` for dot segments, encoded slashes and backslashes, double encoding,
    empty segments, control characters and broken escapes. What was checked is what must be sent.
    """
    if _PLAIN.fullmatch(raw):
        return raw
    if (raw and raw[0] != "/") or _REFUSED.search(raw):
        raise Fault("client.bad_request", "The path could be read as another one")
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError as why:
        raise Fault("client.bad_request", "The path is not UTF-8") from why
    if _ENCODED.search(path):
        raise Fault("client.bad_request", "The path is encoded twice")
    if any(segment.split(";", 1)[0] in (".", "..") for segment in path.split("/")):
        raise Fault("client.bad_request", "The path climbs")
    return path


@lru_cache(maxsize=4096)
def _blocks(glob: str) -> tuple[_Block, ...]:
    blocks: list[list[str]] = [[""]]
    for piece in _PIECE.findall(glob):
        if piece in ("\\*", "\\\\"):
            blocks[-1][-1] += piece[1]
        elif piece == "*":
            blocks[-1].append("")
        elif piece[0] == "*":
            blocks.append([""])
        else:
            blocks[-1][-1] += piece
    return tuple(map(tuple, blocks))


def _forward(block: _Block, path: str, at: int) -> int:
    """Where a block that begins at `at` ends soonest, or -1."""
    for index, literal in enumerate(block):
        if index == 0:
            found = at if path.startswith(literal, at) else -1
        else:
            found = path.find(literal, at)
            if found >= 0 and path.find("/", at, found) >= 0:
                found = -1
        if found < 0:
            return -1
        at = found + len(literal)
    return at


def _search(block: _Block, path: str, at: int) -> int:
    """Where the first occurrence of a block from `at` on ends, or -1."""
    while (at := path.find(block[0], at)) >= 0:
        end = _forward(block, path, at)
        if end >= 0:
            return end
        at += 1
    return -1


def _backward(block: _Block, path: str) -> int:
    """Where a block that ends with the path begins latest, or -1."""
    if not path.endswith(block[-1]):
        return -1
    at = len(path) - len(block[-1])
    for literal in reversed(block[:-1]):
        found = path.rfind(literal, 0, at)
        if found < 0 or path.find("/", found + len(literal), at) >= 0:
            return -1
        at = found
    return at


def _ends(block: _Block, path: str, at: int) -> bool:
    """Whether the last literal of a block ends the path, its `*` taking what lies between."""
    literal = block[-1]
    start = len(path) - len(literal)
    if len(block) == 1:
        return path == literal
    return start >= at and path.endswith(literal) and path.find("/", at, start) < 0
