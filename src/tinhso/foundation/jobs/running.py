"""Running one job, and what happens when it fails."""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from tinhso.foundation import moments
from tinhso.foundation.jobs import letters
from tinhso.foundation.jobs.declaring import Job, jobs

LAST_FRAMES = 6
FETCH = "SELECT id, task_name, queue_name, args, attempts FROM procrastinate_fetch_job_v2(NULL, NULL)"
FINISH = "SELECT procrastinate_finish_job_v1(%s, %s::procrastinate_job_status, %s)"
AGAIN = "SELECT procrastinate_retry_job_v2(%s, %s::timestamptz, NULL, NULL, NULL)"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A job taken from the queue; `attempts` is how often it was tried before."""

    id: int
    name: str
    queue: str
    arguments: Mapping[str, Any]
    attempts: int


def execute(fetched: Fetched) -> None:
    """Run it; keep a dead letter when this was its last try. Raises what the job raises."""
    declared: Job[Any] = jobs.get(fetched.name)
    given = {
        name: value for name, value in fetched.arguments.items() if not declared.cron or name != "timestamp"
    }
    try:
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            declared.function(**given)
    except Exception as error:
        if declared.retry.wait(made=fetched.attempts + 1, error=error) is None:
            keep(fetched, error="".join(traceback.format_exception(error, limit=-LAST_FRAMES)))
        raise


def keep(fetched: Fetched, *, error: str) -> None:
    """Keep the job as a dead letter."""
    letters.write(
        job_id=fetched.id,
        name=fetched.name,
        queue=fetched.queue,
        arguments=fetched.arguments,
        error=error,
        tries=fetched.attempts + 1,
        at=moments.now(),
    )


def _fetch() -> Fetched | None:
    with connection.cursor() as cursor:
        cursor.execute(FETCH)
        job_id, name, queue, arguments, attempts = cursor.fetchone()
    if job_id is None:
        return None
    loaded = json.loads(arguments) if isinstance(arguments, str) else arguments
    return Fetched(id=job_id, name=name, queue=queue, arguments=loaded, attempts=attempts)


def _settle(fetched: Fetched, wait: timedelta | None, *, failed: bool) -> None:
    with connection.cursor() as cursor:
        if failed and wait is not None:
            cursor.execute(AGAIN, [fetched.id, moments.now() + wait])
        else:
            cursor.execute(FINISH, [fetched.id, "failed" if failed else "succeeded", not failed])


def run_until_empty(*, waits: bool = True, limit: int = 1000) -> int:
    """Run what waits, here and one by one, as tests and demos need it; returns how many runs that were.

    Failed jobs are tried again as the worker would, but without their waits when `waits` is false; then
    also what is due later runs now. Errors end in dead letters, not here. Raises RuntimeError past `limit`.
    """
    runs = 0
    while True:
        if not waits:
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE procrastinate_jobs SET scheduled_at = NULL"
                    " WHERE status = 'todo' AND scheduled_at IS NOT NULL"
                )
        fetched = _fetch()
        if fetched is None:
            return runs
        runs += 1
        if runs > limit:
            raise RuntimeError(f"jobs keep coming after {limit} runs, the last is {fetched.name}")
        _run(fetched)


def _run(fetched: Fetched) -> None:
    if fetched.name not in jobs:
        keep(fetched, error="no job of this name is declared")
        _settle(fetched, None, failed=True)
        return
    try:
        execute(fetched)
    except Exception as error:
        _settle(
            fetched, jobs.get(fetched.name).retry.wait(made=fetched.attempts + 1, error=error), failed=True
        )
    else:
        _settle(fetched, None, failed=False)
