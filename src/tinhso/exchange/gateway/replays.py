"""Messages that were received already: a captured one serves nobody a second time.

A message is refused when it was signed longer than `SIGNED_WITHIN` ago, so no longer must be remembered.
Marks are kept in two sets, the younger and the older, which take turns.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tinhso.exchange.protocol.faults import Fault

SIGNED_WITHIN = timedelta(minutes=5)
TURN = SIGNED_WITHIN + timedelta(minutes=1)
"""How long a set takes marks: longer than a message is young, also one signed a little ahead of our clock."""
MOST_REMEMBERED = 1_000_000
MARK_BYTES = 16


class Replays:
    """What one node received lately; of more than it may remember the oldest are forgotten."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._young: set[bytes] = set()
        self._old: set[bytes] = set()
        self._began = datetime.min.replace(tzinfo=UTC)

    def first(self, digest: bytes, *, at: datetime) -> None:
        """Remember a message by a digest no other has. Raises Fault for one that came again."""
        if at - self._began > TURN or 2 * len(self._young) >= self._most:
            self._old = self._young if at - self._began <= 2 * TURN else set()
            self._young, self._began = set(), at
        mark = digest[:MARK_BYTES]
        if mark in self._young or mark in self._old:
            raise Fault("invalid_request", "This very message was received before")
        self._young.add(mark)
