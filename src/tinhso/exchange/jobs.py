"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.keeping import archiving, places, retention
from tinhso.foundation import jobs, moments

QUEUE = "exchange-log"


@jobs.job(queue=QUEUE, cron="10 */6 * * *", retry=jobs.ONCE)
def archive_the_log() -> None:
    """Put stamped messages into archive files, every six hours (exchange protocol §13.3)."""
    archiving.archive(at=moments.now(), folder=places.archive(), bodies=places.spool())


@jobs.job(queue=QUEUE, cron="40 */12 * * *", retry=jobs.ONCE)
def clean_the_log() -> None:
    """Let months of the log go that are archived and old enough, every twelve hours (§13.3)."""
    retention.clean(at=moments.now(), folder=places.spool())
