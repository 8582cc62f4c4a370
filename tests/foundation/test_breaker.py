"""A breaker spares what fails, and asks again after its wait; growing waits are tried with the exchange's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from tinhso.foundation.breaker import Breaker, Patience

NOON = datetime(2026, 6, 15, 5, tzinfo=UTC)
LATER = NOON + timedelta(seconds=30)
EVEN = Patience(failures=3, successes=1, first_seconds=30, most_seconds=30)


def opened() -> Breaker:
    breaker = Breaker(EVEN)
    for _ in range(3):
        assert breaker.allows(NOON)
        breaker.failed(NOON)
    assert not breaker.allows(LATER - timedelta(seconds=1))
    return breaker


def test_one_good_answer_closes_it_when_one_is_enough() -> None:
    breaker = opened()
    assert breaker.allows(LATER)
    breaker.worked()
    assert breaker.until is None
    assert breaker.allows(LATER)


def test_an_even_wait_does_not_grow() -> None:
    breaker = opened()
    assert breaker.allows(LATER)
    breaker.failed(LATER)
    assert breaker.until == LATER + timedelta(seconds=30)


def test_of_many_threads_one_tries() -> None:
    breaker = opened()
    with ThreadPoolExecutor(8) as pool:
        let = list(pool.map(lambda _number: breaker.allows(LATER), range(200)))
    assert let.count(True) == 1
