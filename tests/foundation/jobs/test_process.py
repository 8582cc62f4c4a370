from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from tests.foundation.audit.support import AT, OFFICER, subject
from tests.foundation.jobs.process import mark
from tinhso.foundation import audit, jobs, moments
from tinhso.foundation.jobs import rescue
from tinhso.foundation.numbering import NumberSeries

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 30


def until(true: Callable[[], bool]) -> float:
    """Wait for something; the seconds it took."""
    started = time.monotonic()
    while not true():
        assert time.monotonic() - started < PATIENCE_SECONDS, "it did not happen"
        time.sleep(0.02)
    return time.monotonic() - started


def reached(scope: str, period: str) -> int:
    return NumberSeries.objects.filter(scope=scope, period=period).values_list("last", flat=True).first() or 0


def start() -> subprocess.Popen[bytes]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path="/" + connection.settings_dict["NAME"]))
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tinhso.config.settings"}
    return subprocess.Popen([sys.executable, "-m", "tests.foundation.jobs.process"], env=environment)


@pytest.fixture
def worker() -> Iterator[subprocess.Popen[bytes]]:
    process = start()
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_worker_lives_wakes_seals_and_ends_when_told(worker: subprocess.Popen[bytes]) -> None:
    until(lambda: jobs.alive(at=moments.now()))
    audit.append([audit.entry_of("test.step", by=OFFICER, at=AT, on=subject(1))])

    mark.defer(scope="woken")

    until(lambda: reached("woken", "ended") == 1)
    assert until(lambda: audit.verify(at=AT).seals == 1) < 5
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert jobs.last_heartbeat() is None


def test_a_queue_that_wakes_does_not_wait_for_the_next_look(worker: subprocess.Popen[bytes]) -> None:
    until(lambda: jobs.alive(at=moments.now()))
    mark.defer(scope="first")
    until(lambda: reached("first", "ended") == 1)

    waits = []
    for turn in range(5):
        mark.defer(scope=f"turn {turn}")
        waits.append(until(lambda turn=turn: reached(f"turn {turn}", "ended") == 1))  # type: ignore[misc]

    assert sorted(waits)[2] < 0.4


def test_a_job_whose_worker_was_killed_is_finished_by_the_next(worker: subprocess.Popen[bytes]) -> None:
    mark.defer(scope="killed", seconds=3)
    until(lambda: reached("killed", "started") == 1)
    worker.kill()
    worker.wait()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - %s", [timedelta(hours=1)])
    assert reached("killed", "ended") == 0

    assert rescue.rescue() == 1
    second = start()
    try:
        until(lambda: reached("killed", "ended") == 1)
    finally:
        second.kill()
        second.wait()
    assert reached("killed", "started") == 2
    assert jobs.dead_letters() == ()
