"""Background work of payments."""

from __future__ import annotations

from tinhso.foundation import jobs, moments
from tinhso.payments import ledger
from tinhso.payments.operations import opening


@jobs.job(cron="* * * * *")
def expire() -> None:
    """End attempts to pay whose time is over."""
    opening.expire(at=moments.now())


@jobs.job(cron="20 0 * * *")
def roll() -> None:
    """Close the ledger's days that are over."""
    ledger.roll(at=moments.now())
