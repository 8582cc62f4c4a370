"""Subscriptions of other systems, for those who look after them: how far each was told, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from tinhso.exchange.models import Delivery, Published, Subscription
from tinhso.exchange.publishing_contracts import DeliveryState

ON_A_PAGE = 50
OPEN = (DeliveryState.WAITING, DeliveryState.DEAD)


@dataclass(frozen=True, slots=True)
class Line:
    """One subscription: when an event last came to it or it last read, and how many wait or died."""

    row: Subscription
    last_at: datetime | None
    waiting: int = 0
    dead: int = 0


def listed(*, ended: bool = False, before: UUID | None = None) -> tuple[list[Line], UUID | None]:
    """A page of subscriptions, newest first; after what the next one begins. Two queries."""
    rows = Subscription.objects.filter(ended_at__isnull=not ended)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = _lines(rows, ON_A_PAGE + 1)
    return found[:ON_A_PAGE], found[ON_A_PAGE - 1].row.id if len(found) > ON_A_PAGE else None


def one(id: UUID) -> Line | None:
    """One subscription, ended or not. Two queries."""
    return next(iter(_lines(Subscription.objects.filter(id=id), 1)), None)


def _lines(rows: QuerySet[Subscription], most: int) -> list[Line]:
    came = Delivery.objects.filter(subscription=OuterRef("pk"), state=DeliveryState.DELIVERED)
    last = Subquery(came.order_by("-position").values("ended_at")[:1])
    found = list(rows.annotate(last_at=last).order_by("-id")[:most])
    counts = Delivery.objects.filter(subscription__in=[row.id for row in found], state__in=OPEN)
    by_state = counts.order_by().values_list("subscription", "state").annotate(count=Count("id"))
    held = {(id, state): count for id, state, count in by_state}
    return [
        Line(
            row,
            row.last_at if row.url else row.read_at,
            held.get((row.id, DeliveryState.WAITING), 0),
            held.get((row.id, DeliveryState.DEAD), 0),
        )
        for row in found
    ]


def unread(row: Subscription) -> int:
    """How many events placed for a system that polls it has not asked for yet. One query."""
    return Published.objects.filter(
        topic__in=row.topics, position__gt=max(row.since, row.read_to or 0)
    ).count()


def deliveries(
    row: Subscription, *, state: str = "", before: int | None = None
) -> tuple[Sequence[Delivery], int | None]:
    """A page of what was pushed to a system, newest first, of one state or all; the place before which the
    next page begins. One query."""
    rows = Delivery.objects.select_related("event").filter(subscription=row)
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(position__lt=before)
    found = list(rows.order_by("-position")[: ON_A_PAGE + 1])
    return found[:ON_A_PAGE], found[ON_A_PAGE - 1].position if len(found) > ON_A_PAGE else None
