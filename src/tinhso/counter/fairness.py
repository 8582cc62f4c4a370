"""Who is called next, and when the others may expect it. Pure: asked with figures, answers with figures."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.counter.contracts import TurnKind


@dataclass(frozen=True, slots=True)
class Waiting:
    """One who waits. `first` has the right to come before others; `appointed_at` is the time they booked."""

    id: UUID
    service: UUID
    since: datetime
    first: bool = False
    appointed_at: datetime | None = None

    @property
    def turn(self) -> TurnKind:
        """By which rule they are called."""
        if self.appointed_at is not None:
            return TurnKind.BOOKED
        return TurnKind.FIRST if self.first else TurnKind.ORDINARY


@dataclass(frozen=True, slots=True)
class Staffed:
    """A window with somebody at it: what is done there, and when it is free."""

    id: UUID
    services: frozenset[UUID]
    free_at: datetime


@dataclass(frozen=True, slots=True)
class Expected:
    """How many are called before, and the moment of the own call."""

    ahead: int
    at: datetime


def choose(
    waiting: Sequence[Waiting], *, services: frozenset[UUID], in_a_row: int, most_in_a_row: int, at: datetime
) -> Waiting | None:
    """Who is called to a window that does these services.

    Who booked comes at their time, the earliest first. Then those with a right to come first, but after
    `most_in_a_row` of them in a row one without it; within each kind by time. Who booked and came early is
    called when nobody else waits. `in_a_row` is how many with the right were called last without a break.
    """
    fitting = [one for one in waiting if one.service in services]
    booked = [one for one in fitting if one.appointed_at is not None]
    if due := [one for one in booked if one.appointed_at is not None and one.appointed_at <= at]:
        return min(due, key=_by_appointment)
    rest = [one for one in fitting if one.appointed_at is None]
    first, ordinary = [one for one in rest if one.first], [one for one in rest if not one.first]
    if first and (in_a_row < most_in_a_row or not ordinary):
        return min(first, key=_by_time)
    if ordinary:
        return min(ordinary, key=_by_time)
    return min(booked, key=_by_appointment, default=None)


def counted(in_a_row: int, turn: TurnKind) -> int:
    """How many with a right to come first were called in a row, after one more call."""
    if turn is TurnKind.FIRST:
        return in_a_row + 1
    return 0 if turn is TurnKind.ORDINARY else in_a_row


def expect(
    waiting: Sequence[Waiting],
    windows: Sequence[Staffed],
    *,
    minutes: Mapping[UUID, float],
    in_a_row: int,
    most_in_a_row: int,
    at: datetime,
) -> dict[UUID, Expected]:
    """When each may expect to be called, by playing the line through at the real pace of each service.

    `minutes` is how long each service takes. Who waits for a service without a staffed window is left out.
    """
    left = list(waiting)
    called: list[Waiting] = []
    found: dict[UUID, Expected] = {}
    order = [(max(window.free_at, at), number) for number, window in enumerate(windows)]
    heapq.heapify(order)
    while left and order:
        free_at, number = heapq.heappop(order)
        services = windows[number].services
        chosen = choose(left, services=services, in_a_row=in_a_row, most_in_a_row=most_in_a_row, at=free_at)
        if chosen is None:
            continue
        rivals = _rivals(chosen.service, windows)
        found[chosen.id] = Expected(ahead=sum(one.service in rivals for one in called), at=free_at)
        left.remove(chosen)
        called.append(chosen)
        in_a_row = counted(in_a_row, chosen.turn)
        heapq.heappush(order, (free_at + timedelta(minutes=minutes[chosen.service]), number))
    return found


def _rivals(service: UUID, windows: Sequence[Staffed]) -> set[UUID]:
    """The services that share a window with this one."""
    return {one for window in windows if service in window.services for one in window.services}


def _by_time(one: Waiting) -> tuple[datetime, UUID]:
    return one.since, one.id


def _by_appointment(one: Waiting) -> tuple[datetime, datetime, UUID]:
    return one.appointed_at or one.since, one.since, one.id
