from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from tinhso.foundation import jobs, moments
from tinhso.foundation.jobs.declaring import Job

pytestmark = pytest.mark.django_db

ran: list[dict[str, object]] = []


@jobs.job(name="test.note", queue="test", owner="leader", retry=3)
def note(*, word: str, fail: int = 0) -> None:
    ran.append({"word": word})
    if len(ran) <= fail:
        raise RuntimeError(f"cannot note {word}")


@jobs.job(name="test.hopeless", queue="test", owner="clerk", unit_argument="unit_id")
def hopeless(*, unit_id: str = "") -> None:
    raise jobs.GiveUp("no use")


@jobs.job(name="test.urgent", queue="test-urgent")
def urgent() -> None:
    ran.append({"word": "urgent"})


jobs.queues.declare("test-urgent", wakes=True)


@pytest.fixture(autouse=True)
def _clean() -> None:
    ran.clear()


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return int(cursor.fetchone()[0])


def test_a_job_of_a_failed_act_is_never_run() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        note.defer(word="lost")
        raise RuntimeError

    assert jobs.run_until_empty() == 0
    assert ran == []


def test_a_queued_job_runs_with_its_arguments_and_leaves_nothing_behind() -> None:
    note.defer(word="Ân")

    assert jobs.run_until_empty() == 1
    assert ran == [{"word": "Ân"}]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone()[0] == 0


def test_many_jobs_are_queued_in_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        note.defer_batch([{"word": str(number)} for number in range(50)])

    assert jobs.run_until_empty() == 50
    assert [line["word"] for line in ran] == [str(number) for number in range(50)]


def test_a_failing_job_is_tried_again_and_then_leaves_one_dead_letter_with_its_owner() -> None:
    note.defer(word="bad", fail=99)

    assert jobs.run_until_empty(waits=False) == 3
    (letter,) = jobs.dead_letters()
    assert (letter.name, letter.owner, letter.tries) == ("test.note", "leader", 3)
    assert letter.arguments == {"word": "bad", "fail": 99}
    assert "RuntimeError: cannot note bad" in letter.error


def test_a_job_that_recovers_leaves_no_letter() -> None:
    note.defer(word="slow", fail=2)

    assert jobs.run_until_empty(waits=False) == 3
    assert jobs.dead_letters() == ()


def test_a_failed_job_waits_before_the_next_try() -> None:
    note.defer(word="later", fail=1)

    assert jobs.run_until_empty() == 1
    assert waiting() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs")
        due = cursor.fetchone()[0]
    assert timedelta(seconds=7) < due - moments.now() < timedelta(seconds=13)


def test_a_job_that_gives_up_is_not_tried_again_and_its_letter_names_the_unit() -> None:
    unit = uuid4()
    hopeless.defer(unit_id=str(unit))

    assert jobs.run_until_empty(waits=False) == 1
    assert [letter.unit for letter in jobs.dead_letters(owner="clerk", units=(unit,))] == [unit]


def test_a_job_nobody_declares_any_more_becomes_a_letter() -> None:
    unknown: Job[[]] = Job(name="test.gone", queue="test", owner="", retry=jobs.ONCE, function=lambda: None)
    unknown.defer()

    assert jobs.run_until_empty() == 1
    assert [letter.name for letter in jobs.dead_letters()] == ["test.gone"]


def test_of_jobs_with_one_word_only_one_waits() -> None:
    assert jobs.insert([note.call({"word": "a"}, once="note")])
    assert not jobs.insert([note.call({"word": "b"}, once="note")])
    assert jobs.run_until_empty() == 1
    assert jobs.insert([note.call({"word": "c"}, once="note")])


def test_a_job_for_tomorrow_does_not_run_today() -> None:
    jobs.insert([note.call({"word": "tomorrow"}, at=moments.now() + timedelta(days=1))])

    assert jobs.run_until_empty() == 0
    assert jobs.run_until_empty(waits=False) == 1


def test_an_argument_that_is_not_json_is_refused_when_queued() -> None:
    with pytest.raises(TypeError):
        note.defer(word=uuid4())  # type: ignore[arg-type]  # the fault under test
    with pytest.raises(TypeError):
        note.defer("word")  # type: ignore[call-arg, misc]  # the fault under test


def test_a_database_error_in_a_job_does_not_stop_the_ones_after_it() -> None:
    broken.defer()
    note.defer(word="after")

    assert jobs.run_until_empty() == 2
    assert ran == [{"word": "after"}]


@jobs.job(name="test.broken", queue="test", retry=1)
def broken() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1/0")


def test_the_waits_grow_up_to_their_limit() -> None:
    policy = jobs.Retry(tries=9, first=timedelta(seconds=10), factor=4, most=timedelta(hours=1), jitter=0)

    waits = [policy.wait(made=made) for made in range(1, 10)]

    assert waits[:4] == [timedelta(seconds=s) for s in (10, 40, 160, 640)]
    assert waits[5:] == [timedelta(hours=1)] * 3 + [None]


def test_a_job_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match=r"test\.note"):
        jobs.job(name="test.note")(lambda: None)


def test_a_time_of_day_is_meant_on_the_clock_of_the_province() -> None:
    assert jobs.daily(1, 15) == "15 18 * * *"
    assert jobs.daily(12, 0) == "0 5 * * *"


def test_inserting_jobs_notifies_only_for_queues_that_ask_for_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled FROM pg_trigger"
            " WHERE tgname = 'procrastinate_jobs_notify_queue_job_inserted_v1'"
        )
        assert cursor.fetchall() == [("D",)]
    assert urgent.call({}).wakes
    assert not note.call({"word": ""}).wakes
