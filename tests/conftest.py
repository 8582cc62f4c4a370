"""The test database: a template migrated once per set of migrations, cloned for each worker."""

from __future__ import annotations

import asyncio
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
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from pytest_django import DjangoDbBlocker

from tests.support.browser import browser, live_site, open_page, page  # noqa: F401 - fixtures of every test
from tinhso.config import demo
from tinhso.foundation import legal, moments, worktime
from tinhso.foundation.remembered import Remembered

SOURCE = Path(settings.SOURCE)
hypothesis.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.load_profile("untimed")


def _fingerprint() -> str:
    """Changes whenever a migration of ours, a shipped legal value or the making of the template changes."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for pattern in ("**/migrations/*.py", "*/legal/*.json", "*/reference.py"):
        for file in sorted(SOURCE.glob(pattern)):
            digest.update(str(file.relative_to(SOURCE)).encode() + file.read_bytes())
    digest.update(repr(settings.INSTALLED_APPS).encode())
    return digest.hexdigest()[:12]


def _maintain(sql: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(sql)  # type: ignore[arg-type]  # names are made here, not given


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


REFERENCE = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "foundation_legalvalue",
        "foundation_workcalendar",
        "foundation_calendarhours",
        "foundation_calendarday",
        "foundation_numberpattern",
        "payments_revenuecode",
    }
)


_started: dict[str, tuple[int, ...]] = {}
LAW = "SELECT count(*), max(id), count(effective_to), count(withdrawn_at) FROM foundation_legalvalue"


def _law() -> tuple[int, ...]:
    """What tells whether a test changed the law."""
    with connection.cursor() as cursor:
        cursor.execute(LAW)
        return tuple(cursor.fetchone())


# Emptying a table that nothing wrote to costs as much as a full one: only those with pages are.
WRITTEN = """
SELECT format('DELETE FROM %%I', c.relname) FROM pg_class AS c
WHERE c.oid = ANY(%s::regclass[]) AND CASE c.relkind WHEN 'p' THEN EXISTS
    (SELECT FROM pg_partition_tree(c.oid) AS p WHERE p.isleaf AND pg_relation_size(p.relid) > 0)
    ELSE pg_relation_size(c.oid) > 0 END
UNION ALL
SELECT format('SELECT setval(%%L, %%s, false)', s.seqrelid::regclass, s.seqstart)
FROM pg_sequence AS s JOIN pg_depend AS d ON d.objid = s.seqrelid AND d.deptype IN ('a', 'i')
WHERE d.refobjid = ANY(%s::regclass[]) AND pg_sequence_last_value(s.seqrelid) IS NOT NULL
"""


def _empty(tables: list[str]) -> None:
    """All rows of these tables go, their numbering starts anew. Waits for whoever still writes; no guard of
    the database speaks, whatever it keeps from being deleted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(WRITTEN, [tables, tables])
        cursor.execute("; ".join(statement for (statement,) in cursor.fetchall()) or "SELECT")


def _empty_all_but_reference(law: tuple[int, ...] | None = None) -> None:
    """What tests with real transactions wrote goes; what every province starts with stays.

    With `law`, the law as it was at the start: a test that changed it gets it laid anew.
    """
    _empty(sorted(set(connection.introspection.table_names()) - REFERENCE))
    if law is not None and _law() != law:
        _empty(["foundation_legalvalue"])
        legal.load(at=moments.now())
        _empty_all_but_reference()


def _warm() -> None:
    """Remember the law and the national calendar for good, so that tests can count their own queries."""
    Remembered.seconds = math.inf
    legal.text("public_channel", on=moments.today(moments.now()))
    worktime.calendar(worktime.NATIONAL)


@pytest.fixture(autouse=True, scope="session")
def _reference_data_outlives_tests() -> None:
    """Django empties every table after a test with real transactions; ours keeps reference data."""

    def teardown(_case: TransactionTestCase) -> None:
        _empty_all_but_reference(law=_started.get("law"))

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[method-assign]


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
            demo.load_reference(at=moments.now())
            _empty_all_but_reference()
            connection.close()
            _maintain(f"ALTER DATABASE template_in_the_making RENAME TO {template}")
        _maintain(f"DROP DATABASE IF EXISTS {worker} WITH (FORCE)")
        _maintain(f"CREATE DATABASE {worker} TEMPLATE {template}")
        os.environ["TEST_TEMPLATE"] = template
        _use(worker)
        _started["law"] = _law()
        _warm()
    yield
    with django_db_blocker.unblock():
        connection.close()
        _maintain(f"DROP DATABASE IF EXISTS {worker} WITH (FORCE)")


@pytest.fixture
def law(db: None) -> None:
    """The shipped law and national calendar; here already, named by the tests that rest on them."""


@pytest.fixture(autouse=True)
def _nothing_remembered_of_committed_tests(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a `transaction=True` test committed is gone afterwards from the tables, and here from memory."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is not None and marker.kwargs.get("transaction"):
        Remembered.forget_everything()


@pytest.fixture(autouse=True)
def _no_loop_left_by_the_browser(request: pytest.FixtureRequest) -> Iterator[None]:
    """The browser's event loop counts as running in this thread between its calls; other tests have none."""
    if {"browser", "page", "open_page"} & set(request.fixturenames):
        yield
        return
    left = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(left)
