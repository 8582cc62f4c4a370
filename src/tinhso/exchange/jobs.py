"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.operations import reminding
from tinhso.foundation import jobs, moments


@jobs.job(cron="*/5 * * * *")
def keep_agreements() -> None:
    """Write down agreements that rest for conditions nobody accepted, and end those whose time is over."""
    at = moments.now()
    reminding.lapse(at=at)
    reminding.end_over(at=at)


@jobs.job(cron=jobs.daily(7, 45))
def remind() -> None:
    """Tell people what ends in 60, 30, 14, 7 or 1 days."""
    reminding.remind(at=moments.now())
