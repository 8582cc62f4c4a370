"""Background work of the one-stop."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from tinhso.dossiers import posting
from tinhso.dossiers.operations import (
    ageing,
    alarms,
    between_alarms,
    bulk,
    bundles,
    counting,
    deeming,
    erasures,
    rebasing_runs,
    recount_telling,
    recounts,
    ringing,
    succession,
    unanswered,
    usual,
    vacancies,
)
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


@jobs.job()
def ring_timer(*, timer_id: str) -> None:
    """Do what a clock of a process is for, at its time."""
    ringing.ring(UUID(timer_id), at=moments.now())


@jobs.job(queue="messages", owner="administrator")
def send_letter(*, letter_id: str) -> None:
    """Send an officer's message once it can no longer be taken back."""
    posting.deliver_due(UUID(letter_id), at=moments.now())


@jobs.job(cron="*/15 * * * *")
def sound_alarms() -> None:
    """Tell officers, and who is to supplement, of deadlines that come near or have passed."""
    at = moments.now()
    alarms.sound(at=at)
    between_alarms.sound(at=at)
    unanswered.run(at=at)


@jobs.job(cron="*/15 * * * *")
def let_silence_decide() -> None:
    """Warn of promises whose running out decides, and let those that ran out count as decided."""
    at = moments.now()
    try:
        deeming.run(at=at)
    finally:
        deeming.warn(at=at)


@jobs.job(queue="bulk", owner="administrator")
def recount_promises(*, recount_id: str) -> None:
    """Count promises anew after a calendar was corrected, then tell whom it concerns."""
    at = moments.now()
    recounts.run(UUID(recount_id), at=at)
    recount_telling.run(UUID(recount_id), at=at)


@jobs.job(queue="bulk", owner="administrator")
def rebase_many(*, rebasing_id: str) -> None:
    """Take the dossiers of a run over to the version in force; one that was begun goes on where it was."""
    rebasing_runs.run(UUID(rebasing_id), at=moments.now())


@jobs.job(queue="bulk", owner="administrator")
def give_work_on(*, officer_id: str) -> None:
    """Give on the work of an officer who may no longer do it."""
    vacancies.give_on(at=moments.now(), officer=UUID(officer_id))


@jobs.job(cron="5-59/15 * * * *")
def give_left_work_on() -> None:
    """Give on the work of those whose posts or delegations have run out."""
    vacancies.give_on(at=moments.now())


@jobs.job(queue="bulk", owner="administrator")
def follow_reorganisation(*, unit_ids: list[str]) -> None:
    """Let open dossiers of units that are gone by now go to whoever has their work."""
    succession.follow(at=moments.now(), units=[UUID(id) for id in unit_ids])


@jobs.job(cron=jobs.daily(0, 5))
def follow_successors() -> None:
    """Let open dossiers of units that ended with yesterday go to their successors."""
    succession.follow(at=moments.now())


@jobs.job(cron=jobs.daily(7, 10))
def tell_of_empty_posts() -> None:
    """Tell heads of work that nobody is there to do, every day until somebody does."""
    vacancies.watch(at=moments.now())


@jobs.job(cron="* * * * *")
def fold_counts() -> None:
    """Fold what acts changed into the counts that figures are read from."""
    counting.fold()


@jobs.job(cron=jobs.daily(3, 10))
def recount() -> None:
    """Count all dossiers anew, and name and mend the counts that differ."""
    counting.recount(at=moments.now())


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
