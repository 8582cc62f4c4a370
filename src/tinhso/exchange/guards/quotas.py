"""Quotas of agreements: calls in a minute, calls in a day, calls at once; counted over all nodes.

Windows are fixed: a minute of the clock, a legal day. Nodes share counters by leases: a node takes a few
calls from the shared counter in one step and serves them without asking again, so a limit is never exceeded,
however many nodes there are; what a node holds unused it gives back. Refused calls cost nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from tinhso.exchange.contracts import Quota
from tinhso.exchange.protocol.faults import Fault
from tinhso.foundation import moments

WARN_AT: Final = 0.8
"""The share of a window's calls at which both sides are warned."""

LEASE_SHARE: Final = 20
"""A node asks for the limit divided by this, one call at least."""

MOST_LEASE: Final = 500
"""The most calls that one lease takes."""

ASK_AGAIN: Final = timedelta(seconds=1)
"""How long a refusal of the shared counter is believed, since other nodes give back."""


class Limit(StrEnum):
    """What a quota limits."""

    MINUTE = "minute"
    DAY = "day"
    PARALLEL = "parallel"


@dataclass(frozen=True, slots=True)
class Lease:
    """What a shared counter gave: calls for this node, and what all nodes have taken with them."""

    granted: int
    taken: int


class SharedCounters(Protocol):
    """Counters that all nodes share; each method is one atomic step.

    `window` is a text that no other window of the key has. Slots of calls at once (`window` is `parallel`)
    of a node that died must be freed by whoever keeps the counters.
    """

    async def lease(self, key: str, window: str, *, most: int, ask: int) -> Lease:
        """Take up to `ask` calls, never above `most` in all."""

    async def give_back(self, key: str, window: str, count: int) -> None:
        """Put back calls that were leased and not made, or slots that are free again."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Four fifths of a window are taken; of all nodes one gets this, once in a window."""

    key: str
    limit: Limit
    window: str
    taken: int
    most: int


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a call may go on; a refusal says which `limit`, and when to come back (`retry_after`, s)."""

    limit: Limit | None = None
    most: int = 0
    retry_after: int = 0
    warnings: tuple[Warned, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether the call may go on."""
        return self.limit is None

    def headers(self) -> list[tuple[str, str]]:
        """Headers that tell a refused caller about the limit."""
        return [
            ("X-RateLimit-Limit", str(self.most)),
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", str(self.retry_after)),
            ("Retry-After", str(self.retry_after)),
        ]

    def fault(self) -> Fault:
        """What a refused caller gets, status 429."""
        names = {Limit.MINUTE: "calls a minute", Limit.DAY: "calls a day", Limit.PARALLEL: "calls at once"}
        said = f"The agreement allows {self.most} {names[self.limit]}" if self.limit else ""
        return Fault("server.serverproxy.quota_exceeded", said, status=429)


@dataclass(slots=True)
class _Window:
    limit: Limit
    most: int
    name: str = ""
    ends: datetime | None = None
    stock: int = 0
    refused_until: datetime | None = None
    used_since: int = 0


@dataclass(slots=True)
class Meter:
    """One agreement's quota on one node: `enter` before a call, `leave` after it, `settle` each second."""

    key: str
    quota: Quota
    shared: SharedCounters
    _windows: list[_Window] = field(init=False)
    _lock: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _running: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self._windows = [
            _Window(Limit.PARALLEL, self.quota.parallel),
            _Window(Limit.MINUTE, self.quota.per_minute),
            _Window(Limit.DAY, self.quota.per_day),
        ]

    @property
    def busy(self) -> bool:
        """Whether calls run, or something leased is still held."""
        return self._running > 0 or any(window.stock for window in self._windows)

    async def enter(self, at: datetime) -> Decision:
        """Count a call; raises whatever the shared counters raise, and then counts nothing."""
        warnings: list[Warned] = []
        while (empty := self._take(at)) is not None:
            async with self._lock:
                if empty.stock == 0 and not (empty.refused_until and at < empty.refused_until):
                    await self._lease(empty, at, warnings)
            if empty.stock == 0 and empty.refused_until and at < empty.refused_until:
                return self._refusal(empty, at, warnings)
        return Decision(warnings=tuple(warnings))

    def leave(self) -> None:
        """A call that entered is over."""
        self._running -= 1
        for window in self._windows:
            if window.limit is Limit.PARALLEL:
                window.stock += 1

    async def settle(self, at: datetime) -> None:
        """Give back what was leased and lay unused since the last time; call it each second or so."""
        async with self._lock:
            for window in self._windows:
                self._turn(window, at)
                spare = window.stock - window.used_since
                window.used_since = 0
                if window.stock and spare > 0:
                    window.stock -= spare
                    await self.shared.give_back(self.key, window.name, spare)

    async def close(self) -> None:
        """Give everything back that this node holds and does not use."""
        async with self._lock:
            for window in self._windows:
                spare, window.stock = window.stock, 0
                if spare:
                    await self.shared.give_back(self.key, window.name, spare)

    def _take(self, at: datetime) -> _Window | None:
        """Take one of every window, or name the first that has none and take nothing."""
        for window in self._windows:
            self._turn(window, at)
            if window.stock == 0:
                return window
        for window in self._windows:
            window.stock -= 1
            window.used_since += 1
        self._running += 1
        return None

    def _turn(self, window: _Window, at: datetime) -> None:
        if window.ends is not None and at < window.ends:
            return
        match window.limit:
            case Limit.PARALLEL:
                window.name, window.ends = "parallel", datetime.max.replace(tzinfo=at.tzinfo)
                return
            case Limit.MINUTE:
                minute = at.astimezone(UTC).replace(second=0, microsecond=0)
                window.name, window.ends = f"minute {minute:%Y%m%dT%H%MZ}", minute + timedelta(minutes=1)
            case Limit.DAY:
                day = moments.today(at)
                window.name, window.ends = f"day {day}", moments.midnight(day + timedelta(days=1))
        window.stock, window.refused_until, window.used_since = 0, None, 0

    async def _lease(self, window: _Window, at: datetime, warnings: list[Warned]) -> None:
        name, ask = window.name, min(MOST_LEASE, max(1, window.most // LEASE_SHARE))
        lease = await self.shared.lease(self.key, name, most=window.most, ask=ask)
        if window.name != name:
            return
        window.stock += lease.granted
        window.refused_until = None if lease.granted else at + ASK_AGAIN
        line = WARN_AT * window.most
        if window.limit is not Limit.PARALLEL and lease.taken - lease.granted < line <= lease.taken:
            warnings.append(Warned(self.key, window.limit, name, lease.taken, window.most))

    def _refusal(self, window: _Window, at: datetime, warnings: list[Warned]) -> Decision:
        ends = at + ASK_AGAIN if window.limit is Limit.PARALLEL or window.ends is None else window.ends
        seconds = max(1, int((ends - at).total_seconds()) + 1)
        return Decision(window.limit, window.most, seconds, tuple(warnings))
