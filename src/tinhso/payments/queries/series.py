"""Series of receipt numbers as accountants see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count

from tinhso.directory import api as directory
from tinhso.foundation.moments import today
from tinhso.payments.models import ReceiptDue, ReceiptSeries
from tinhso.payments.receipt_facts import LAST_NUMBER

MOST = 200


def listed(agencies: Iterable[UUID], *, at: datetime) -> list[dict[str, Any]]:
    """Series of these agencies, the newest first, with how many numbers are left; and agencies whose receipts
    wait for one. Three queries."""
    among, on = list(agencies), today(at)
    rows = list(ReceiptSeries.objects.filter(agency__in=among).order_by("-valid_from", "agency")[:MOST])
    waiting = dict(
        ReceiptDue.objects.filter(agency__in=among).values_list("agency").annotate(Count("bill")).order_by()
    )
    names = directory.names(among) if among else {}
    current = {row.id for row in rows if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)}
    standing = {row.agency_id for row in rows if row.id in current and row.next_number <= LAST_NUMBER}
    shown: list[dict[str, Any]] = [
        {"agency": names[agency], "series": None, "waiting": count}
        for agency, count in waiting.items()
        if agency not in standing
    ]
    return shown + [
        {
            "agency": names[row.agency_id],
            "series": row,
            "used": row.next_number - 1,
            "current": row.id in current,
        }
        for row in rows
    ]


def agency_names(agencies: Iterable[UUID]) -> list[tuple[UUID, str]]:
    """Agencies with their names, by name. One query."""
    among = list(agencies)
    return sorted(directory.names(among).items(), key=lambda one: one[1]) if among else []
