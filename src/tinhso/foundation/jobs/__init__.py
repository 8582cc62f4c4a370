"""Work done later, queued in the same transaction as the change that asks for it.

    @jobs.job(queue="mail", owner="administrator")
    def send_notice(*, dossier_id: str) -> None: ...

    send_notice.defer(dossier_id=str(id))

A job is tried again with growing waits; after the last try it becomes a dead letter of its owner.
"""

from datetime import datetime, time, timedelta

from tinhso.foundation.jobs.declaring import ONCE, GiveUp, Job, Queue, Retry, job, jobs, queues
from tinhso.foundation.jobs.deferring import DEFER, Call, insert, parameters
from tinhso.foundation.jobs.letters import DeadLetterView, dead_letters, discard, retry
from tinhso.foundation.jobs.running import run_until_empty
from tinhso.foundation.jobs.worker import CONSUMERS, alive, consumed, every, last_heartbeat, loops, run_worker
from tinhso.foundation.moments import LOCAL

__all__ = [
    "CONSUMERS",
    "DEFER",
    "ONCE",
    "Call",
    "DeadLetterView",
    "GiveUp",
    "Job",
    "Queue",
    "Retry",
    "alive",
    "consumed",
    "daily",
    "dead_letters",
    "discard",
    "every",
    "insert",
    "job",
    "jobs",
    "last_heartbeat",
    "loops",
    "parameters",
    "queues",
    "retry",
    "run_until_empty",
    "run_worker",
]


def daily(hour: int, minute: int) -> str:
    """The `cron` of a time of day on the province's clock."""
    offset = LOCAL.utcoffset(datetime(2000, 1, 1)) or timedelta()  # noqa: DTZ001 - a clock's offset
    at = datetime.combine(datetime(2000, 1, 2), time(hour, minute)) - offset  # noqa: DTZ001
    return f"{at.minute} {at.hour} * * *"
