from __future__ import annotations

import threading
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries

from tests.foundation.audit.support import AT, OFFICER, broken, run, subject, write
from tinhso.foundation import audit, crypto
from tinhso.foundation.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_an_untouched_trace_is_whole_and_tells_what_waits() -> None:
    write()

    verdict = audit.verify(at=AT + timedelta(minutes=10))

    assert verdict.intact
    assert (verdict.entries, verdict.chains, verdict.seals, verdict.unsealed) == (12, 3, 2, 3)
    assert verdict.unsealed_age == timedelta(minutes=7)
    assert len(verdict.head) == 64


def test_an_entry_is_written_with_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    entry = audit.entry_of("test.step", by=OFFICER, at=AT, on=subject(1))
    with django_assert_num_queries(1):
        audit.append([entry])


def test_several_entries_of_one_transaction_keep_their_order_in_their_chains() -> None:
    entries = [
        audit.entry_of(f"test.{number}", by=OFFICER, at=AT, on=subject(number % 2)) for number in range(6)
    ]
    audit.append(entries)

    assert [line.act for line in audit.trace("dossier", UUID(int=0))] == ["test.4", "test.2", "test.0"]
    assert broken() == ""


@pytest.mark.parametrize("table", ["auditentry", "auditseal", "auditstamp", "auditchain"])
def test_nobody_empties_the_trace(table: str) -> None:
    with (
        pytest.raises(IntegrityError, match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE foundation_{table} CASCADE")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE foundation_auditentry SET act = 'x' WHERE seq = 1",
        "UPDATE foundation_auditentry SET seq = 99 WHERE seq = 1",
        "DELETE FROM foundation_auditentry WHERE seq = 4",
        "DELETE FROM foundation_auditchain",
        "UPDATE foundation_auditseal SET at = now()",
        "DELETE FROM foundation_auditseal",
    ],
)
def test_what_is_written_can_be_neither_changed_nor_deleted(sql: str) -> None:
    write()
    with (
        pytest.raises(IntegrityError, match="written once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_two_entries_cannot_stand_at_one_place() -> None:
    write()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_auditentry (subject_kind, subject_id, seq, at, actor_kind, act, payload,"
            " previous, hash) SELECT subject_kind, subject_id, seq, at, actor_kind, act, payload, previous,"
            " hash FROM foundation_auditentry WHERE seq = 2"
        )


def test_an_entry_before_the_first_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.create(
            subject_kind="x",
            subject_id=uuid4(),
            seq=0,
            at=AT,
            actor_kind="officer",
            act="x",
            payload=b"",
            previous=b"",
            hash=b"",
        )


def test_a_value_sealed_for_a_person_goes_with_the_person_and_the_chain_stays_whole() -> None:
    person = uuid4()
    text = audit.sealed(person, "091200000001")
    audit.append([audit.entry_of("test.see", by=OFFICER, at=AT, on=subject(1), details={"who": text})])
    (line,) = audit.trace("dossier", UUID(int=1))
    assert audit.unsealed(person, line.details["who"]) == "091200000001"
    assert "091200000001" not in text

    crypto.erase(person, at=AT)

    with pytest.raises(crypto.Erased):
        audit.unsealed(person, line.details["who"])
    assert broken() == ""


@pytest.mark.parametrize("text", ["plain", "sealed:%%%"])
def test_text_that_was_never_sealed_says_so(text: str) -> None:
    with pytest.raises(ValueError, match="never sealed"):
        audit.unsealed(uuid4(), text)


def test_a_trace_is_paged_newest_first() -> None:
    write(chains=1, entries=5)
    first = audit.trace("dossier", UUID(int=1), limit=2)
    rest = audit.trace("dossier", UUID(int=1), before=first[-1].seq)

    assert [line.seq for line in (*first, *rest)] == [5, 4, 3, 2, 1]
    assert first[0].details == {"step": 4}
    assert first[0].actor_name == OFFICER.name


def test_one_chain_is_checked_without_walking_the_others() -> None:
    write()
    run("UPDATE foundation_auditentry SET payload = payload || 'x'::bytea WHERE subject_id = %s", UUID(int=2))

    assert audit.verify_chain("dossier", UUID(int=1)) is None
    assert audit.verify_chain("dossier", UUID(int=2)) is not None


@pytest.mark.django_db(transaction=True)
def test_many_acts_at_once_on_the_same_subjects_neither_deadlock_nor_fork() -> None:
    faults: list[Exception] = []

    def work(seed: int) -> None:
        try:
            for turn in range(10):
                order = [subject((seed + turn + step) % 4) for step in range(4)]
                entries = [audit.entry_of("test.step", by=OFFICER, at=AT, on=one) for one in order]
                with transaction.atomic():
                    audit.append(entries)
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    def keep_sealing() -> None:
        while any(writer.is_alive() for writer in writers):
            audit.seal(at=AT, batch=7)
        connection.close()

    writers = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
    sealers = [threading.Thread(target=keep_sealing) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in (*writers, *sealers):
        thread.join()
    audit.seal(at=AT)

    assert faults == []
    verdict = audit.verify(at=AT)
    assert verdict.intact, verdict.breaks
    assert (verdict.entries, verdict.unsealed) == (320, 0)


@pytest.mark.django_db(transaction=True)
def test_the_sealer_neither_waits_for_nor_loses_an_act_that_takes_long() -> None:
    """An entry with a lower id, committed after a higher one was sealed, is sealed next."""
    written, may_commit = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            audit.append([audit.entry_of("test.slow", by=OFFICER, at=AT, on=subject(1))])
            written.set()
            may_commit.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    audit.append([audit.entry_of("test.fast", by=OFFICER, at=AT, on=subject(2))])

    assert audit.seal(at=AT) == 1
    may_commit.set()
    thread.join()
    assert audit.seal(at=AT) == 1
    assert audit.verify(at=AT).intact
