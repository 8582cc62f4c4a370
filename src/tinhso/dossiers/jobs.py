"""Background work of the one-stop."""

from __future__ import annotations

from uuid import UUID

from tinhso.dossiers.operations import alarms, bulk, usual
from tinhso.foundation import jobs, moments


@jobs.job(queue="bulk", owner="administrator")
def run_bulk(*, bulk_id: str) -> None:
    """Do one act on many dossiers."""
    bulk.run(UUID(bulk_id), at=moments.now())


@jobs.job(cron="*/15 * * * *")
def sound_alarms() -> None:
    """Tell officers of deadlines that come near or have passed."""
    alarms.sound(at=moments.now())


@jobs.job(cron="20 2 * * *")
def count_usual_times() -> None:
    """Count how long dossiers of each procedure take."""
    usual.count(at=moments.now())
