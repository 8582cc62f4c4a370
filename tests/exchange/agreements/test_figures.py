"""How much an agreement was used, by day."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from tinhso.exchange.models import Message
from tinhso.exchange.queries import figures
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import midnight, today

pytestmark = pytest.mark.django_db


def logged(
    agreement: UUID, at: datetime, *, side: str = "service", response: bool = True, status: int = 200
) -> None:
    """One row of the log."""
    Message.objects.create(
        id=UUID(int=(int(at.timestamp() * 1000) << 80) | (new_id().int & ((1 << 80) - 1))),
        at=at,
        side=side,
        response=response,
        message_id="m",
        request_id="r",
        client="c",
        service="s",
        agreement_id=agreement,
        agreement_revision=1,
        mode="metadata",
        status=status,
        head=b"",
        size=100,
    )


def test_answers_of_the_provider_are_counted_by_day_good_and_failed_apart() -> None:
    own, other, now = new_id(), new_id(), moments.now()
    first = midnight(today(now)) if today(now).day > 1 else now
    with connection.cursor() as cursor:
        cursor.execute("SELECT exchange_log_month(%s)", [now.date().replace(day=1)])
    for status in (200, 200, 500):
        logged(own, now, status=status)
    logged(own, now, side="client")
    logged(own, now, response=False)
    logged(other, now)
    if first < now - timedelta(minutes=1):
        logged(own, first + timedelta(seconds=1))
    found = figures.of_agreement(own, days=14, at=now)

    assert sum(one.failed for one in found) == 1
    assert sum(one.bytes for one in found) == 100 * sum(one.calls + one.failed for one in found)
    assert found[0].day == today(now)
    assert found[0].calls in (2, 3)
    assert figures.of_agreement(new_id(), days=14, at=now) == []
