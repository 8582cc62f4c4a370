"""What supervisors, load balancers and Prometheus are told."""

from __future__ import annotations

import json
import re
import shutil
from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from tinhso.config import health
from tinhso.foundation import jobs, moments

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")
WELL = {"database": "ok", "migrations": "ok", "worker": "ok", "disk": "ok"}


@pytest.fixture
def well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that lives and a disk with room."""
    monkeypatch.setattr(jobs, "alive", lambda **_at: True)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**13, 0, 10**12))


def ready(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def test_a_process_that_answers_says_so_without_asking_the_database(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(connection, "cursor", broken)

    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.usefixtures("well")
def test_all_is_ready_when_each_part_is(client: Client) -> None:
    assert ready(client) == (200, WELL)


@pytest.mark.usefixtures("well")
def test_a_database_that_is_away_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise DatabaseError("away")

    monkeypatch.setitem(health.CHECKS, "database", broken)

    assert ready(client) == (503, {**WELL, "database": "DatabaseError"})


@pytest.mark.usefixtures("well")
def test_a_migration_that_waits_is_counted(client: Client) -> None:
    MigrationRecorder.Migration.objects.filter(app="notify").order_by("-id")[0].delete()

    status, parts = ready(client)
    assert status == 503
    assert re.fullmatch(r"\d+ not applied", parts.pop("migrations"))
    assert set(parts.values()) == {"ok"}


@pytest.mark.usefixtures("well")
def test_a_full_disk_is_named_with_what_is_left(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, 7 * 1024**2))

    assert ready(client) == (503, {**WELL, "disk": "7 MB free"})


def test_a_worker_that_fell_silent_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**13, 0, 10**12))
    beat = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute(beat, [moments.now() - timedelta(minutes=5)])
        assert ready(client) == (503, {**WELL, "worker": "no heartbeat"})

        cursor.execute(beat, [moments.now()])
    assert ready(client) == (200, WELL)


def test_figures_count_requests_by_route_and_work_that_waits(client: Client) -> None:
    client.get("/healthz")
    text = client.get("/metrics").content.decode()

    assert re.search(r'^tinhso_requests_total\{method="GET",route="healthz",status="200"\} ', text, re.M)
    assert re.search(r'^tinhso_request_seconds_count\{route="healthz"\} ', text, re.M)
    assert "# TYPE tinhso_jobs_waiting gauge" in text
    assert re.search(r"^tinhso_dead_letters 0\.0$", text, re.M)


def test_figures_name_no_dossier(client: Client) -> None:
    client.get("/ho-so/H01.23-261129-0001/")

    assert "H01.23-261129-0001" not in client.get("/metrics").content.decode()


def test_the_description_of_the_api_names_the_acts_of_the_one_stop(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"].startswith("3.1")
    assert {"/api/v1/dossiers", "/api/v1/dossiers/{code}", "/api/v1/dossiers/{code}/{act}"} <= set(
        described["paths"]
    )
    keyed = described["paths"]["/api/v1/dossiers"]["post"]["parameters"]
    assert [one["name"] for one in keyed if one["in"] == "header"] == ["Idempotency-Key"]
    assert client.get(reverse("api:openapi-view")).status_code == 200
