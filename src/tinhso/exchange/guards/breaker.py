"""A breaker before a service that fails: after a few failures in a row callers are told at once.

An open breaker lets one call through after 2, 4, 8, 16 … seconds, at most after 300; three good answers in
a row close it. Figures are settings of the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tinhso.exchange.protocol.faults import Fault


@dataclass(frozen=True, slots=True)
class Settings:
    """When a breaker opens and closes: statuses that are failures, how many in a row, waits in seconds."""

    failures: int = 3
    successes: int = 3
    statuses: frozenset[int] = frozenset((500,))
    first_seconds: int = 2
    most_seconds: int = 300

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Settings:
        """Settings as a service keeps them; raises ValueError naming the setting that cannot be."""
        known = {"failures", "successes", "statuses", "first_seconds", "most_seconds"}
        if unknown := set(said) - known:
            raise ValueError(f"a breaker has no setting {min(unknown)}")
        default = cls()
        numbers = {name: said.get(name, getattr(default, name)) for name in sorted(known - {"statuses"})}
        for name, number in numbers.items():
            if type(number) is not int or not 1 <= number <= 86_400:
                raise ValueError(f"{name} of a breaker is a number of at least 1")
        statuses = said.get("statuses", sorted(default.statuses))
        if not isinstance(statuses, list) or not all(type(s) is int and 400 <= s <= 599 for s in statuses):
            raise ValueError("statuses of a breaker are numbers from 400 to 599")
        if numbers["first_seconds"] > numbers["most_seconds"]:
            raise ValueError("first_seconds of a breaker is at most most_seconds")
        return cls(statuses=frozenset(statuses), **numbers)


@dataclass(slots=True)
class Breaker:
    """One service's breaker on one node. Each true `allows` is followed by `saw`, `failed` or `let_go`."""

    settings: Settings = field(default_factory=Settings)
    _failures: int = field(init=False, default=0)
    _successes: int = field(init=False, default=0)
    _opened: int = field(init=False, default=0)
    _until: datetime | None = field(init=False, default=None)
    _probe_until: datetime | None = field(init=False, default=None)

    @property
    def is_open(self) -> bool:
        """Whether callers are told at once, but for the one that tries."""
        return self._until is not None

    def allows(self, at: datetime) -> bool:
        """Whether a call may go to the service; once a wait is over, one call at a time tries."""
        if self._until is None:
            return True
        if at < self._until or (self._probe_until is not None and at < self._probe_until):
            return False
        self._probe_until = at + timedelta(seconds=self.settings.most_seconds)
        return True

    def let_go(self) -> None:
        """A call that `allows` let through never reached the service: another may try."""
        self._probe_until = None

    def saw(self, status: int, at: datetime) -> None:
        """The service answered."""
        if status in self.settings.statuses:
            self.failed(at)
            return
        self._failures = 0
        self._probe_until = None
        if self._until is not None:
            self._successes += 1
            if self._successes >= self.settings.successes:
                self._until, self._opened, self._successes = None, 0, 0

    def failed(self, at: datetime) -> None:
        """The service did not answer, or answered with a status that is a failure."""
        self._successes = 0
        self._failures += 1
        self._probe_until = None
        if self._until is not None or self._failures >= self.settings.failures:
            wait = min(self.settings.first_seconds << min(self._opened, 20), self.settings.most_seconds)
            if self._until is None or at >= self._until:
                self._opened += 1
                self._until = at + timedelta(seconds=wait)

    def fault(self, at: datetime) -> Fault:
        """What a caller gets while the breaker is open."""
        left = max(1, int((self._until - at).total_seconds()) + 1) if self._until else 1
        said = f"The service failed several times in a row and is left alone for {left} s more"
        return Fault("server.serverproxy.service_failed.breaker_open", said)
