"""How long the log is kept: a month goes as a whole, once all of it is archived and old enough (§13.3).

Its partitions are detached without holding anybody up, then dropped; no row is deleted one by one.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.db import connection

from tinhso.exchange.keeping import spool
from tinhso.exchange.keeping.archiving import grouping, owners, reached
from tinhso.exchange.keeping.records import least_id
from tinhso.exchange.models import Message
from tinhso.foundation import legal

logger = logging.getLogger(__name__)
DAYS = "exchange_log_days"
TABLES = ("message", "signature", "stamped")
SPARE = timedelta(days=1)

MONTHS = """
SELECT to_date(right(c.relname, 7), 'YYYY_MM'), i.inhdetachpending
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = %s::regclass ORDER BY 1
"""
STAMPS = (
    "DELETE FROM exchange_stamp s WHERE NOT EXISTS (SELECT FROM exchange_stamped d WHERE d.stamp_id = s.id)"
)


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What went: months of the log, stamps of none, bodies of the spool."""

    months: tuple[date, ...]
    stamps: int
    bodies: int


def clean(*, at: datetime, folder: Path) -> Cleaned:
    """Drop the months that are over, archived and older than the law keeps them.

    `folder` is the spool. Needs a connection without an open transaction. Safe to repeat after any end.
    """
    keep = timedelta(days=legal.integer(DAYS, on=at))
    gone = []
    for month in _months():
        if _after(month) + keep > at or not _archived(month, at):
            break
        _drop(month)
        logger.info("the log of %s was dropped", month)
        gone.append(month)
    stamps = 0
    left = _months()
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(STAMPS)
            stamps = cursor.rowcount
    oldest = _begin(left[0]) if left else at - keep
    return Cleaned(tuple(gone), stamps, spool.clear(folder, before=(oldest - SPARE).timestamp()))


def _months() -> list[date]:
    with connection.cursor() as cursor:
        found: set[date] = set()
        for table in TABLES:
            cursor.execute(MONTHS, [f"exchange_{table}"])
            found |= {month for month, _pending in cursor.fetchall()}
    return sorted(found)


def _archived(month: date, at: datetime) -> bool:
    """Whether every message of the month stands in a finished archive file."""
    low, high = least_id(_begin(month)), least_id(_after(month))
    rows = Message.objects.filter(id__gte=low, id__lt=high, signature__isnull=False)
    for owner in owners(rows, grouping(at)):
        last = owner.rows(rows).order_by("-id").values_list("id", flat=True).first()
        upto = reached(owner)
        if last is not None and (upto is None or upto < last):
            return False
    return True


def _drop(month: date) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            parent, part = f"exchange_{table}", f"exchange_{table}_{month:%Y_%m}"
            cursor.execute(MONTHS, [parent])
            attached = dict(cursor.fetchall())
            if month in attached:
                how = "FINALIZE" if attached[month] else "CONCURRENTLY"
                cursor.execute(f"ALTER TABLE {parent} DETACH PARTITION {part} {how}")
            cursor.execute(f"DROP TABLE IF EXISTS {part}")


def _begin(month: date) -> datetime:
    return datetime.combine(month, time(), UTC)


def _after(month: date) -> datetime:
    return _begin((month + timedelta(days=32)).replace(day=1))
