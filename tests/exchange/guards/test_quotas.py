"""Quotas hold over all nodes, cost nothing when refused, and warn once."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.exchange.contracts import Quota
from tinhso.exchange.guards.quotas import Decision, Lease, Limit, Meter, Warned

NOON = datetime(2026, 6, 15, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WIDE = 1_000_000


def quota(*, minute: int = WIDE, day: int = WIDE, parallel: int = WIDE) -> Quota:
    """Limits that nobody reaches but those named."""
    return Quota(per_minute=minute, per_day=day, parallel=parallel)


class Counters:
    """Shared counters as the database keeps them: each step atomic, with a pause before it."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()
        self.asked = 0
        self.broken = False

    async def lease(self, key: str, window: str, *, most: int, ask: int) -> Lease:
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError
        self.asked += 1
        granted = max(0, min(ask, most - self.taken[key, window]))
        self.taken[key, window] += granted
        assert self.taken[key, window] <= most
        return Lease(granted, self.taken[key, window])

    async def give_back(self, key: str, window: str, count: int) -> None:
        await asyncio.sleep(0)
        assert count > 0
        self.taken[key, window] -= count
        assert self.taken[key, window] >= 0


def run(steps: object) -> None:
    asyncio.run(steps)  # type: ignore[arg-type]


async def enter(meter: Meter, at: datetime = NOON) -> Decision:
    return await meter.enter(at)


def test_a_minute_allows_its_calls_and_then_says_when_to_come_back() -> None:
    async def steps() -> None:
        meter = Meter("a", quota(minute=40), Counters())
        at = NOON + 20 * SECOND
        decisions = [await enter(meter, at) for _ in range(45)]
        assert [each.allowed for each in decisions] == [True] * 40 + [False] * 5
        refused = decisions[-1]
        assert (refused.limit, refused.most, refused.retry_after) == (Limit.MINUTE, 40, 41)
        assert ("Retry-After", "41") in refused.headers()
        assert (refused.fault().status, refused.fault().code) == (429, "server.serverproxy.quota_exceeded")
        assert (await enter(meter, NOON + 60 * SECOND)).allowed

    run(steps())


def test_a_day_ends_at_midnight_of_the_province() -> None:
    async def steps() -> None:
        meter = Meter("a", quota(day=2), Counters())
        evening = datetime(2026, 6, 15, 16, 59, 59, tzinfo=UTC)
        assert [(await enter(meter, evening)).allowed for _ in range(3)] == [True, True, False]
        assert (await enter(meter, evening + SECOND)).allowed

    run(steps())


def test_calls_at_once_are_limited_and_come_back_when_they_end() -> None:
    async def steps() -> None:
        meter = Meter("a", quota(parallel=2), Counters())
        assert (await enter(meter)).allowed
        assert (await enter(meter)).allowed
        refused = await enter(meter)
        assert refused.limit is Limit.PARALLEL
        meter.leave()
        assert (await enter(meter)).allowed

    run(steps())


def test_a_meter_is_busy_until_its_calls_are_over_and_given_back() -> None:
    async def steps() -> None:
        counters = Counters()
        meter = Meter("a", quota(parallel=40), counters)
        assert not meter.busy
        await enter(meter)
        await meter.settle(NOON)
        await meter.settle(NOON)
        assert meter.busy
        assert counters.taken["a", "parallel"] == 1
        meter.leave()
        await meter.settle(NOON)
        assert not meter.busy
        assert counters.taken["a", "parallel"] == 0

    run(steps())


def test_a_refused_call_costs_nothing_of_the_other_limits() -> None:
    async def steps() -> None:
        counters = Counters()
        meter = Meter("a", quota(minute=3, day=100, parallel=50), counters)
        allowed = [(await enter(meter)).allowed for _ in range(30)]
        assert sum(allowed) == 3
        for _ in range(3):
            meter.leave()
        await meter.close()
        assert {window.split()[0]: count for (_, window), count in counters.taken.items()} == {
            "parallel": 0,
            "minute": 3,
            "day": 3,
        }

    run(steps())


def test_nodes_share_one_limit() -> None:
    async def steps() -> None:
        counters = Counters()
        meters = [Meter("a", quota(minute=100), counters) for _ in range(5)]
        decisions = await asyncio.gather(*(enter(meters[n % 5]) for n in range(300)))
        assert 100 - 5 * 5 < sum(each.allowed for each in decisions) <= 100
        for meter in meters:
            await meter.settle(NOON)
            await meter.settle(NOON)
        again = await asyncio.gather(*(enter(meters[n % 5], NOON + 2 * SECOND) for n in range(300)))
        assert sum(each.allowed for each in (*decisions, *again)) == 100

    run(steps())


def test_most_calls_ask_no_shared_counter() -> None:
    async def steps() -> None:
        counters = Counters()
        meter = Meter("a", quota(minute=1000), counters)
        for _ in range(1100):
            await enter(meter)
        assert counters.asked < 30

    run(steps())


def test_four_fifths_of_a_window_warn_once_over_all_nodes() -> None:
    async def steps() -> None:
        counters = Counters()
        meters = [Meter("a", quota(minute=50, day=1000), counters) for _ in range(3)]
        warned: list[Warned] = []
        for minute in range(2):
            for n in range(150):
                decision = await enter(meters[n % 3], NOON + minute * 60 * SECOND)
                warned += decision.warnings
        assert [(each.limit, each.most) for each in warned] == [(Limit.MINUTE, 50)] * 2
        assert len({each.window for each in warned}) == 2
        assert all(40 <= each.taken < 50 for each in warned)

    run(steps())


def test_a_limit_of_nought_allows_nothing() -> None:
    async def steps() -> None:
        assert not (await enter(Meter("a", quota(minute=0), Counters()))).allowed

    run(steps())


def test_counters_that_fail_let_nothing_pass_and_count_nothing() -> None:
    async def steps() -> None:
        counters = Counters()
        meter = Meter("a", quota(minute=10), counters)
        counters.broken = True
        with pytest.raises(ConnectionError):
            await enter(meter)
        counters.broken = False
        assert sum([(await enter(meter)).allowed for _ in range(20)]) == 10

    run(steps())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from(["enter", "enter", "enter", "leave", "settle"]),
            st.integers(0, 9),
        ),
        max_size=120,
    )
)
def test_no_order_of_calls_exceeds_any_limit(steps: list[tuple[int, str, int]]) -> None:
    async def walk() -> None:
        counters = Counters()
        meters = [Meter("a", quota(minute=7, day=30, parallel=4), counters) for _ in range(3)]
        running = [0, 0, 0]
        per_minute: Counter[datetime] = Counter()
        at = NOON
        for node, step, later in steps:
            at += later * SECOND
            match step:
                case "enter":
                    if (await meters[node].enter(at)).allowed:
                        running[node] += 1
                        per_minute[at.replace(second=0)] += 1
                case "leave" if running[node]:
                    meters[node].leave()
                    running[node] -= 1
                case _:
                    await meters[node].settle(at)
            assert sum(running) <= 4
            assert all(count <= 7 for count in per_minute.values())
            assert per_minute.total() <= 30

    run(walk())
