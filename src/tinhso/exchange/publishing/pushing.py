"""Web hooks: at least once, in order per subject, again with growing waits, at rest after long failure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from tinhso.exchange.models import Delivery, Subscription
from tinhso.exchange.publishing import envelopes, signing
from tinhso.exchange.publishing_contracts import DeliveryState, SubscriptionPaused, SubscriptionState
from tinhso.foundation import events, http, jobs, moments
from tinhso.foundation.reaching import Reach, reach

AGAIN = jobs.Retry(tries=14, first=timedelta(seconds=10), factor=3, most=timedelta(hours=6))
LONG = timedelta(hours=24)
"""A system that took nothing for so long rests until somebody resumes it."""
WAITS = http.Timeouts(connect=3, read=10, total=15)
MOST_BYTES = 64 * 1024
AT_ONCE = 50
GONE = 410
SERVICE = "webhook"
OPEN = (DeliveryState.WAITING, DeliveryState.DEAD)
LONGEST_ERROR = 300


@jobs.job(name="exchange.push", queue="webhooks", owner="administrator", retry=jobs.ONCE)
def push(*, subscription_id: str) -> None:
    """Push what is due for one system, until nothing is."""
    while due(UUID(subscription_id), at=moments.now()):
        pass


def queue_due(*, at: datetime) -> int:
    """Queue a push for every system for which something is due; for how many. One at a time for each."""
    found = list(
        Subscription.objects.filter(
            Exists(
                Delivery.objects.filter(
                    subscription=OuterRef("id"), state=DeliveryState.WAITING, next_at__lte=at
                )
            ),
            state=SubscriptionState.ACTIVE,
        ).values_list("id", flat=True)
    )
    for each in found:
        name = f"exchange.push:{each}"
        jobs.insert([push.call({"subscription_id": str(each)}, lock=name, once=name)])
    return len(found)


def due(subscription_id: UUID, *, at: datetime) -> int:
    """Push the earliest due event of each subject, once; how many were taken. 0 when the system rests."""
    subscription = Subscription.objects.filter(id=subscription_id, state=SubscriptionState.ACTIVE).first()
    if subscription is None:
        return 0
    taken = 0
    for delivery in _first_of_subjects(subscription, at=at)[:AT_ONCE]:
        status, error = _pushed(subscription, delivery, at=at)
        taken += error == ""
        if not _settled(subscription, delivery, status, error, at=at):
            return 0
    return taken


def _first_of_subjects(subscription: Subscription, *, at: datetime) -> QuerySet[Delivery]:
    earlier = Delivery.objects.filter(
        subscription=subscription,
        subject=OuterRef("subject"),
        position__lt=OuterRef("position"),
        state__in=OPEN,
    )
    return (
        Delivery.objects.filter(
            ~Exists(earlier), subscription=subscription, state=DeliveryState.WAITING, next_at__lte=at
        )
        .select_related("event")
        .order_by("position")
    )


def allowed() -> Reach:
    """Where web hooks may go: the internet, and the networks that the province names."""
    return reach(settings.EXCHANGE.hook_networks)


def _pushed(subscription: Subscription, delivery: Delivery, *, at: datetime) -> tuple[int | None, str]:
    """The status, and what was wrong; empty when the system took it."""
    body = envelopes.written(delivery.event)
    try:
        answer = http.call(
            "POST",
            subscription.url,
            service=SERVICE,
            headers={
                "content-type": envelopes.CONTENT_TYPE,
                **signing.headers(subscription, delivery.event.event_id, body, at=at),
            },
            content=body,
            timeouts=WAITS,
            tries=http.Tries(count=1),
            max_bytes=MOST_BYTES,
            within=allowed(),
        )
    except http.Unanswered as fault:
        return None, f"{fault.code}: {fault.message}"[:LONGEST_ERROR]
    return answer.status, "" if answer.ok else f"HTTP {answer.status}"


def _settled(
    subscription: Subscription, delivery: Delivery, status: int | None, error: str, *, at: datetime
) -> bool:
    """Keep what came of a push; whether the system still takes events."""
    made = delivery.tries_since + 1
    wait = AGAIN.wait(made=made) if error else None
    state = DeliveryState.WAITING if wait else DeliveryState.DEAD if error else DeliveryState.DELIVERED
    with transaction.atomic():
        Delivery.objects.filter(id=delivery.id, state=DeliveryState.WAITING).update(
            state=state,
            tries=F("tries") + 1,
            tries_since=made,
            tried_at=at,
            next_at=at + (wait or timedelta()),
            ended_at=None if wait else at,
            status=status,
            error=error,
        )
        if not error:
            Subscription.objects.filter(id=subscription.id).exclude(failing_since=None).update(
                failing_since=None
            )
            subscription.failing_since = None
            return True
        since = subscription.failing_since or at
        Subscription.objects.filter(id=subscription.id, failing_since=None).update(failing_since=at)
        subscription.failing_since = since
        if status == GONE or at - since >= LONG:
            return not _rested(subscription, error, since=since, at=at)
    return True


def _rested(subscription: Subscription, error: str, *, since: datetime, at: datetime) -> bool:
    rested = Subscription.objects.filter(id=subscription.id, state=SubscriptionState.ACTIVE).update(
        state=SubscriptionState.PAUSED, because=error
    )
    if rested:
        events.deliver(
            SubscriptionPaused(subscription.id, subscription.system, subscription.unit_id, since, at)
        )
    return bool(rested)


def waiting_again(deliveries: Q, *, at: datetime, states: Sequence[DeliveryState]) -> int:
    """Put deliveries back to wait with all their tries; how many."""
    return Delivery.objects.filter(deliveries, state__in=states).update(
        state=DeliveryState.WAITING, next_at=at, ended_at=None, tries_since=0
    )
