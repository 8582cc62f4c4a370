"""Messages that were received already: a captured one serves nobody a second time.

A message is refused when it was signed longer than `SIGNED_WITHIN` ago, so no longer must be remembered.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

from tinhso.exchange.protocol.faults import Fault

SIGNED_WITHIN = timedelta(minutes=5)
MOST_REMEMBERED = 1_000_000


class Replays:
    """What one node received lately; of more than it may remember the oldest are forgotten."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._seen: OrderedDict[bytes, datetime] = OrderedDict()

    def first(self, mark: bytes, *, at: datetime) -> None:
        """Remember a message by what no other has. Raises Fault `invalid_request` for one that came again."""
        if mark in self._seen:
            raise Fault("invalid_request", "This very message was received before")
        self._seen[mark] = at
        while self._seen:
            oldest = next(iter(self._seen))
            if len(self._seen) <= self._most and at - self._seen[oldest] <= 2 * SIGNED_WITHIN:
                return
            del self._seen[oldest]
