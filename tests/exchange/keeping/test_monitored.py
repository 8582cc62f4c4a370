"""Figures by the hour, what is told of a period in pages, and how long monitoring is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.exchange.keeping.watched import CLIENT, PROVIDER, watched
from tinhso.exchange import jobs
from tinhso.exchange.keeping import monitored
from tinhso.exchange.models import Monitored, MonitoredHour, MonitoringLost
from tinhso.exchange.protocol.identifiers import parse_client
from tinhso.exchange.protocol.monitoring import Criteria
from tinhso.exchange.queries import monitoring

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
NOW = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)
SECOND = int(NOW.timestamp())


@pytest.fixture(autouse=True)
def _no_old_days() -> Iterator[None]:
    yield
    for day, pending in monitored._partitions():
        if day < date(2026, 11, 25):
            monitored._drop(day, pending=pending)


def test_an_hour_is_counted_until_the_next_one_has_figures() -> None:
    for took in (10, 20, 30, 40, 1_000):
        watched(NOW - timedelta(minutes=10), took=took)
    watched(NOW, took=5_000, succeeded=False, fault_code="server.serverproxy.io_error")
    assert monitored.sum_up(at=NOW + timedelta(seconds=1)) == 1

    (hour,) = MonitoredHour.objects.all()
    assert hour.hour == NOW.replace(minute=0)
    assert (hour.provider, hour.service_code, hour.side) == (PROVIDER, "tra-cuu", "service")
    assert (hour.requests, hour.failures, hour.p50, hour.p95) == (6, 1, 30, 5_000)
    assert (hour.request_bytes, hour.response_bytes) == (6_000, 18_000)
    assert hour.succeeded_at == int((NOW - timedelta(minutes=10)).timestamp() * 1000)
    assert hour.failed_at == SECOND * 1000

    watched(NOW + timedelta(minutes=39))
    watched(NOW + timedelta(minutes=41), side="client")
    assert monitored.sum_up(at=NOW + timedelta(minutes=42)) == 2
    figures = MonitoredHour.objects.order_by("hour").values_list("requests", "side")
    assert list(figures) == [(7, "service"), (1, "client")]
    assert monitored.sum_up(at=NOW + timedelta(minutes=43)) == 2, "counted anew, not twice"
    assert list(figures.all()) == [(7, "service"), (1, "client")]


def test_what_nobody_offers_is_not_counted() -> None:
    watched(NOW, service_code="khong-co", service_type="", succeeded=False)
    watched(NOW, side="client", provider="A/B/C/KHONG-CO", provider_address="", succeeded=False)

    assert monitored.sum_up(at=NOW + timedelta(seconds=1)) == 0


def test_days_go_when_they_are_old_enough_and_figures_later() -> None:
    watched(NOW - timedelta(days=8), message_id="gone")
    watched(NOW - timedelta(days=7), message_id="stays: its day was not over seven days ago")
    watched(NOW, message_id="stays")
    monitored.sum_up(at=NOW + timedelta(seconds=1))
    MonitoringLost.objects.create(day=NOW.date() - timedelta(401), count=1)
    old = MonitoredHour.objects.get(hour__lt=NOW - timedelta(days=6))
    MonitoredHour.objects.filter(pk=old.pk).update(hour=NOW - timedelta(days=401))

    cleaned = monitored.clean(at=NOW)

    assert cleaned.days == (NOW.date() - timedelta(8),)
    assert sorted(Monitored.objects.values_list("message_id", flat=True)) == [
        "stays",
        "stays: its day was not over seven days ago",
    ]
    assert cleaned.hours == 1
    assert MonitoredHour.objects.count() == 1
    assert not MonitoringLost.objects.exists()
    assert monitored.clean(at=NOW).days == ()


def test_the_clock_counts_and_cleans() -> None:
    watched(datetime(2020, 1, 1, tzinfo=UTC))
    watched(datetime.now(UTC) - timedelta(seconds=1))

    jobs.sum_up_monitoring()
    jobs.clean_monitoring()

    assert MonitoredHour.objects.get().requests == 1
    assert Monitored.objects.count() == 1


def _told(begins: int, ends: int, most: int) -> tuple[list[str], int | None]:
    """Message ids of an answer, and where to go on."""
    with CaptureQueriesContext(connection) as asked:
        found = monitoring.records(Criteria(begins, ends), party=None, available=NOW, most=most)
    assert len(asked) <= 3
    return [one["messageId"] for one in found.records], found.following


def test_an_answer_ends_with_a_whole_second_and_says_where_the_next_begins() -> None:
    """Five records in one second, two in the next but one: no second is cut, none is told twice."""
    for number in range(5):
        watched(NOW - timedelta(seconds=100), message_id=f"a{number}")
    for number in range(2):
        watched(NOW - timedelta(seconds=98), message_id=f"b{number}")
    first, later = SECOND - 100, SECOND - 50
    a, b = [f"a{number}" for number in range(5)], ["b0", "b1"]

    assert _told(first, later, most=100) == (a + b, None)
    assert _told(first, later, most=7) == (a + b, None)
    assert _told(first, later, most=6) == (a + b, None)
    assert _told(first, later, most=5) == (a, first + 1)
    assert _told(first, later, most=2) == (a, first + 1)
    assert _told(first + 1, later, most=2) == (b, None)
    assert _told(first, first, most=2) == (a, None)
    assert _told(first + 3, later, most=2) == ([], None)


def test_what_is_too_young_is_told_next_time() -> None:
    watched(NOW - timedelta(seconds=1), message_id="old enough")
    watched(NOW, message_id="too young")

    assert _told(0, SECOND + 9, most=10) == (["old enough"], SECOND)
    assert _told(0, SECOND - 1, most=10) == (["old enough"], None)


def test_an_identifier_that_nobody_can_have_spoils_no_answer() -> None:
    watched(NOW - timedelta(seconds=5), client="%zz", provider="/" * 9, succeeded=False)

    (one,) = monitoring.records(Criteria(0, SECOND), party=None, available=NOW).records

    assert not [name for name in one if name.startswith(("clientMember", "serviceMember"))]


def test_health_of_others_is_of_their_own_exchanges_only() -> None:
    watched(NOW - timedelta(seconds=5), took=100)
    watched(NOW - timedelta(seconds=4), took=300, client="VN-DEMO/GOV/BYT/KHAC", succeeded=False)
    watched(NOW - timedelta(days=3), service_code="im-lang")
    monitored.sum_up(at=NOW)

    mine = monitoring.health(provider=None, party=parse_client(CLIENT), at=NOW)
    every = monitoring.health(provider=None, party=None, at=NOW)
    none = monitoring.health(provider=parse_client(CLIENT), party=None, at=NOW)

    assert [(one.service.code, one.succeeded, one.failed) for one in mine] == [("tra-cuu", 1, 0)]
    assert [(one.service.code, one.succeeded, one.failed) for one in every] == [
        ("im-lang", 0, 0),
        ("tra-cuu", 1, 1),
    ]
    assert every[0].duration is None
    assert every[0].succeeded_at == int((NOW - timedelta(days=3)).timestamp() * 1000)
    assert every[1].duration
    assert (every[1].duration.least, every[1].duration.most) == (100, 100)
    assert none == []
