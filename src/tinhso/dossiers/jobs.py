"""Background work of the one-stop."""

from __future__ import annotations

from uuid import UUID

from tinhso.dossiers.operations import alarms, bulk, erasures
from tinhso.foundation import jobs, moments


@jobs.job(queue="bulk", owner="administrator")
def run_bulk(*, bulk_id: str) -> None:
    """Do one act on many dossiers."""
    bulk.run(UUID(bulk_id), at=moments.now())


@jobs.job(cron="*/15 * * * *")
def sound_alarms() -> None:
    """Tell officers of deadlines that come near or have passed."""
    alarms.sound(at=moments.now())


@jobs.job(cron=jobs.daily(2, 40))
def erase_what_is_no_longer_kept() -> None:
    """Erase dossiers of persons who asked, once their retention ended."""
    erasures.run(at=moments.now())
