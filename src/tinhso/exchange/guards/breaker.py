"""A breaker before a service that fails: after three failures in a row callers are told at once.

An open breaker lets one call through after 2, 4, 8, 16 … seconds, at most after 300; three good answers in
a row close it. Figures are settings of the service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.exchange.protocol.faults import Fault
from tinhso.foundation import breaker


@dataclass(frozen=True, slots=True)
class Settings(breaker.Patience):
    """A service's breaker; `statuses` are the answers that are failures."""

    statuses: frozenset[int] = frozenset((500,))

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


class Breaker(breaker.Breaker):
    """One service's breaker on one node, closed and opened by the statuses that come."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._statuses = settings.statuses

    def saw(self, status: int, at: datetime) -> None:
        """The service answered."""
        if status in self._statuses:
            self.failed(at)
        else:
            self.worked()

    def fault(self, at: datetime) -> Fault:
        """What a caller gets while the breaker is open."""
        left = max(1, int((self.until - at).total_seconds()) + 1) if self.until else 1
        said = f"The service failed several times in a row and is left alone for {left} s more"
        return Fault("server.serverproxy.service_failed.breaker_open", said)
