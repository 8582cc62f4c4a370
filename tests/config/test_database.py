"""The database is copied whole: backup, restore, and the way to a newer PostgreSQL, all with real servers."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner
from django.conf import settings

from tinhso.config import database, embedded
from tinhso.foundation.ids import new_id

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
ROWS = 1000


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder the database's own user may enter; pytest's, closed to others, is not one."""
    made = Path(settings.HOME) / "copies" / new_id().hex
    made.mkdir(parents=True)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A data folder whose server holds a small database like ours: keys, triggers, folded words."""
    made = tmp_path / "postgres"
    with psycopg.connect(embedded.start(made).url, autocommit=True) as server:
        server.execute(
            """
            CREATE EXTENSION pg_trgm;
            CREATE TABLE parent (id int PRIMARY KEY, name text NOT NULL);
            CREATE TABLE child (parent int REFERENCES parent, note text);
            INSERT INTO parent SELECT i, 'Nguyễn Văn ' || i FROM generate_series(1, 1000) i;
            INSERT INTO child SELECT id, 'ghi chú' FROM parent WHERE id % 2 = 0;
            CREATE INDEX ON parent USING gin (name gin_trgm_ops);
            """
        )
    yield made
    for each in (made, *tmp_path.glob("postgres.*")):
        embedded.stop(each)


def test_an_upgrade_copies_every_row_and_keeps_the_old_folder(folder: Path) -> None:
    embedded.stop(folder)

    kept, found = database.upgrade(folder, old=Path(sys.executable), at=AT)

    assert found == {"public.parent": ROWS, "public.child": ROWS // 2}
    assert kept.name == f"postgres.{embedded.MAJOR}-20261125-030000"
    assert (kept / "PG_VERSION").exists()
    with psycopg.connect(embedded.start(folder).url) as server:
        assert database.counts(server) == found
        row = server.execute("SELECT name FROM parent WHERE id = 7").fetchone()
        assert row == ("Nguyễn Văn 7",)


def test_a_copy_that_lost_rows_leaves_the_old_folder_in_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded.stop(folder)
    whole = database.load
    monkeypatch.setattr(
        database, "load", lambda url, file: {**whole(url, file), "public.child": ROWS // 2 - 1}
    )

    with pytest.raises(database.Failed, match=r"public\.child: 500 → 499"):
        database.upgrade(folder, old=Path(sys.executable), at=AT)

    with psycopg.connect(embedded.start(folder).url) as server:
        assert database.counts(server)["public.child"] == ROWS // 2


def test_a_backup_is_restored_into_an_empty_database_only_and_counted(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, file = embedded.start(folder).url, tmp_path / "sao-luu"
    monkeypatch.setenv("DATABASE_URL", url)
    saved = CliRunner().invoke(database.db, ["backup", str(file)])
    assert saved.exit_code == 0, saved.output
    assert json.loads((tmp_path / "sao-luu.counts.json").read_text())["public.parent"] == ROWS
    assert file.stat().st_mode & 0o077 == 0

    refused = CliRunner().invoke(database.db, ["restore", str(file)])
    assert refused.exit_code == 1
    assert "không trống" in refused.output

    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE DATABASE other")
    monkeypatch.setenv("DATABASE_URL", url.replace("/postgres?", "/other?"))
    restored = CliRunner().invoke(database.db, ["restore", str(file)])
    assert restored.exit_code == 0, restored.output
    assert "số dòng khớp" in restored.output


@pytest.mark.django_db
def test_the_whole_schema_survives_a_backup(tmp_path: Path) -> None:
    """Functions, immutable wrappers, triggers and exclusion constraints come back in an order that works."""
    made = settings.DATABASES["default"]
    here = f"postgresql://{made['USER']}:@/{made['NAME']}?host={made['HOST']}"
    there = here.replace(f"/{made['NAME']}?", "/restored?")
    with psycopg.connect(here, autocommit=True) as server:
        server.execute("DROP DATABASE IF EXISTS restored")
        server.execute("CREATE DATABASE restored")
        before = database.dump(here, tmp_path / "all")
        assert not database.differences(before, database.load(there, tmp_path / "all"))
        server.execute("DROP DATABASE restored WITH (FORCE)")
    assert before["public.foundation_legalvalue"] > 0


def test_data_of_an_older_postgresql_are_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("17\n")

    with pytest.raises(embedded.OldData, match="tinhso db upgrade"):
        embedded.start(tmp_path)


def test_a_server_that_is_too_old_or_away_is_refused_in_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = embedded.start(folder).url
    database.refuse_old_server(url)
    monkeypatch.setattr(database, "OLDEST", embedded.MAJOR + 1)
    with pytest.raises(click.ClickException, match="quá cũ"):
        database.refuse_old_server(url)
    with pytest.raises(click.ClickException, match="Không nối được"):
        database.refuse_old_server("postgresql://127.0.0.1:1/nobody")


def test_differences_are_told_table_by_table() -> None:
    assert database.differences({"a": 1, "b": 2}, {"b": 2, "c": 3}) == ["a: 1 → không có", "c: không có → 3"]
