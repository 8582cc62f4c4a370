"""The test database: a template migrated once per set of migrations, cloned for each worker."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import fasteners
import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from tinhso.foundation import legal, moments

from tests.support.browser import browser, live_site, open_page, page  # noqa: F401 - fixtures of every test

SOURCE = Path(settings.SOURCE)


def _fingerprint() -> str:
    """Changes whenever a migration of ours changes."""
    digest = hashlib.sha256()
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


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give this worker its own database, cloned from the migrated template."""
    template = f"template_{_fingerprint()}"
    worker = f"test_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    lock = fasteners.InterProcessLock(Path(settings.HOME) / "template.lock")
    with django_db_blocker.unblock(), lock:
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
            connection.close()
            _maintain(f"ALTER DATABASE template_in_the_making RENAME TO {template}")
        _maintain(f"DROP DATABASE IF EXISTS {worker} WITH (FORCE)")
        _maintain(f"CREATE DATABASE {worker} TEMPLATE {template}")
        _use(worker)
    yield
    with django_db_blocker.unblock():
        connection.close()
        _maintain(f"DROP DATABASE IF EXISTS {worker} WITH (FORCE)")


@pytest.fixture(autouse=True)
def _no_jobs_left_behind(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Django's flush after a test with real transactions leaves the queue's tables out: empty them too."""
    yield
    marker = request.node.get_closest_marker("django_db")
    real = marker is not None and bool(marker.kwargs.get("transaction"))
    if real or "transactional_db" in request.fixturenames or "live_server" in request.fixturenames:
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
