"""Background work of payments."""

from __future__ import annotations

from tinhso.foundation import jobs, moments
from tinhso.payments import ledger
from tinhso.payments.operations import asking, opening


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
    """Ask providers about attempts of which no notice came."""
    asking.ask_silent(at=moments.now())


@jobs.job(owner="administrator")
def ask(*, reference: str) -> None:
    """Ask about one attempt, whose person has just come back from the provider's page."""
    asking.ask(reference, at=moments.now())
