"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.diagnosing import expiring, trying
from tinhso.exchange.keeping import archiving, places, retention
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


@jobs.job(queue="exchange-log", cron="10 */6 * * *", retry=jobs.ONCE)
def archive_the_log() -> None:
    """Put stamped messages into archive files, every six hours (exchange protocol §13.3)."""
    archiving.archive(at=moments.now(), folder=places.archive(), bodies=places.spool())


@jobs.job(queue="exchange-log", cron="40 */12 * * *", retry=jobs.ONCE)
def clean_the_log() -> None:
    """Let months of the log go that are archived and old enough, every twelve hours (§13.3)."""
    retention.clean(at=moments.now(), folder=places.spool())
