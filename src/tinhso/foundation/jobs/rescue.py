"""Jobs whose worker died, and failures that left no letter."""

from __future__ import annotations

import json
from datetime import datetime

from django.db import connection, transaction

from tinhso.foundation import moments
from tinhso.foundation.jobs.declaring import jobs
from tinhso.foundation.jobs.running import AGAIN, FINISH, Fetched, keep

STALE_SECONDS = 45
ORPHANS = (
    "SELECT job.id, job.task_name, job.queue_name, job.args, job.attempts FROM procrastinate_jobs job"
    " LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id"
    " WHERE job.status = 'doing' AND (worker.id IS NULL"
    " OR worker.last_heartbeat < now() - make_interval(secs => %s)) FOR UPDATE OF job SKIP LOCKED"
)
SILENT = (
    "SELECT id, task_name, queue_name, args, attempts FROM procrastinate_jobs job WHERE status = 'failed'"
    " AND NOT EXISTS (SELECT FROM foundation_deadletter letter WHERE letter.job_id = job.id)"
    " ORDER BY id LIMIT 500"
)
KEPT = (
    "DELETE FROM procrastinate_jobs job USING foundation_deadletter letter"
    " WHERE letter.job_id = job.id AND job.status = 'failed'"
)


def _rows(sql: str, *parameters: str | int | bool | datetime) -> list[Fetched]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [
            Fetched(
                id=job_id,
                name=name,
                queue=queue,
                arguments=json.loads(arguments) if isinstance(arguments, str) else arguments,
                attempts=attempts,
            )
            for job_id, name, queue, arguments, attempts in cursor.fetchall()
        ]


def rescue() -> int:
    """Queue again the jobs of dead workers; one that has no try left becomes a dead letter.

    Safe beside other workers. Returns how many were found.
    """
    with transaction.atomic():
        orphans = _rows(ORPHANS, STALE_SECONDS)
        for orphan in orphans:
            declared = jobs.get(orphan.name) if orphan.name in jobs else None
            if declared and declared.retry.wait(made=orphan.attempts + 1) is not None:
                _call(AGAIN, orphan.id, moments.now())
            else:
                keep(orphan, error="the worker died while running this job")
                _call(FINISH, orphan.id, "failed", False)
    return len(orphans)


def sweep() -> int:
    """Give a letter to failed jobs that left none (an unknown name, a cut before the letter), and clear
    from the queue what has its letter. Returns how many letters were written."""
    with transaction.atomic():
        silent = _rows(SILENT)
        for job in silent:
            keep(job, error="the job failed without a report; its name may be unknown to this release")
        _call(KEPT)
    return len(silent)


def _call(sql: str, *parameters: str | int | bool | datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
