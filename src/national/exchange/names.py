"""Identifiers of the exchange (exchange protocol §1.1, §1.3): text out of parts and parts out of text."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

RAW = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+")
UNESCAPED = "-._~!$&'()*+,;=:@"


class BadName(ValueError):
    """A text is no identifier; the text says why."""


def split(text: str, *lengths: int) -> tuple[str, ...]:
    """The decoded parts of an identifier that has one of these numbers of parts; raises BadName."""
    pieces = text.split("/")
    if len(pieces) not in lengths:
        raise BadName(f"{text!r} has {len(pieces)} parts")
    return tuple(decoded(piece) for piece in pieces)


def decoded(piece: str) -> str:
    """One part out of its percent-encoding; raises BadName."""
    if not RAW.fullmatch(piece):
        raise BadName(f"{piece!r} is no part of an identifier")
    try:
        return unquote(piece, errors="strict")
    except UnicodeDecodeError as fault:
        raise BadName(f"{piece!r} is not UTF-8") from fault


def joined(parts: tuple[str, ...]) -> str:
    """The identifier, each part percent-encoded."""
    return "/".join(quote(part, safe=UNESCAPED) for part in parts)
