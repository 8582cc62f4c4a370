"""Records of monitoring: written in batches, put aside while the database is away, counted when lost."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.exchange.keeping.laid import CLIENT, conninfo
from tests.support.constraints import refused
from tests.support.waiting import WITHIN_SECONDS
from tinhso.exchange.keeping import monitor
from tinhso.exchange.keeping.monitor import Monitor
from tinhso.exchange.keeping.observed import COLUMNS, Observed
from tinhso.exchange.models import Monitored, MonitoredHour, MonitoringLost
from tinhso.exchange.protocol import monitoring
from tinhso.foundation import moments

pytestmark = pytest.mark.django_db(transaction=True)
NOWHERE = "host=127.0.0.1 port=1 dbname=none connect_timeout=2"
BEGAN = 1_790_000_000_000


def seen(number: int = 1, **facts: Any) -> Observed:
    """A request that was answered in a hundred milliseconds."""
    return Observed(
        **{
            "side": "service",
            "request_in": BEGAN + number,
            "response_out": BEGAN + number + 100,
            "software": "7.8.0",
            "own_address": "10.0.0.1",
            "client": CLIENT,
            "provider": "VN-DEMO/GOV/H01/TINHSO",
            "service_code": "tra-cuu",
            "message_id": f"m-{number}",
            "succeeded": True,
            **facts,
        }
    )


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitor, "PAUSE_SECONDS", 0.01)


async def _until(condition: Any) -> None:
    async with asyncio.timeout(WITHIN_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def test_every_field_is_kept_as_it_was_seen(tmp_path: Path) -> None:
    whole = {
        **{name: f"x {name}" for name in COLUMNS if isinstance(getattr(seen(), name), str)},
        "side": "client",
        "fault_code": "",
        "succeeded": True,
        "status": 299,
        **{name: number for number, name in enumerate(COLUMNS[:10], start=BEGAN // 1_000_000)},
    }

    async def work() -> None:
        one = Monitor(conninfo(), folder=tmp_path)
        await one.start()
        one.note(Observed(**whole))
        await one.close()
        assert (one.kept, one.lost, one.waiting) == (1, 0, 0)

    run(work())
    row = Monitored.objects.get()
    assert {name: getattr(row, name) for name in COLUMNS} == whole


def test_long_texts_are_cut_and_none_keeps_a_record_out(tmp_path: Path) -> None:
    async def work() -> None:
        one = Monitor(conninfo(), folder=tmp_path)
        await one.start()
        odd = "\x00\ud800" + "ộ" * 3_000
        one.note(seen(message_id=odd, user_id=odd, fault_string=odd, succeeded=False))
        await one.close()

    run(work())
    row = Monitored.objects.get()
    assert [len(text) for text in (row.message_id, row.user_id, row.fault_string)] == [255, 255, 2_048]


def test_nothing_is_lost_while_the_database_is_away(tmp_path: Path) -> None:
    """What could not be written waits in files; the next node takes it up, with what it sees itself."""

    async def away() -> None:
        one = Monitor(NOWHERE, folder=tmp_path)
        await one.start()
        one.note(seen(1))
        await _until(lambda: list(tmp_path.glob("*.monitored")))
        one.note(seen(2))
        await one.close()
        assert (one.kept, one.lost) == (0, 0)

    async def back() -> None:
        one = Monitor(conninfo(), folder=tmp_path)
        await one.start()
        one.note(seen(3))
        await _until(lambda: not one.waiting)
        await one.close()
        assert (one.kept, one.lost) == (3, 0)

    run(away())
    run(back())
    assert set(Monitored.objects.values_list("message_id", flat=True)) == {"m-1", "m-2", "m-3"}
    assert not list(tmp_path.iterdir())


def test_a_file_that_another_node_writes_is_left_to_it(tmp_path: Path) -> None:
    async def work() -> None:
        first = Monitor(NOWHERE, folder=tmp_path)
        await first.start()
        first.note(seen(1))
        await first.close()
        nodes = [Monitor(conninfo(), folder=tmp_path) for _each in range(3)]
        for node in nodes:
            await node.start()
        await _until(lambda: not any(node.waiting for node in nodes))
        for node in nodes:
            await node.close()

    run(work())
    assert Monitored.objects.count() == 1


def test_what_finds_no_place_is_counted_and_told(tmp_path: Path) -> None:
    """Neither database nor disk: memory keeps the newest; how many were lost stands in the database later."""

    async def work() -> None:
        one = Monitor(NOWHERE, folder=tmp_path, held=10, spilled=0)
        await one.start()
        for number in range(25):
            one.note(seen(number))
        assert (one.lost, one.waiting) == (15, 10)
        one._conninfo = conninfo()
        await _until(lambda: not one.waiting)
        await one.close()
        assert (one.kept, one.lost) == (10, 15)

    run(work())
    assert {one.message_id for one in Monitored.objects.all()} == {f"m-{number}" for number in range(15, 25)}
    assert MonitoringLost.objects.get().count == 15


def test_a_lost_connection_is_opened_again(tmp_path: Path) -> None:
    async def work() -> None:
        one = Monitor(conninfo(), folder=tmp_path)
        await one.start()
        one.note(seen(1))
        await _until(lambda: one.kept == 1)
        async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as other:
            await other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'exchange monitoring' AND datname = current_database()"
            )
        one.note(seen(2))
        await _until(lambda: one.kept == 2)
        await one.close()

    run(work())
    assert Monitored.objects.count() == 2


def test_a_day_whose_partition_is_missing_gets_one(tmp_path: Path) -> None:
    async def work() -> None:
        one = Monitor(conninfo(), folder=tmp_path)
        await one.start()
        one.note(seen(1))
        await _until(lambda: one.kept == 1)
        async with await psycopg.AsyncConnection.connect(conninfo(), autocommit=True) as other:
            await other.execute(f"DROP TABLE exchange_monitored_{moments.now():%Y_%m_%d}")  # type: ignore[arg-type]
        one.note(seen(2))
        await _until(lambda: one.kept == 2)
        await one.close()

    run(work())
    assert Monitored.objects.get().message_id == "m-2"


def _row(**facts: Any) -> Monitored:
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_monitored_day(now()::date)")
    return Monitored(**{"side": "client", "request_in": 5, "response_out": 6, "succeeded": True, **facts})


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("monitored_known_side", {"side": "peer"}),
        ("monitored_ends_after_it_began", {"response_out": 4}),
        ("monitored_fault_is_no_success", {"fault_code": "server.x"}),
    ],
)
def test_a_record_that_cannot_be(constraint: str, facts: dict[str, Any]) -> None:
    refused(constraint, lambda: _row(**facts).save(force_insert=True))


@pytest.mark.parametrize(
    ("constraint", "facts"),
    [
        ("monitored_hour_known_side", {"side": "peer"}),
        ("monitored_hour_of_something", {"requests": 0}),
        ("monitored_hour_of_something", {"failures": 2}),
        ("monitored_hour_in_order", {"p50": 3}),
    ],
)
def test_figures_that_cannot_be(constraint: str, facts: dict[str, Any]) -> None:
    row = MonitoredHour(
        **{
            "hour": moments.now(),
            "side": "client",
            "provider": "a",
            "service_code": "b",
            "service_version": "",
            "service_type": "",
            "requests": 1,
            "failures": 0,
            "p50": 1,
            "p95": 2,
            "request_bytes": 0,
            "response_bytes": 0,
            **facts,
        }
    )
    refused(constraint, lambda: row.save(force_insert=True))


def test_a_count_of_nothing_lost_is_not_kept() -> None:
    refused(
        "monitoring_lost_something",
        lambda: MonitoringLost.objects.create(day=moments.today(moments.now()), count=0),
    )


def test_the_columns_are_the_protocols_fields() -> None:
    """Identifiers of four parts stand in one column, `monitoringDataTs` in the row's id."""
    assert len(COLUMNS) == len(monitoring.FIELDS) - 1 - 3 - 3
