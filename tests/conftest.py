"""The test database: a template migrated once per set of migrations, cloned for each worker."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

import fasteners
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tinhso.foundation import legal, moments, worktime
from tinhso.foundation.remembered import Remembered

SOURCE = Path(settings.SOURCE)


def _fingerprint() -> str:
    """Changes whenever a migration of ours, a shipped legal value or the making of the template changes."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for file in sorted(SOURCE.glob("**/migrations/*.py")):
        digest.update(str(file.relative_to(SOURCE)).encode() + file.read_bytes())
    for file in sorted(SOURCE.glob("*/legal/*.json")):
        digest.update(file.read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())
    return digest.hexdigest()[:12]


def _maintain(sql: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql)  # type: ignore[arg-type]  # names are made here, not given


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def _warm() -> None:
    """Remember the law and the national calendar for good, so that tests can count their own queries."""
    Remembered.seconds = math.inf
    legal.text("public_channel", on=moments.today(moments.now()))
    worktime.calendar(worktime.NATIONAL)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Give this worker its own database, cloned from the migrated template."""
    template = f"template_{_fingerprint()}"
    worker = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    lock = fasteners.InterProcessLock(Path(settings.HOME) / "template.lock")
    with django_db_blocker.unblock(), lock:  # type: ignore[attr-defined]  # pytest-django's blocker is untyped here
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
            server.execute("ALTER SYSTEM SET fsync = off")
            server.execute("ALTER SYSTEM SET full_page_writes = off")
            server.execute("SELECT pg_reload_conf()")
            found = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone()
        if not found:
            _maintain("DROP DATABASE IF EXISTS template_in_the_making WITH (FORCE)")
            _maintain("CREATE DATABASE template_in_the_making")
            _use("template_in_the_making")
            call_command("migrate", verbosity=0, interactive=False)
            legal.load(at=moments.now())
            worktime.load(at=moments.now())
            connection.close()
            _maintain(f"ALTER DATABASE template_in_the_making RENAME TO {template}")
        _maintain(f"DROP DATABASE IF EXISTS {worker} WITH (FORCE)")
        _maintain(f"CREATE DATABASE {worker} TEMPLATE {template}")
        _use(worker)
        _warm()
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connection.close()
        _maintain(f"DROP DATABASE IF EXISTS {worker} WITH (FORCE)")


@pytest.fixture
def law(db: None) -> None:
    """The shipped law and national calendar; for tests with `transaction=True`, which empty all tables."""
    legal.load(at=moments.now())
    worktime.load(at=moments.now())


@pytest.fixture(autouse=True)
def _nothing_remembered_of_committed_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a `transaction=True` test committed is gone afterwards from the tables, and here from memory."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        Remembered.forget_everything()
