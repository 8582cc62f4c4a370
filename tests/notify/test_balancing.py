"""Traffic moves between two SMS providers by how slow each is: the numbers of `sms_failover`."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.notify.support import AT, person, phone, tell
from tinhso.foundation import legal, moments
from tinhso.notify import balancing
from tinhso.notify.balancing import Rule, Share, moved
from tinhso.notify.carriers import providers
from tinhso.notify.models import Message, Provider

RULE = Rule(
    slow=timedelta(minutes=5),
    window=timedelta(minutes=15),
    slow_percent=15,
    step=10,
    hold=timedelta(minutes=5),
    back_after=timedelta(minutes=15),
    alarm_percent=10,
    alarm_minutes=10,
)
RESTING = {"a": 60, "b": 40}
LONG = timedelta(hours=1)


def after(a: Share, b: Share, *, points: int = 60, quiet: timedelta = LONG) -> tuple[int, int]:
    found = moved(
        {"a": points, "b": 100 - points},
        resting=RESTING,
        shares={"a": a, "b": b},
        quiet_for=quiet,
        rule=RULE,
    )
    return found["a"], found["b"]


FAST, SLOW = Share(100, 0), Share(100, 15)


def test_the_slow_one_loses_ten_points_to_the_other() -> None:
    assert after(SLOW, FAST) == (50, 50)
    assert after(FAST, SLOW) == (70, 30)
    assert after(Share(100, 14), FAST) == (60, 40), "below the share nothing moves"
    assert after(Share(1, 1), Share(0, 0)) == (50, 50), "one who carried nothing is not slow"


def test_nothing_moves_when_all_are_slow_or_all_fast_or_points_moved_lately() -> None:
    assert after(SLOW, SLOW) == (60, 40)
    assert after(FAST, FAST) == (60, 40)
    assert after(SLOW, FAST, quiet=timedelta(minutes=4, seconds=59)) == (60, 40)
    assert after(SLOW, FAST, quiet=timedelta(minutes=5)) == (50, 50)


def test_points_stop_at_nothing_and_at_a_hundred() -> None:
    assert after(SLOW, FAST, points=5) == (0, 100)
    assert after(SLOW, FAST, points=0) == (0, 100)


def test_after_a_quiet_while_points_go_back_to_the_resting_points() -> None:
    assert after(FAST, FAST, points=20, quiet=timedelta(minutes=14)) == (20, 80)
    assert after(FAST, FAST, points=20, quiet=timedelta(minutes=15)) == (30, 70)
    assert after(FAST, FAST, points=55, quiet=timedelta(minutes=15)) == (60, 40)


def test_one_provider_alone_keeps_its_points() -> None:
    found = moved({"a": 60}, resting=RESTING, shares={"a": SLOW}, quiet_for=LONG, rule=RULE)
    assert found == {"a": 60}


shares = st.integers(0, 50).flatmap(lambda count: st.builds(Share, st.just(count), st.integers(0, count)))


@given(
    points=st.integers(0, 100),
    resting=st.integers(0, 100),
    a=shares,
    b=shares,
    minutes=st.integers(0, 60),
)
def test_points_are_a_hundred_together_and_move_by_one_step(
    points: int, resting: int, a: Share, b: Share, minutes: int
) -> None:
    found = moved(
        {"a": points, "b": 100 - points},
        resting={"a": resting, "b": 100 - resting},
        shares={"a": a, "b": b},
        quiet_for=timedelta(minutes=minutes),
        rule=RULE,
    )
    assert sum(found.values()) == 100
    assert all(0 <= value <= 100 for value in found.values())
    assert abs(found["a"] - points) <= RULE.step
    if minutes < 5:
        assert found["a"] == points


def test_the_shipped_numbers_are_those_of_the_rule(law: None) -> None:
    value = legal.value("sms_failover", on=moments.today(AT))
    assert Rule.read(value) == RULE


def carried(provider: str, count: int, *, took: timedelta | None, sent_ago: timedelta) -> None:
    """Messages a provider took some time ago, delivered after `took`, or not yet."""
    for _ in range(count):
        message = tell(person("sms"), phone())["sms"]
        sent = AT - sent_ago
        Message.objects.filter(id=message.id).update(
            provider=provider,
            sent_at=sent,
            state="delivered" if took is not None else "sent",
            delivered_at=sent + took if took is not None else None,
        )


@pytest.mark.django_db
def test_slow_messages_are_counted_within_the_window_delivered_or_not() -> None:
    minute = timedelta(minutes=1)
    carried("sms-a", 3, took=minute, sent_ago=10 * minute)
    carried("sms-a", 1, took=6 * minute, sent_ago=10 * minute)
    carried("sms-a", 1, took=None, sent_ago=6 * minute)
    carried("sms-a", 1, took=None, sent_ago=4 * minute)
    carried("sms-a", 5, took=9 * minute, sent_ago=16 * minute)
    carried("sms-b", 2, took=minute, sent_ago=minute)

    assert balancing.measured(RULE, at=AT) == {"sms-a": Share(6, 2), "sms-b": Share(2, 0)}


@pytest.mark.django_db
def test_a_slow_provider_loses_points_in_the_database_and_alarms_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    minute = timedelta(minutes=1)
    providers.standing(at=AT - LONG)
    carried("sms-a", 4, took=7 * minute, sent_ago=9 * minute)
    carried("sms-b", 4, took=minute, sent_ago=9 * minute)

    assert balancing.balance(at=AT) == {"sms-a": 50, "sms-b": 50}
    assert balancing.balance(at=AT + minute) == {"sms-a": 50, "sms-b": 50}
    assert balancing.balance(at=AT + 5 * minute) == {"sms-a": 40, "sms-b": 60}

    Provider.objects.filter(name="sms-a").update(slow_minutes=9)
    with caplog.at_level(logging.ERROR, logger="tinhso.notify"):
        for second in range(3):
            balancing.balance(at=AT + 5 * minute + timedelta(seconds=second))
    assert caplog.text.count("has been slow for") == 1
    balancing.balance(at=AT + LONG)
    assert Provider.objects.get(name="sms-a").alarmed_at is None


@pytest.mark.django_db
def test_a_provider_without_points_is_not_asked_while_another_has_some() -> None:
    providers.standing(at=AT)
    Provider.objects.filter(name="sms-a").update(priority=0)
    Provider.objects.filter(name="sms-b").update(priority=100)
    assert {providers.choose(without=(), at=AT) for _ in range(20)} == {"sms-b"}
    assert providers.choose(without=("sms-b",), at=AT) == "sms-a"
    assert providers.choose(without=("sms-a", "sms-b"), at=AT) is None
