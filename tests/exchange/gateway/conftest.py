"""Two databases, so that two security servers can live in one test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker
from pytest_django.fixtures import Settings as SettingsWrapper

from tests.exchange.gateway.world import AG1, HOTICH, QG1, TINHSO, Side, World, url_of

EMPTY = """
SELECT 'DELETE FROM ' || relname FROM pg_class
WHERE relname LIKE 'exchange\\_%' AND relkind IN ('r', 'p') AND NOT relispartition
"""


@pytest.fixture(scope="session")
def second_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A second copy of the migrated template, beside this worker's own."""
    with django_db_blocker.unblock():
        name = f"{connection.settings_dict['NAME']}_peer"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]
        server.execute(f"CREATE DATABASE {name} TEMPLATE {os.environ['TEST_TEMPLATE']}")  # type: ignore[arg-type]
    yield name
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")  # type: ignore[arg-type]


@pytest.fixture
def peer_database(second_database: str) -> Iterator[str]:
    """The second database, emptied afterwards."""
    yield second_database
    with psycopg.connect(url_of(second_database)) as server:
        server.execute("SET session_replication_role = replica")
        for (statement,) in server.execute(EMPTY).fetchall():
            server.execute(statement)


@pytest.fixture
def world(
    transactional_db: None, peer_database: str, tmp_path: Path, settings: SettingsWrapper
) -> Iterator[World]:
    """An exchange without gateways yet."""
    settings.EXCHANGE = replace(settings.EXCHANGE, keys=tmp_path / "keys", key_password="mat-khau-thu")
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def province(world: World) -> Side:
    """The province's gateway, which asks."""
    return world.add(AG1, str(connection.settings_dict["NAME"]), [TINHSO])


@pytest.fixture
def nation(world: World, province: Side, peer_database: str) -> Side:
    """The nation's gateway, which answers; both know each other."""
    side = world.add(QG1, peer_database, [HOTICH])
    world.publish()
    return side
