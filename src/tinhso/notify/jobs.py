"""Background work of notify."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation import jobs, moments
from tinhso.notify import balancing, delivery


@jobs.job(queue="messages", owner="administrator", retry=delivery.RETRY)
def deliver(*, message_id: str) -> None:
    """Send one message; after the last try it is marked failed and lies with its owner."""
    instead = delivery.deliver(message_id=UUID(message_id), at=moments.now())
    if instead:
        deliver.defer(message_id=str(instead))


@jobs.job(cron="* * * * *")
def balance() -> None:
    """Move traffic between the SMS providers by how slow each is."""
    balancing.balance(at=moments.now())


@jobs.job(cron="20 * * * *")
def sweep() -> None:
    """Queue messages again whose job was lost; show those as failed that never came to an end."""
    at = moments.now()
    delivery.give_up_stuck(at=at)
    for message in delivery.replayable(at=at):
        deliver.defer_once(f"notify.deliver:{message}", {"message_id": str(message)})
