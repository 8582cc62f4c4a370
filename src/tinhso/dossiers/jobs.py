"""Background work of the one-stop."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tinhso.dossiers import posting
from tinhso.dossiers.operations import ageing, alarms, between_alarms, bulk, bundles, erasures, usual
from tinhso.foundation import jobs, moments


@jobs.job(queue="bulk", owner="administrator")
def run_bulk(*, bulk_id: str) -> None:
    """Do one act on many dossiers."""
    bulk.run(UUID(bulk_id), at=moments.now())


@jobs.job(queue="bulk", owner="administrator")
def start_bundle(*, bundle_id: str) -> None:
    """Begin the parts of a bundle whose results are there."""
    with transaction.atomic():
        bundles.start(UUID(bundle_id), at=moments.now())


@jobs.job(queue="messages", owner="administrator")
def send_letter(*, letter_id: str) -> None:
    """Send an officer's message once it can no longer be taken back."""
    posting.deliver_due(UUID(letter_id), at=moments.now())


@jobs.job(cron="*/15 * * * *")
def sound_alarms() -> None:
    """Tell officers of deadlines that come near or have passed."""
    at = moments.now()
    alarms.sound(at=at)
    between_alarms.sound(at=at)


@jobs.job(cron=jobs.daily(2, 20))
def count_usual_times() -> None:
    """Count how long dossiers of each procedure take."""
    usual.count(at=moments.now())


@jobs.job(cron=jobs.daily(2, 40))
def forget_old_drafts() -> None:
    """Warn owners of drafts nobody goes on with, and delete those whose time is over."""
    at = moments.now()
    ageing.drop(at=at)
    ageing.warn(at=at)


@jobs.job(cron=jobs.daily(2, 50))
def erase_what_is_no_longer_kept() -> None:
    """Erase dossiers of persons who asked, once their retention ended."""
    erasures.run(at=moments.now())
