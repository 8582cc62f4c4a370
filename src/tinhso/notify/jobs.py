"""Background work of notify."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation import jobs, moments
from tinhso.notify import delivery


@jobs.job(queue="messages", owner="administrator", retry=delivery.RETRY)
def deliver(*, message_id: str) -> None:
    """Send one mail; after the last try it is marked failed and lies with its owner."""
    delivery.deliver(message_id=UUID(message_id), at=moments.now())


@jobs.job(cron="20 * * * *")
def sweep() -> None:
    """Show mails as failed whose job never came to an end."""
    delivery.give_up_stuck(at=moments.now())
