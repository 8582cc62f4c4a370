"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.diagnosing import expiring
from tinhso.exchange.diagnosing import trying as dependencies
from tinhso.exchange.keeping import archiving, monitored, places, retention
from tinhso.exchange.messages import delivering, trying
from tinhso.exchange.messages.delivering import deliver
from tinhso.exchange.operations import reminding, warning
from tinhso.exchange.publishing import pushing, writing
from tinhso.exchange.publishing.pushing import push
from tinhso.exchange.usage import disputing
from tinhso.foundation import jobs, moments

__all__ = ["deliver", "push"]


@jobs.job(cron="*/5 * * * *")
def try_dependencies() -> None:
    """Try everything that exchange stands on, and keep what was found."""
    dependencies.try_all(at=moments.now())


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


@jobs.job(cron=jobs.daily(0, 10))
def move_disputes() -> None:
    """Let disputes of units that stand no more go to their successors."""
    disputing.follow(at=moments.now())


@jobs.job(cron="* * * * *")
def tell_of_quotas() -> None:
    """Tell both sides of agreements whose limit is nearly used up."""
    warning.tell(at=moments.now())


@jobs.job(cron="* * * * *")
def queue_lost_messages() -> None:
    """Queue messages again whose job was lost."""
    delivering.queue_lost(at=moments.now())


@jobs.job(queue="upkeep", cron="35 * * * *")
def forget_messages() -> None:
    """Forget what messages said whose time is over."""
    while trying.forget(at=moments.now()):
        pass


@jobs.job(queue="exchange-log", cron="10 */6 * * *", retry=jobs.ONCE)
def archive_the_log() -> None:
    """Put stamped messages into archive files, every six hours (exchange protocol §13.3)."""
    archiving.archive(at=moments.now(), folder=places.archive(), bodies=places.spool())


@jobs.job(queue="exchange-log", cron="40 */12 * * *", retry=jobs.ONCE)
def clean_the_log() -> None:
    """Let months of the log go that are archived and old enough, every twelve hours (§13.3)."""
    retention.clean(at=moments.now(), folder=places.spool())


@jobs.job(queue="exchange-log", cron="*/10 * * * *", retry=jobs.ONCE)
def sum_up_monitoring() -> None:
    """Count what services did in each hour, from monitoring's records."""
    monitored.sum_up(at=moments.now())


@jobs.job(queue="exchange-log", cron="20 */6 * * *", retry=jobs.ONCE)
def clean_monitoring() -> None:
    """Let days of monitoring go that are old enough, every six hours (exchange protocol §15)."""
    monitored.clean(at=moments.now())


@jobs.every(seconds=1, name="tell other systems")
def tell_other_systems() -> None:
    """Place what was published, and have it pushed."""
    at = moments.now()
    while writing.place(at=at):
        pass
    pushing.queue_due(at=at)
