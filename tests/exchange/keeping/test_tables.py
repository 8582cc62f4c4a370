"""The tables of the log are what the models say, in every month, and keep their truth."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from tests.exchange.evidence.trusted import NOW
from tests.exchange.keeping.stamped import MONTH, months
from tests.support.constraints import refused
from tinhso.exchange.keeping.records import least_id, month_of
from tinhso.exchange.models import (
    ArchiveFile,
    ArchiveGroup,
    Message,
    Monitored,
    Signature,
    Stamp,
    Stamped,
    Stamping,
)
from tinhso.foundation.ids import new_id

pytestmark = pytest.mark.django_db
PARTITIONED = (Message, Signature, Stamped)
SIZES = "SELECT count(*) FROM pg_inherits WHERE inhparent = %s::regclass"


def message(**changes: Any) -> Message:
    months(NOW.date())
    return Message.objects.create(
        **{
            "id": least_id(NOW),
            "at": NOW,
            "side": "client",
            "response": False,
            "message_id": "1",
            "request_id": "1",
            "client": "VN-DEMO/GOV/H01/TINHSO",
            "service": "VN-DEMO/GOV/BTP/HOTICH/tra-cuu",
            "mode": "full",
            "head": b"GET",
            **changes,
        }
    )


def archive(**changes: Any) -> ArchiveFile:
    group, _made = ArchiveGroup.objects.get_or_create(
        name="g", defaults={"digest": "a" * 128, "file": "f", "upto": new_id()}
    )
    first = new_id()
    return ArchiveFile.objects.create(
        **{
            "group": group,
            "name": "mlog-1.zip",
            "previous": "",
            "digest": "a" * 128,
            "first_id": first,
            "last_id": first,
            "count": 1,
            "size": 1,
            "made_at": NOW,
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("message_known_side", {"side": "peer"}),
        ("message_known_mode", {"mode": "none"}),
        ("message_body_in_one_place", {"body": b"x", "in_spool": True, "body_digest": bytes(64)}),
        ("message_body_found_by_its_digest", {"in_spool": True}),
        ("message_metadata_has_no_body", {"mode": "metadata", "body": b"x"}),
        ("message_metadata_has_no_body", {"mode": "metadata", "in_spool": True, "body_digest": bytes(64)}),
        ("message_chain_of_a_signature", {"chain": b"x"}),
    ],
)
def test_a_message_that_cannot_be(constraint: str, change: dict[str, Any]) -> None:
    refused(constraint, lambda: message(**change))


def test_a_signature_is_known_by_its_sha512() -> None:
    months(MONTH)
    refused(
        "signature_by_sha512",
        lambda: Signature.objects.create(month=MONTH, digest=b"short", xml=b"x", kept_at=NOW),
    )


@pytest.mark.parametrize(
    ("constraint", "change"),
    [("stamp_of_something", {"count": 0, "chain_result": b"x"}), ("stamp_of_many_by_a_tree", {"count": 2})],
)
def test_a_stamp_that_cannot_be(constraint: str, change: dict[str, Any]) -> None:
    refused(constraint, lambda: Stamp.objects.create(at=NOW, authority="TSA", token=b"x", **change))


def test_a_signature_is_stamped_once_by_a_stamp_that_is_there() -> None:
    months(MONTH)
    stamp = Stamp.objects.create(at=NOW, authority="TSA", token=b"x", count=1)
    Stamped.objects.create(month=MONTH, digest=bytes(64), stamp=stamp)
    refused("stamped.*pkey", lambda: Stamped.objects.create(month=MONTH, digest=bytes(64), stamp=stamp))
    refused("stamp", lambda: Stamped.objects.create(month=MONTH, digest=b"1" * 64, stamp_id=new_id()))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("stamping_is_one_row", {"id": 2}),
        ("stamping_refuses_after_it_failed", {"refuses_after": NOW}),
        (
            "stamping_refuses_after_it_failed",
            {"failing_since": NOW, "refuses_after": NOW - timedelta(seconds=1)},
        ),
    ],
)
def test_a_state_of_the_stamper_that_cannot_be(constraint: str, change: dict[str, Any]) -> None:
    refused(constraint, lambda: Stamping.objects.create(**change))


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("archive_file_of_something", {"count": 0}),
        ("archive_file_in_order", {"last_id": least_id(NOW - timedelta(days=900))}),
        ("archive_file_by_sha512", {"digest": "abc"}),
    ],
)
def test_an_archive_file_that_cannot_be(constraint: str, change: dict[str, Any]) -> None:
    refused(constraint, lambda: archive(**change))


def test_archive_files_of_a_group_follow_each_other_and_have_names_of_their_own() -> None:
    archive()
    refused("archive_file_once", lambda: archive(previous="mlog-1.zip"))
    refused("archive_file_follows_one", lambda: archive(name="mlog-2.zip"))
    refused("archive_group_begun_or_not", lambda: ArchiveGroup.objects.update(upto=None))
    refused("archive_group_begun_or_not", lambda: ArchiveGroup.objects.create(name="h", file="x"))


@pytest.mark.parametrize("model", [*PARTITIONED, Monitored])
def test_a_partitioned_table_has_the_columns_indexes_and_constraints_of_its_model(
    model: type[models.Model],
) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        constraints = connection.introspection.get_constraints(cursor, table)
        cursor.execute("SELECT relkind FROM pg_class WHERE oid = %s::regclass", [table])
        assert cursor.fetchone() == ("p",)
    fields = {field.column: field for field in model._meta.concrete_fields if field.column}
    assert {column.name for column in described} == set(fields)
    for column in described:
        assert column.null_ok == fields[column.name].null, column.name
    for one in (*model._meta.constraints, *model._meta.indexes):
        assert one.name in constraints, one.name
    (key,) = [one["columns"] for one in constraints.values() if one["primary_key"]]
    assert key == [field.column for field in model._meta.pk_fields]


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "exchange", check=True, dry_run=True, verbosity=0)


def test_a_months_partitions_are_made_once_and_touch_the_next() -> None:
    for day in (date(2031, 1, 1), date(2031, 1, 31), date(2031, 2, 28)):
        months(day)
    with connection.cursor() as cursor:
        for model in PARTITIONED:
            cursor.execute(SIZES, [model._meta.db_table])
            (before,) = cursor.fetchone()
            cursor.execute("SELECT exchange_log_month('2031-01-15')")
            cursor.execute(SIZES, [model._meta.db_table])
            assert cursor.fetchone() == (before,)
    turn = NOW.replace(year=2031, month=2, day=1, hour=0, minute=0)
    for at in (turn - timedelta(milliseconds=1), turn):
        row = message(id=least_id(at), at=at)
        with connection.cursor() as cursor:
            cursor.execute("SELECT tableoid::regclass::text FROM exchange_message WHERE id = %s", [row.id])
            assert cursor.fetchone() == (f"exchange_message_{month_of(row.id):%Y_%m}",)


def test_a_partition_never_holds_up_those_who_write_to_others() -> None:
    """It is attached under a lock that lets rows be written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_log_month('2032-01-15')")
        cursor.execute(
            "SELECT array_agg(DISTINCT mode) FROM pg_locks WHERE relation = 'exchange_message'::regclass"
            " AND pid = pg_backend_pid()"
        )
        (modes,) = cursor.fetchone()
    assert not {"ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock", "ShareLock"} & set(modes)
