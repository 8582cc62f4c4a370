"""A worker process of its own, as the tests start and kill it: `python -m tests.foundation.jobs.process`."""

from __future__ import annotations

import time

import django

django.setup()

from django.db import connection  # noqa: E402 - needs Django set up

from tinhso.foundation import jobs  # noqa: E402

jobs.queues.declare("test-process", wakes=True)


@jobs.job(name="test.process_mark", queue="test-process", retry=3)
def mark(*, scope: str, seconds: float = 0) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_numberseries (scope, period, last) VALUES (%s, 'started', 1)"
            " ON CONFLICT (scope, period) DO UPDATE SET last = foundation_numberseries.last + 1",
            [scope],
        )
        time.sleep(seconds)
        cursor.execute(
            "INSERT INTO foundation_numberseries (scope, period, last) VALUES (%s, 'ended', 1)", [scope]
        )


if __name__ == "__main__":
    jobs.run_worker(only=["test-process"])
