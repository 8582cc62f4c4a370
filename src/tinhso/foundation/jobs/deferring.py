"""Queueing: one statement for any number of jobs, on Django's own connection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

DEFER = (
    "SELECT procrastinate_defer_jobs_v1(ARRAY(SELECT asked FROM jsonb_populate_recordset("
    "NULL::procrastinate_job_to_defer_v1, %s::jsonb) AS asked))"
)
WAKE = "SELECT pg_notify('procrastinate_queue_v1#' || queue, %s) FROM unnest(%s::text[]) AS queue"
NEWS = '{"type": "job_inserted", "job_id": 0}'
WAITING_ALREADY = "procrastinate_jobs_queueing_lock_idx_v1"


@dataclass(frozen=True, slots=True)
class Call:
    """One job to be queued."""

    queue: str
    job: str
    arguments: Mapping[str, Any]
    at: datetime | None = None
    lock: str = ""
    once: str = ""
    wakes: bool = False
    priority: int = 0

    def row(self) -> dict[str, Any]:
        """The row as the queue's own function takes it."""
        return {
            "queue_name": self.queue,
            "task_name": self.job,
            "priority": self.priority,
            "lock": self.lock or None,
            "queueing_lock": self.once or None,
            "args": dict(self.arguments),
            "scheduled_at": self.at.isoformat() if self.at else None,
        }


def parameters(calls: Sequence[Call]) -> list[str]:
    """Parameters of `DEFER`, for acts that run their own SQL. Raises TypeError for what is not JSON."""
    return [json.dumps([call.row() for call in calls], allow_nan=False)]


def insert(calls: Sequence[Call]) -> bool:
    """Queue calls in the running transaction; False when a call with `once` waits already."""
    if not calls:
        return True
    given = parameters(calls)
    waking = sorted({call.queue for call in calls if call.wakes})
    try:
        with transaction.atomic(savepoint=any(call.once for call in calls)), connection.cursor() as cursor:
            cursor.execute(DEFER, given)
            if waking:
                cursor.execute(WAKE, [NEWS, waking])
    except IntegrityError as error:
        if WAITING_ALREADY in str(error):
            return False
        raise
    return True
