from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tinhso.foundation import jobs, moments
from tinhso.foundation.errors import Conflict, NotFound
from tinhso.foundation.jobs import letters
from tinhso.foundation.refs import SYSTEM

pytestmark = pytest.mark.django_db

mended: list[str] = []


@jobs.job(name="test.mendable", queue="test-letters", retry=1)
def mendable(*, word: str) -> None:
    mended.append(word)


def letter(job_id: int = 1, name: str = "test.mendable") -> None:
    letters.write(
        job_id=job_id,
        name=name,
        queue="test-letters",
        arguments={"word": "x"},
        error="boom\x00",
        tries=1,
        at=moments.now(),
    )


def test_a_retried_letter_runs_the_job_anew_and_is_closed_by_whoever_asked() -> None:
    mended.clear()
    letter()
    (kept,) = jobs.dead_letters()

    jobs.retry(kept.id, by=SYSTEM, at=moments.now())
    jobs.run_until_empty()

    assert mended == ["x"]
    assert jobs.dead_letters() == ()
    (closed,) = jobs.dead_letters(resolved=True)
    assert (closed.how, closed.resolved_by) == ("retried", SYSTEM.name)


def test_a_letter_is_resolved_once() -> None:
    letter()
    (kept,) = jobs.dead_letters()
    jobs.discard(kept.id, by=SYSTEM, at=moments.now(), reason="twin")

    with pytest.raises(Conflict):
        jobs.retry(kept.id, by=SYSTEM, at=moments.now())


def test_a_job_of_an_older_release_cannot_be_retried_and_stays_open() -> None:
    letter(name="test.of_old")
    (kept,) = jobs.dead_letters()

    with pytest.raises(Conflict):
        jobs.retry(kept.id, by=SYSTEM, at=moments.now())
    assert [view.id for view in jobs.dead_letters()] == [kept.id]


def test_a_letter_nobody_knows_is_not_found() -> None:
    with pytest.raises(NotFound):
        jobs.discard(uuid4(), by=SYSTEM, at=moments.now())


def test_letters_are_paged_newest_first() -> None:
    for number in range(5):
        letter(job_id=number)
    newest = jobs.dead_letters(limit=2)
    older = jobs.dead_letters(before=newest[-1].id, limit=10)

    assert len(newest) == 2
    assert len(older) == 3
    assert newest[0].id > newest[1].id > older[0].id


@pytest.mark.parametrize(
    "change",
    [
        "resolved_at = now()",
        "how = 'retried'",
        "resolved_at = now(), resolved_by = '{}', how = 'forgotten'",
        "tries = -1",
    ],
)
def test_the_table_refuses_a_half_resolved_letter(change: str) -> None:
    letter()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE foundation_deadletter SET {change}")  # noqa: S608 - fixed texts above


def test_the_table_refuses_two_letters_of_one_job() -> None:
    letter()
    letter()
    assert len(jobs.dead_letters()) == 1
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_deadletter (id, job_id, name, queue, arguments, error, owner, tries, at)"
            " VALUES (gen_random_uuid(), 1, '', '', '{}', '', '', 1, now())"
        )
