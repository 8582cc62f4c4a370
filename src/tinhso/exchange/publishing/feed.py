"""The feed to poll: what a machine's subscription tells it of, after a place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.exchange.models import Published, Subscription
from tinhso.exchange.publishing.envelopes import envelope
from tinhso.foundation.errors import NotAllowed

LARGEST = 500
OFTEN = timedelta(minutes=1)
"""A system that polls again and again from one place is noted so often."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it is sent, and the mark by which a reader knows that it has it."""

    body: bytes
    etag: str


def after(position: int, *, token_id: UUID | None, limit: int, at: datetime) -> Page:
    """Up to `limit` events placed after `position`, in order; that the system read to there is kept. Raises
    NotAllowed for a token that no subscription names. Three queries at most."""
    subscription = Subscription.objects.filter(token_id=token_id, ended_at=None).first() if token_id else None
    if subscription is None:
        raise NotAllowed(_("Mã máy này chưa có đăng ký nhận sự kiện. Đề nghị quản trị trục đăng ký."))
    if subscription.read_to != position or subscription.read_at is None or at - subscription.read_at >= OFTEN:
        Subscription.objects.filter(id=subscription.id).update(read_at=at, read_to=position)
    rows = Published.objects.filter(
        topic__in=subscription.topics, position__gt=max(position, subscription.since)
    )
    found = list(rows.order_by("position")[: limit + 1])
    page = found[:limit]
    body = orjson.dumps(
        {
            "events": [envelope(one) for one in page],
            "next": page[-1].position if page else max(position, subscription.since),
            "more": len(found) > limit,
        }
    )
    return Page(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
