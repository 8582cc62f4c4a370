"""A breaker before something that fails: after a few failures in a row nobody asks it for a while.

An open breaker lets one call through after its first wait, then after waits twice as long each, up to the
most; a few good answers in a row close it. It is of one process, and may be used by several threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock


class Stands(StrEnum):
    """Whether calls go through: all, none for a while, or one at a time to try."""

    CLOSED = "closed"
    OPEN = "open"
    TRYING = "trying"


@dataclass(frozen=True, slots=True)
class Patience:
    """How many failures in a row open a breaker, how many good answers close it, and its waits in seconds."""

    failures: int = 3
    successes: int = 3
    first_seconds: int = 2
    most_seconds: int = 300


class Breaker:
    """One thing's breaker. Each true `allows` is followed by `worked`, `failed` or `let_go`.

    What follows never may be lost with its caller: after the longest wait another call tries.
    """

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._lock = Lock()
        self._failures = self._successes = self._opened = 0
        self._until: datetime | None = None
        self._probe_until: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """When the next try may go; None while the breaker is closed."""
        return self._until

    def stands(self, at: datetime) -> Stands:
        """How it stands now."""
        until = self._until
        if until is None:
            return Stands.CLOSED
        return Stands.OPEN if at < until else Stands.TRYING

    def allows(self, at: datetime) -> bool:
        """Whether a call may go; once a wait is over, one call at a time tries."""
        with self._lock:
            if self._until is None:
                return True
            if at < self._until or (self._probe_until is not None and at < self._probe_until):
                return False
            self._probe_until = at + timedelta(seconds=self._patience.most_seconds)
            return True

    def let_go(self) -> None:
        """A call that `allows` let through asked nothing: another may try."""
        with self._lock:
            self._probe_until = None

    def worked(self) -> None:
        """A good answer came."""
        with self._lock:
            self._failures = 0
            self._probe_until = None
            if self._until is not None:
                self._successes += 1
                if self._successes >= self._patience.successes:
                    self._until, self._opened, self._successes = None, 0, 0

    def failed(self, at: datetime) -> None:
        """No answer came, or one that is a failure."""
        with self._lock:
            self._successes = 0
            self._failures += 1
            self._probe_until = None
            if self._until is None and self._failures < self._patience.failures:
                return
            if self._until is None or at >= self._until:
                wait = min(self._patience.first_seconds << min(self._opened, 20), self._patience.most_seconds)
                self._opened += 1
                self._until = at + timedelta(seconds=wait)
