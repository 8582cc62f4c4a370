"""Closing days of the ledger: their sums are kept, and they take no more transfers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from tinhso.foundation.moments import today
from tinhso.payments.models import Entry, LedgerDay

SUMS = """
INSERT INTO payments_daytotal (account_id, day_id, debit, credit)
SELECT account, %(day)s, sum(debit), sum(credit) FROM (
    SELECT debit_id AS account, amount AS debit, 0 AS credit FROM payments_entry WHERE booked_on = %(day)s
    UNION ALL
    SELECT credit_id, 0, amount FROM payments_entry WHERE booked_on = %(day)s) moved
GROUP BY account
"""
LOCK = "SELECT pg_advisory_xact_lock(hashtext('payments_ledger'), %s)"
"""The trigger `payments_day_is_open` holds the shared side of this lock while a transfer is written."""
EPOCH = date(2000, 1, 1)


def roll(*, at: datetime) -> int:
    """Close each day before the legal day of `at` that is still open; how many. Safe to repeat."""
    last = LedgerDay.objects.aggregate(last=Max("day"))["last"]
    if last is None:
        first = Entry.objects.aggregate(first=Min("booked_on"))["first"]
        last = first - timedelta(days=1) if first else today(at) - timedelta(days=1)
    closed = 0
    while (last := last + timedelta(days=1)) < today(at):
        _close(last, at=at)
        closed += 1
    return closed


def _close(day: date, *, at: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(LOCK, [(day - EPOCH).days])
        _row, made = LedgerDay.objects.get_or_create(day=day, defaults={"closed_at": at})
        if made:
            cursor.execute(SUMS, {"day": day})
