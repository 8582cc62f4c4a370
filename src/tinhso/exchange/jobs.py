"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.diagnosing import expiring, trying
from tinhso.exchange.operations import reminding
from tinhso.foundation import jobs, moments


@jobs.job(cron="*/5 * * * *")
def try_dependencies() -> None:
    """Try everything that exchange stands on, and keep what was found."""
    trying.try_all(at=moments.now())


@jobs.job(cron=jobs.daily(6, 30))
def warn_of_endings() -> None:
    """Tell of certificates, agreements and conditions whose end comes near."""
    at = moments.now()
    expiring.warn(at=at)
    reminding.remind(at=at)


@jobs.job(cron="*/5 * * * *")
def keep_agreements() -> None:
    """Write down agreements that rest for conditions nobody accepted, and end those whose time is over."""
    at = moments.now()
    reminding.lapse(at=at)
    reminding.end_over(at=at)
