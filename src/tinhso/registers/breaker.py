"""A breaker: after several failures in a row nobody is asked for a while, then one try decides."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

AFTER = 3
PAUSE_SECONDS = 30.0


class Breaker:
    """One for each service, of this process. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._again = 0.0

    def lets(self) -> bool:
        """Whether a call may be made now; of those that wait for the end of a pause, one goes first."""
        with self._lock:
            if self._failures < AFTER:
                return True
            if self._clock() < self._again:
                return False
            self._again = self._clock() + PAUSE_SECONDS
            return True

    def worked(self) -> None:
        """The service answered."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """The service did not answer, or could not."""
        with self._lock:
            self._failures += 1
            self._again = self._clock() + PAUSE_SECONDS
