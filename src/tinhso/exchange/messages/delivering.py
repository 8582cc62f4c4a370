"""Delivery of what was sent: after commit, again with growing waits, dead in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from tinhso.exchange.message_contracts import MessageKind, MessageState
from tinhso.exchange.messages import trying
from tinhso.exchange.messages.clients import clients
from tinhso.exchange.messages.transport import Tried
from tinhso.exchange.models import Errand
from tinhso.foundation import jobs, moments

OVERDUE = timedelta(minutes=2)
"""So long after its time a message is queued anew: its job was lost."""
LONGEST_WAIT = timedelta(days=1)


@jobs.job(name="exchange.deliver", queue="exchange", owner="administrator")
def deliver(*, message_id: str) -> None:
    """Try one message; again later by its client's policy, dead after its last try."""
    one(UUID(message_id), at=moments.now())


def one(message_id: UUID, *, at: datetime) -> None:
    """Try a message that is due."""
    message = trying.claim(message_id, at=at)
    if message is None:
        return
    tried, _read = trying.once(message, at=at)
    again_at = _again(message, tried, at=moments.now())
    trying.settle(message, tried, again_at=again_at, at=max(at, moments.now()))
    if again_at is not None:
        deliver.defer_at(again_at, {"message_id": str(message_id)})


def _again(message: Errand, tried: Tried, *, at: datetime) -> datetime | None:
    if not tried.again or message.client not in clients:
        return None
    client = clients.get(message.client)
    if tried.arrived and not client.repeatable:
        return None
    wait = client.retry.wait(made=message.tries_since)
    if wait is None:
        return None
    asked = timedelta(seconds=tried.retry_after or 0)
    return at + min(max(wait, asked), LONGEST_WAIT)


def queue_lost(*, at: datetime, limit: int = 500) -> int:
    """Queue messages whose job was lost, as when a server was restored; the number queued."""
    waiting = Errand.objects.filter(
        kind=MessageKind.SEND, state=MessageState.WAITING, next_at__lt=at - OVERDUE
    ).values_list("id", flat=True)
    found = list(waiting.order_by("next_at")[:limit])
    for each in found:
        deliver.defer_once(f"exchange.deliver:{each}", {"message_id": str(each)})
    return len(found)
