"""Background work of exports."""

from __future__ import annotations

from uuid import UUID

from tinhso.exports.operations import keeping
from tinhso.foundation import jobs, moments


@jobs.job(queue="exports", owner="administrator", retry=3)
def write(*, export_id: str) -> None:
    """Write the file of an export."""
    keeping.write(UUID(export_id), clock=moments.now)


@jobs.job(cron="40 * * * *")
def forget_old_files() -> None:
    """Let go of files whose time is over."""
    while keeping.expire(at=moments.now()):
        pass
