"""Background work of the counter."""

from __future__ import annotations

from tinhso.counter.operations import closing
from tinhso.foundation import jobs, moments


@jobs.job(cron=jobs.daily(0, 10))
def close_past_days() -> None:
    """Close numbers of past days."""
    closing.close_past_days(at=moments.now())
