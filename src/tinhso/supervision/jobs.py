"""Background work of supervision."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation import jobs, moments
from tinhso.supervision.operations import digesting, reminding, sealing


@jobs.job(queue="bulk", owner="administrator")
def seal(*, closing_id: str) -> None:
    """Make and seal the PDF of a closed report."""
    sealing.seal(closing_id=UUID(closing_id), at=moments.now())


@jobs.job(cron=jobs.daily(7, 30))
def remind() -> None:
    """Remind agencies of the reports that are due today."""
    reminding.remind_all(at=moments.now())


@jobs.job(cron="1 * * * *")
def digests() -> None:
    """Ask for each digest whose hour has come."""
    waiting = digesting.due(at=moments.now())
    digest.defer_batch([{"officer_id": str(officer)} for officer in waiting])


@jobs.job(queue="messages", owner="administrator")
def digest(*, officer_id: str) -> None:
    """Send one officer the digest of the day."""
    digesting.send(officer=UUID(officer_id), at=moments.now())
