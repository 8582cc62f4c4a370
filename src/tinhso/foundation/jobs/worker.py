"""The worker process: takes jobs, runs the small loops, tells that it lives."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import procrastinate
from django.db import close_old_connections, connection
from procrastinate.contrib.django import app as django_app
from procrastinate.jobs import Job as QueuedJob

from tinhso.foundation.jobs.declaring import WORKER, Job, Retry, jobs, queues
from tinhso.foundation.jobs.running import Fetched, execute
from tinhso.foundation.registry import Registry

logger = logging.getLogger(__name__)
POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 5.0
CONCURRENCY = 4
SLOWEST_LOOP_SECONDS = 60.0
MISSED_CLOCK_SECONDS = 6 * 3600
CONSUMERS = (WORKER,)


@dataclass(frozen=True, slots=True)
class Loop:
    """Something light that every worker does again and again; it must bear being done by two at once."""

    name: str
    seconds: float
    function: Callable[[], object]


loops: Registry[Loop] = Registry("loop")


def every(*, seconds: float, name: str) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Run the decorated function in each worker, `seconds` after its last end; slower while it fails."""

    def declare(function: Callable[[], object]) -> Callable[[], object]:
        loops.add(name, Loop(name=name, seconds=seconds, function=function))
        return function

    return declare


class _Strategy(procrastinate.BaseRetryStrategy):
    def __init__(self, retry: Retry) -> None:
        self._retry = retry

    def get_retry_decision(
        self, *, exception: BaseException, job: QueuedJob
    ) -> procrastinate.RetryDecision | None:
        wait = self._retry.wait(made=job.attempts + 1, error=exception)
        if wait is None:
            return None
        return procrastinate.RetryDecision(retry_in={"seconds": max(1, round(wait.total_seconds()))})


class _Held:
    """The connections that job threads keep, closed when the worker ends: threads end without a word."""

    def __init__(self) -> None:
        self._by_thread: dict[int, Any] = {}

    def keep(self) -> None:
        """Remember this thread's connection."""
        self._by_thread[threading.get_ident()] = connection.connection

    def close(self) -> None:
        """Close them all; only once no job runs."""
        for held in self._by_thread.values():
            if held is not None:
                held.close()
        self._by_thread.clear()


_held = _Held()


def _task(declared: Job[Any]) -> Callable[..., None]:
    def run(context: procrastinate.JobContext, **arguments: Any) -> None:
        job = context.job
        if job.id is None:
            raise ValueError("a job from the queue has an id")
        fetched = Fetched(
            id=job.id, name=job.task_name, queue=job.queue, arguments=arguments, attempts=job.attempts
        )
        try:
            execute(fetched)
        finally:
            _held.keep()

    run.__name__ = declared.name
    return run


def application() -> procrastinate.App:
    """Procrastinate's app with every declared job bound to it."""
    for name, declared in jobs:
        if name in django_app.tasks:
            continue
        task = django_app.task(
            name=name, queue=declared.queue, retry=_Strategy(declared.retry), pass_context=True
        )(_task(declared))
        if declared.cron:
            django_app.periodic(cron=declared.cron)(cast(Any, task))
    return django_app


def consumed(consumer: str = WORKER) -> list[str]:
    """The queues that a consumer takes jobs from."""
    return [queue.name for queue in queues if queue.consumer == consumer]


def run_worker(
    *,
    consumer: str = WORKER,
    concurrency: int = CONCURRENCY,
    wait: bool = True,
    only: Collection[str] | None = None,
) -> None:
    """Take jobs until the process is told to stop (or, without `wait`, until none is due).

    Each of the `concurrency` threads keeps one database connection between jobs and looks whether it
    still lives before each. `only` narrows the queues.
    """
    app = application()
    app.periodic_defaults = {"max_delay": MISSED_CLOCK_SECONDS}
    names = [name for name in consumed(consumer) if only is None or name in only]
    looping = _Looping() if wait else None
    with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]  # Django's has it
        try:
            if looping:
                looping.start()
            app.run_worker(
                name=consumer,
                queues=names,
                concurrency=concurrency,
                wait=wait,
                delete_jobs="successful",
                fetch_job_polling_interval=POLL_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                listen_notify=wait and any(queue.wakes for queue in queues if queue.name in names),
            )
        finally:
            if looping:
                looping.stop()
            _held.close()


class _Looping:
    """Threads of the declared loops."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(loop,), name=f"loop {name}", daemon=True)
            for name, loop in loops
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _run(self, loop: Loop) -> None:
        pause = loop.seconds
        try:
            while not self._stop.wait(pause):
                close_old_connections()
                try:
                    loop.function()
                    pause = loop.seconds
                except Exception:
                    pause = min(pause * 2, SLOWEST_LOOP_SECONDS)
                    logger.exception("loop %s failed, again in %.0f s", loop.name, pause)
        finally:
            connection.close()


def last_heartbeat() -> datetime | None:
    """When a worker last said that it lives; None when none is running."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        found = cursor.fetchone()[0]
    return cast("datetime | None", found)


def alive(*, at: datetime, within: timedelta = timedelta(seconds=30)) -> bool:
    """Whether a worker said that it lives within that time before `at`."""
    beat = last_heartbeat()
    return beat is not None and at - beat <= within
