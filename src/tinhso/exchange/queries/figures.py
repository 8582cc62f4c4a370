"""How much an agreement was used, counted from the message log's rows on the provider's side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from tinhso.exchange.keeping.records import least_id
from tinhso.exchange.models import Message
from tinhso.foundation.moments import LOCAL, midnight, today

EARLY = timedelta(hours=1)
"""A row may have been logged before its record's own time, where clocks differ."""


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of Hà Nội: calls answered, calls refused or failed, and bytes of answers."""

    day: date
    calls: int
    failed: int
    bytes: int


def of_agreement(agreement_id: UUID, *, days: int, at: datetime) -> Sequence[DayFigures]:
    """The last so many days that have calls, newest first. One query, by the log's index of agreements."""
    since = midnight(today(at) - timedelta(days - 1))
    wrong = ~Q(fault_code="") | Q(status__gte=400)
    rows = (
        Message.objects.filter(agreement_id=agreement_id, side="service", response=True)
        .filter(at__gte=since, id__gte=least_id(since - EARLY))
        .annotate(day=TruncDate("at", tzinfo=LOCAL))
        .values("day")
        .annotate(all=Count("id"), failed=Count("id", filter=wrong), bytes=Sum("size"))
        .order_by("-day")
    )
    return [DayFigures(row["day"], row["all"] - row["failed"], row["failed"], row["bytes"]) for row in rows]
