"""`publish`: an event written with the change it tells; its place in the feed, once that is committed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.db import connection, transaction
from django.db.models import Max

from tinhso.exchange.models import Delivery, Published, Subscription
from tinhso.exchange.publishing.topics import Topic, topics
from tinhso.exchange.publishing_contracts import SubscriptionState
from tinhso.foundation.remembered import Remembered

Told = TypeVar("Told")
PLACING = 7_210_447
"""Advisory lock of who places events."""
AT_ONCE = 1000


def _wanted() -> frozenset[str]:
    rows = Subscription.objects.exclude(state=SubscriptionState.ENDED).values_list("topics", flat=True)
    return frozenset(name for names in rows for name in names)


wanted: Remembered[frozenset[str]] = Remembered(_wanted)
"""Topics that anybody subscribed to; a new one counts everywhere within `Remembered.seconds`."""


def is_wanted(topic: Topic[Any]) -> bool:
    """Whether anybody subscribed: what is told need be gathered only then."""
    return topic.name in wanted()


def publish(topic: Topic[Told], subject: str, data: Told, *, at: datetime) -> None:
    """Tell of something, in the running transaction; nothing is written while nobody subscribed.

    Events of one subject are told in the order in which their transactions hold it. Raises RuntimeError
    outside a transaction, LookupError for a topic nobody declared.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published inside the transaction whose change it tells")
    if topics.get(topic.name) is not topic:
        raise LookupError(f"{topic.name} is not declared")
    if is_wanted(topic):
        Published.objects.create(
            topic=topic.name, subject=subject, data=msgspec.to_builtins(data, str_keys=True), at=at
        )


def place(*, at: datetime) -> int:
    """Give committed events their places in the feed, and each subscription its deliveries; how many.

    Who comes while another places leaves it to them.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [PLACING])
        if not cursor.fetchone()[0]:
            return 0
        events = list(Published.objects.filter(position=None).order_by("id")[:AT_ONCE])
        if not events:
            return 0
        last = Published.objects.aggregate(last=Max("position"))["last"] or 0
        for place, event in enumerate(events, start=last + 1):
            event.position = place
        Published.objects.bulk_update(events, ["position"])
        _hand_out(events, at=at)
    return len(events)


def _hand_out(events: list[Published], *, at: datetime) -> None:
    pushed = Subscription.objects.exclude(state=SubscriptionState.ENDED).exclude(url="")
    Delivery.objects.bulk_create(
        Delivery(
            subscription=one, event=event, position=event.position or 0, subject=event.subject, next_at=at
        )
        for one in pushed
        for event in events
        if event.topic in one.topics and (event.position or 0) > one.since
    )
