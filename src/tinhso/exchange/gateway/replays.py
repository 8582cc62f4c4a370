"""Messages that were received already: a captured one serves nobody a second time.

A message is refused when it was signed longer than `SIGNED_WITHIN` ago, so no longer must be remembered.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

from tinhso.exchange.protocol.faults import Fault

SIGNED_WITHIN = timedelta(minutes=5)
REMEMBERED_SECONDS = 2 * SIGNED_WITHIN.total_seconds()
MOST_REMEMBERED = 1_000_000
MARK_BYTES = 16
"""Of a digest: no two of a million messages share so many by chance."""


class Replays:
    """What one node received lately; of more than it may remember the oldest are forgotten.

    Some 150 bytes a message: at 1,000 a second 90 MB for the ten minutes.
    """

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._seen: set[bytes] = set()
        self._order: deque[bytes] = deque()
        self._times: deque[float] = deque()

    def first(self, mark: bytes, *, at: datetime) -> None:
        """Remember a message by its digest. Raises Fault `invalid_request` when it came before."""
        short, now = mark[:MARK_BYTES], at.timestamp()
        if short in self._seen:
            raise Fault("invalid_request", "This very message was received before")
        self._seen.add(short)
        self._order.append(short)
        self._times.append(now)
        while len(self._order) > self._most or now - self._times[0] > REMEMBERED_SECONDS:
            self._seen.discard(self._order.popleft())
            self._times.popleft()
