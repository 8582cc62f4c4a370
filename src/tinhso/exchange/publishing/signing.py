"""How a web hook shows that it is ours: Standard Webhooks, HMAC-SHA256 over id, moment and exact bytes.

The secret is derived from the master key and never kept. During a change of secret both sign.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime
from uuid import UUID

from tinhso.exchange.models import Subscription
from tinhso.foundation import crypto

PREFIX = "whsec_"
PURPOSE = "exchange.web-hook"


def secret(subscription_id: UUID, number: int) -> str:
    """The secret of that number, as it is shown once to the receiver."""
    return PREFIX + base64.b64encode(_key(subscription_id, number)).decode()


def _key(subscription_id: UUID, number: int) -> bytes:
    return crypto.keyed_hash(PURPOSE, f"{subscription_id}:{number}")


def headers(subscription: Subscription, event_id: UUID, body: bytes, *, at: datetime) -> dict[str, str]:
    """`webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature`, one per secret that stands."""
    stamp = str(int(at.timestamp()))
    numbers = [subscription.secret_number]
    if subscription.former_until is not None and at < subscription.former_until:
        numbers.append(subscription.former_number or 0)
    signed = f"{event_id}.{stamp}.".encode() + body
    made = [base64.b64encode(hmac.digest(_key(subscription.id, one), signed, "sha256")) for one in numbers]
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{one.decode()}" for one in made),
    }
