"""Background work of the exchange."""

from __future__ import annotations

from tinhso.exchange.diagnosing import expiring, trying
from tinhso.exchange.messages import delivering
from tinhso.exchange.messages import trying as sending
from tinhso.exchange.messages.delivering import deliver
from tinhso.exchange.publishing import pushing, writing
from tinhso.exchange.publishing.pushing import push
from tinhso.foundation import jobs, moments

__all__ = ["deliver", "push"]


@jobs.job(cron="*/5 * * * *")
def try_dependencies() -> None:
    """Try everything that exchange stands on, and keep what was found."""
    trying.try_all(at=moments.now())


@jobs.job(cron=jobs.daily(6, 30))
def warn_of_endings() -> None:
    """Tell of certificates that end soon."""
    expiring.warn(at=moments.now())


@jobs.job(cron="* * * * *")
def queue_lost_messages() -> None:
    """Queue messages of our rooms again whose job was lost."""
    delivering.queue_lost(at=moments.now())


@jobs.job(queue="upkeep", cron="35 * * * *")
def forget_messages() -> None:
    """Forget what messages of our rooms said whose time is over."""
    while sending.forget(at=moments.now()):
        pass


@jobs.every(seconds=1, name="tell other systems")
def tell_other_systems() -> None:
    """Place what was published, and have it pushed."""
    at = moments.now()
    while writing.place(at=at):
        pass
    pushing.queue_due(at=at)
