from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tinhso.foundation import jobs, moments
from tinhso.foundation.jobs import rescue, worker

pytestmark = pytest.mark.django_db(transaction=True)

seen: list[tuple[str, int]] = []


@jobs.job(name="test.whose_connection", queue="test-worker")
def whose_connection(*, word: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        seen.append((word, cursor.fetchone()[0]))


@jobs.job(name="test.always_failing", queue="test-worker", retry=1)
def always_failing() -> None:
    raise RuntimeError("never works")


@pytest.fixture(autouse=True)
def _clean() -> None:
    seen.clear()


def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status::text, count(*) FROM procrastinate_jobs"
            " WHERE task_name LIKE 'test.%%' GROUP BY status"
        )
        return dict(cursor.fetchall())


def run() -> None:
    jobs.run_worker(wait=False, only=["test-worker"])


def test_the_real_worker_runs_what_was_queued_and_keeps_its_connections_between_jobs() -> None:
    whose_connection.defer_batch([{"word": str(number)} for number in range(20)])

    run()

    assert sorted(word for word, _pid in seen) == sorted(str(number) for number in range(20))
    assert len({pid for _word, pid in seen}) <= worker.CONCURRENCY
    assert counts() == {}


def test_a_job_that_fails_for_good_in_the_real_worker_leaves_one_letter() -> None:
    always_failing.defer()

    run()
    rescue.sweep()
    rescue.sweep()

    assert [letter.name for letter in jobs.dead_letters()] == ["test.always_failing"]
    assert counts() == {}


def test_every_declared_queue_is_consumed() -> None:
    taken = {name for consumer in jobs.CONSUMERS for name in jobs.consumed(consumer)}

    assert {queue.name for queue in jobs.queues} == taken
    assert {declared.queue for _name, declared in jobs.jobs} <= taken


def test_every_declared_job_is_known_to_the_worker() -> None:
    assert {name for name, _job in jobs.jobs} <= set(worker.application().tasks)


def kill_the_worker_in_the_middle(attempts: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - '1 h'::interval)")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s,"
            " worker_id = (SELECT max(id) FROM procrastinate_workers)",
            [attempts],
        )


def test_a_job_whose_worker_died_is_run_again_by_the_next() -> None:
    whose_connection.defer(word="again")
    kill_the_worker_in_the_middle(attempts=0)

    assert rescue.rescue() == 1
    run()

    assert [word for word, _pid in seen] == ["again"]


def test_a_job_that_kills_its_worker_every_time_becomes_a_letter() -> None:
    whose_connection.defer(word="deadly")
    kill_the_worker_in_the_middle(attempts=5)

    assert rescue.rescue() == 1

    (letter,) = jobs.dead_letters()
    assert letter.tries == 6
    assert counts() == {"failed": 1}


def test_a_job_of_a_living_worker_is_left_alone() -> None:
    whose_connection.defer(word="busy")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing',"
            " worker_id = (SELECT max(id) FROM procrastinate_workers)"
        )

    assert rescue.rescue() == 0


def test_a_letter_is_written_once_however_many_see_the_failure() -> None:
    always_failing.defer()
    kill_the_worker_in_the_middle(attempts=0)
    rescuers = [threading.Thread(target=lambda: (rescue.rescue(), connection.close())) for _ in range(4)]
    for rescuer in rescuers:
        rescuer.start()
    for rescuer in rescuers:
        rescuer.join()

    assert len(jobs.dead_letters()) == 1


def test_the_heartbeat_tells_whether_a_worker_lives() -> None:
    assert jobs.last_heartbeat() is None
    assert not jobs.alive(at=moments.now())
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")

    assert jobs.alive(at=moments.now())
    assert not jobs.alive(at=moments.now() + timedelta(minutes=1))
