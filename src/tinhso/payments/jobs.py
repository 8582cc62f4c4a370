"""Background work of payments."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from tinhso.foundation import jobs, moments
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.payments import ledger, trouble
from tinhso.payments.operations import (
    asking,
    closing_days,
    fetching,
    handing_receipts,
    issuing_receipts,
    opening,
    paying_out,
    reconciling,
    sealing_receipts,
)


@jobs.job(cron="* * * * *")
def expire() -> None:
    """End attempts to pay whose time is over."""
    opening.expire(at=moments.now())


@jobs.job(cron="20 0 * * *")
def roll() -> None:
    """Close the ledger's days that are over."""
    ledger.roll(at=moments.now())


@jobs.job(cron="* * * * *")
def ask_silent() -> None:
    """Ask providers about attempts of which no notice came, and banks for today's list."""
    at = moments.now()
    for source in asking.silent_accounts(at=at):
        _list(source, today(at))
    asking.ask_silent(at=at)


@jobs.job(owner="administrator")
def ask(*, reference: str) -> None:
    """Ask about one attempt, whose person has just come back from the provider's page."""
    asking.ask(reference, at=moments.now())


@jobs.job(cron=jobs.daily(1, 30))
def fetch_lists() -> None:
    """Ask for the list of each source for the days that are over and whose list is not whole yet."""
    at = moments.now()
    trouble.give_waiting(at=at)
    for source, day in fetching.waiting(at=at):
        _list(source, day)


def _list(source: str, day: date) -> None:
    fetch_list.defer_once(f"payments.list:{source}:{day}", {"source": source, "day": str(day)})


@jobs.job(queue="bulk", owner="administrator", retry=jobs.Retry(tries=8, first=timedelta(minutes=1)))
def fetch_list(*, source: str, day: str) -> None:
    """Take the list of one source's day and reconcile it; again later while the source gives none."""
    fetching.fetch(source, date.fromisoformat(day), by=SYSTEM, at=moments.now())


@jobs.job(queue="bulk", owner="administrator")
def reconcile(*, source: str, day: str) -> None:
    """Reconcile one source's day after a statement was uploaded."""
    reconciling.reconcile(date.fromisoformat(day), source, at=moments.now())


@jobs.job(queue="bulk", owner="administrator")
def seal_day(*, day_id: str) -> None:
    """Make and seal the sheet of a closed day."""
    closing_days.seal(UUID(day_id), at=moments.now())


SEALERS = 2
"""So many make files of receipts at once."""


@jobs.every(seconds=1, name="issue receipts")
def issue_receipts() -> None:
    """Write the receipts that wait, and have their files made."""
    issuing_receipts.issue_waiting(at=moments.now())
    if sealing_receipts.unsealed(at=moments.now()):
        for place in range(SEALERS):
            seal_receipts.defer_once(f"payments.seal:{place}", {})


@jobs.job(owner="administrator")
def seal_receipts() -> None:
    """Make and seal files of receipts until none waits."""
    while sealing_receipts.seal_waiting(at=moments.now()):
        pass


@jobs.job(cron="* * * * *")
def hand_receipts() -> None:
    """Hand receipts to the tax side that it has not."""
    for series in handing_receipts.series_waiting():
        hand_series.defer_once(f"payments.hand:{series}", {"series": str(series)})


@jobs.job(queue="bulk", owner="administrator", retry=jobs.Retry(tries=2))
def hand_series(*, series: str) -> None:
    """Hand over what waits of one series, until nothing more is taken."""
    while handing_receipts.hand_over(UUID(series), at=moments.now()):
        pass


@jobs.job(owner="administrator")
def send_refund(*, payout_id: str) -> None:
    """Ask the bank to transfer a refund that two people agreed to."""
    paying_out.send(UUID(payout_id), at=moments.now())


@jobs.job(cron="* * * * *")
def send_silent_refunds() -> None:
    """Ask the bank again about refunds of which it has said nothing."""
    paying_out.send_silent(at=moments.now())
