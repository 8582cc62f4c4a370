"""A breaker opens after failures, tries after 2, 4, 8 … seconds, and closes after good answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tinhso.exchange.guards.breaker import Breaker, Settings
from tinhso.foundation.breaker import Stands

NOON = datetime(2026, 6, 15, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_the_figures_of_the_field_are_the_default() -> None:
    settings = Settings.read({})
    assert settings == Settings(3, 3, 2, 300, frozenset({500}))


def test_three_failures_in_a_row_open_it() -> None:
    breaker = Breaker(Settings())
    for status in (500, 500, 200, 500, 500):
        assert breaker.allows(NOON)
        breaker.saw(status, NOON)
    assert breaker.allows(NOON)
    breaker.failed(NOON)
    assert breaker.until
    assert not breaker.allows(NOON + 1.9 * SECOND)
    fault = breaker.fault(NOON)
    assert (fault.code, fault.status) == ("server.serverproxy.service_failed.breaker_open", 500)


def test_the_wait_doubles_up_to_its_most() -> None:
    breaker = Breaker(Settings(most_seconds=20))
    at = NOON
    for _ in range(3):
        breaker.failed(at)
    waits = []
    for _ in range(6):
        wait = 0
        while not breaker.allows(at + wait * SECOND):
            wait += 1
        waits.append(wait)
        at += wait * SECOND
        breaker.failed(at)
    assert waits == [2, 4, 8, 16, 20, 20]


def test_one_call_at_a_time_tries_and_three_good_ones_close_it() -> None:
    breaker = Breaker(Settings())
    for _ in range(3):
        breaker.failed(NOON)
    at = NOON + 2 * SECOND
    for left in (3, 2, 1):
        assert breaker.until, left
        assert breaker.allows(at)
        assert not breaker.allows(at)
        breaker.saw(200, at)
    assert not breaker.until
    assert breaker.allows(at)
    assert breaker.allows(at)
    for _ in range(3):
        breaker.failed(at)
    assert breaker.allows(at + 2 * SECOND)


def test_failures_of_calls_that_were_on_their_way_do_not_lengthen_the_wait() -> None:
    breaker = Breaker(Settings())
    for _ in range(50):
        breaker.failed(NOON)
    assert breaker.allows(NOON + 2 * SECOND)


def test_a_try_that_never_comes_back_does_not_shut_it_for_ever() -> None:
    breaker = Breaker(Settings())
    for _ in range(3):
        breaker.failed(NOON)
    assert breaker.allows(NOON + 2 * SECOND)
    assert not breaker.allows(NOON + 100 * SECOND)
    assert breaker.allows(NOON + 302 * SECOND)


def test_a_try_that_never_reached_the_service_makes_room_for_another() -> None:
    breaker = Breaker(Settings())
    for _ in range(3):
        breaker.failed(NOON)
    at = NOON + 2 * SECOND
    assert breaker.allows(at)
    assert not breaker.allows(at)
    breaker.let_go()
    assert breaker.allows(at)
    assert breaker.until


def test_only_the_statuses_that_are_set_are_failures() -> None:
    breaker = Breaker(Settings.read({"statuses": [502, 503], "failures": 1}))
    breaker.saw(500, NOON)
    assert not breaker.until
    breaker.saw(503, NOON)
    assert breaker.until


@pytest.mark.parametrize(
    "said",
    [
        {"failures": 0},
        {"failures": True},
        {"failures": "3"},
        {"statuses": [200]},
        {"statuses": 500},
        {"wait": 1},
        {"first_seconds": 400},
    ],
    ids=str,
)
def test_settings_that_cannot_be_are_refused(said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="breaker"):
        Settings.read(said)


def test_it_says_whether_calls_go_through_are_refused_or_try() -> None:
    breaker = Breaker(Settings())
    assert breaker.stands(NOON) is Stands.CLOSED
    for _ in range(3):
        breaker.failed(NOON)
    assert breaker.stands(NOON + SECOND) is Stands.OPEN
    assert breaker.stands(NOON + 2 * SECOND) is Stands.TRYING
    for _ in range(3):
        breaker.worked()
    assert breaker.stands(NOON + 2 * SECOND) is Stands.CLOSED
