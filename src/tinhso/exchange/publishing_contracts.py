"""What rooms tell other systems, and where each telling stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class SubscriptionState(StrEnum):
    """Whether a subscription is told of events. A paused one keeps what waits."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class DeliveryState(StrEnum):
    """Where one event for one subscription is. A dead one holds its subject until somebody decides."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class SubscriptionPaused:
    """Event: nothing more is pushed to a system, after it failed for long."""

    subscription_id: UUID
    system: str
    unit_id: UUID | None
    since: datetime
    at: datetime
