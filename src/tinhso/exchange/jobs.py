"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.diagnosing import expiring, trying
from tinhso.foundation import jobs, moments


@jobs.job(cron="*/5 * * * *")
def try_dependencies() -> None:
    """Try everything that exchange stands on, and keep what was found."""
    trying.try_all(at=moments.now())


@jobs.job(cron=jobs.daily(6, 30))
def warn_of_endings() -> None:
    """Tell of certificates that end soon."""
    expiring.warn(at=moments.now())
