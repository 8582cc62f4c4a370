"""A month of the log goes as a whole, when it is archived and old enough, and never before."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection

from tests.exchange.keeping.laid import conninfo
from tests.exchange.keeping.proved import kept, request, signed, stamped
from tests.exchange.keeping.stamped import months
from tinhso.exchange import jobs
from tinhso.exchange.keeping import archiving, places, retention, spool, writer
from tinhso.exchange.keeping.records import least_id, month_of
from tinhso.exchange.models import ArchiveFile, Message, Signature, Stamp, Stamped

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("law")]
OLD = datetime(2020, 5, 31, 23, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_old_months(monkeypatch: pytest.MonkeyPatch) -> None:
    """Months that earlier tests left would be over as well. What was logged just now is settled."""
    monkeypatch.setattr(archiving, "SETTLED", timedelta(seconds=-5))
    for month in retention._months():
        if month < date(2026, 1, 1):
            retention._drop(month)


def old(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int = 2, **changes: object) -> list[UUID]:
    """Messages that were logged in May 2020."""
    numbers = iter(range(1_000))
    with monkeypatch.context() as then:
        then.setattr(writer, "new_id", lambda: UUID(int=least_id(OLD).int + next(numbers)))
        return kept(tmp_path, signed([request(**changes) for _ in range(count)]))


def archived(tmp_path: Path) -> None:
    archiving.archive(at=datetime.now(UTC), folder=tmp_path / "archive", bodies=tmp_path)


def test_a_month_that_is_archived_and_old_goes_with_its_signatures_and_stamps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old(monkeypatch, tmp_path)
    stamped()
    (today,) = kept(tmp_path, signed([request()]))
    stamped()
    archived(tmp_path)

    before = datetime(2020, 7, 1, tzinfo=UTC) - timedelta(seconds=1)
    assert retention.clean(at=before, folder=tmp_path).months == ()
    gone = retention.clean(at=before + timedelta(seconds=1), folder=tmp_path)

    assert (gone.months, gone.stamps) == ((date(2020, 5, 1),), 1)
    assert [row.id for row in Message.objects.all()] == [today]
    assert {row.month for row in Signature.objects.all()} == {month_of(today)}
    assert {row.month for row in Stamped.objects.all()} == {month_of(today)}
    assert Stamp.objects.count() == 1
    assert ArchiveFile.objects.exists(), "archives stay"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('exchange_message_2020_05')")
        assert cursor.fetchone() == (None,)


def test_what_is_not_archived_stays_however_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old(monkeypatch, tmp_path)
    assert retention.clean(at=datetime.now(UTC), folder=tmp_path).months == ()
    stamped()
    assert retention.clean(at=datetime.now(UTC), folder=tmp_path).months == ()
    archived(tmp_path)
    assert retention.clean(at=datetime.now(UTC), folder=tmp_path).months == (date(2020, 5, 1),)


def test_an_empty_month_goes_and_a_month_after_one_that_stays_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(date(2019, 1, 1))
    old(monkeypatch, tmp_path)
    months(date(2020, 6, 1))
    assert retention.clean(at=datetime.now(UTC), folder=tmp_path).months == (date(2019, 1, 1),)


def test_bodies_of_months_that_went_go_and_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = spool.spooled(tmp_path, b"old body")
    old(monkeypatch, tmp_path, count=1, body=body)
    body.close()
    os.utime(spool.address(tmp_path, body.digest), (OLD.timestamp(), OLD.timestamp()))
    fresh = spool.spooled(tmp_path, b"fresh body")
    kept(tmp_path, signed([request(body=fresh)]))
    fresh.close()
    stamped()
    archived(tmp_path)

    assert retention.clean(at=datetime.now(UTC), folder=tmp_path).bodies == 1

    assert not spool.address(tmp_path, body.digest).exists()
    assert spool.address(tmp_path, fresh.digest).exists()


def test_the_clock_archives_and_cleans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "spool", lambda: tmp_path)
    monkeypatch.setattr(places, "archive", lambda: tmp_path / "archive")
    old(monkeypatch, tmp_path)
    stamped()

    jobs.archive_the_log()
    jobs.clean_the_log()

    assert ArchiveFile.objects.get().count == 2
    assert not Message.objects.exists()


def test_dropping_a_month_holds_up_no_writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open transaction that wrote to this month does not wait, nor is it waited for by others."""
    old(monkeypatch, tmp_path)
    stamped()
    archived(tmp_path)
    months(datetime.now(UTC).date())
    locks: list[str] = []
    real = retention._drop

    def watched(month: date) -> None:
        with psycopg.connect(conninfo()) as other:
            other.execute("SET lock_timeout = '2s'")
            real(month)
            other.execute(
                "INSERT INTO exchange_signature (month, digest, xml, kept_at)"
                " VALUES (date_trunc('month', now())::date, sha512('x'), 'x', now())"
            )
            locks.append("written")

    monkeypatch.setattr(retention, "_drop", watched)
    retention.clean(at=datetime.now(UTC), folder=tmp_path)
    assert locks == ["written"]


def test_a_detachment_that_died_is_brought_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    months(date(2019, 3, 1))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exchange_message DETACH PARTITION exchange_message_2019_03 CONCURRENTLY")
    assert retention.clean(at=datetime.now(UTC), folder=tmp_path).months == (date(2019, 3, 1),)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('exchange_message_2019_03')")
        assert cursor.fetchone() == (None,)
