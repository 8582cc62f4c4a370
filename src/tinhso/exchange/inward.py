"""How our own services behind the gateway know that a call came through it, with its checks and its log."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from tinhso.foundation import crypto

HEADER = "Tinhso-Gateway"
PLACE = "/trong-truc/"
"""Where these services stand on our own site; the gateway marks calls to it on this machine alone."""
_OURS = frozenset({"127.0.0.1", "localhost", "::1"})
_JUDGED = ("x-road-", "tinhso-")
"""Headers by which the gateway judged a call begin so."""


def mark() -> str:
    """What the gateway shows: derived from the master key, known to processes of this installation only."""
    return crypto.keyed_hash("exchange.inward", "gateway").hex()


def marked(url: str, headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers for a service: with the mark when it is one of ours, and never with somebody else's."""
    kept = [(name, value) for name, value in judged(headers) if name.lower() != HEADER.lower()]
    parts = urlsplit(url)
    if parts.hostname in _OURS and parts.path.startswith(PLACE):
        kept.append((HEADER, mark()))
    return kept


def judged(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Headers as a service may read them: who asks and why stand there once, as the gateway judged them.

    Of repeated ones the last holds (exchange protocol §1.2), and some services read the first, or all of
    them as one; a name with underscores is to many the one with hyphens.
    """
    last = {name.lower(): at for at, (name, _value) in enumerate(headers)}
    return [
        each
        for at, each in enumerate(headers)
        if not (key := each[0].lower().replace("_", "-")).startswith(_JUDGED)
        or (key == each[0].lower() and last[key] == at)
    ]


def came_by_gateway(headers: Mapping[str, str]) -> bool:
    """Whether a request shows the mark."""
    return hmac.compare_digest(headers.get(HEADER, "").encode(), mark().encode())
