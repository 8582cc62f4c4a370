"""Figures of services by hour, counted from monitoring's records, and how long both are kept (§15)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection

from tinhso.exchange.keeping.records import least_id
from tinhso.exchange.models import MonitoredHour, MonitoringLost
from tinhso.foundation import legal

logger = logging.getLogger(__name__)
DAYS = "exchange_monitoring_days"
FIGURES_DAYS = "exchange_figures_days"
HOUR = timedelta(hours=1)

SUM_UP = """
INSERT INTO exchange_monitoredhour AS h (hour, provider, service_code, service_version, side, service_type,
    requests, failures, p50, p95, request_bytes, response_bytes, succeeded_at, failed_at)
SELECT date_trunc('hour', uuid_extract_timestamp(id), 'UTC'), provider, service_code, service_version, side,
    max(service_type), count(*), count(*) FILTER (WHERE NOT succeeded),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY response_out - request_in),
    percentile_disc(0.95) WITHIN GROUP (ORDER BY response_out - request_in),
    coalesce(sum(request_size), 0), coalesce(sum(response_size), 0),
    max(response_out) FILTER (WHERE succeeded), max(response_out) FILTER (WHERE NOT succeeded)
FROM exchange_monitored
WHERE id >= %s AND id < %s AND provider_address <> '' AND (side = 'client' OR service_type <> '')
GROUP BY 1, provider, service_code, service_version, side
ON CONFLICT (hour, provider, service_code, service_version, side) DO UPDATE SET
    service_type = excluded.service_type, requests = excluded.requests, failures = excluded.failures,
    p50 = excluded.p50, p95 = excluded.p95, request_bytes = excluded.request_bytes,
    response_bytes = excluded.response_bytes, succeeded_at = excluded.succeeded_at,
    failed_at = excluded.failed_at
"""
PARTITIONS = """
SELECT to_date(right(c.relname, 10), 'YYYY_MM_DD'), i.inhdetachpending
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'exchange_monitored'::regclass ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What went: days of records, hours of figures."""

    days: tuple[date, ...]
    hours: int


def sum_up(*, at: datetime) -> int:
    """Count the hours that are not over for certain, the present one too; how many figures were written.

    An hour is that of writing. It is counted anew until the one after it has figures. Services that nobody
    offers are not counted: a refused request may name anything.
    """
    last = MonitoredHour.objects.order_by("-hour").values_list("hour", flat=True).first()
    first = at - timedelta(days=legal.integer(DAYS, on=at))
    if last is not None:
        first = max(first, last - HOUR)
    begins = first.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(SUM_UP, [least_id(begins), least_id(at)])
        return int(cursor.rowcount)


def clean(*, at: datetime) -> Cleaned:
    """Drop whole days of records, and figures, that are older than they are to be kept.

    Needs a connection without an open transaction. Safe to repeat after any end.
    """
    keep = at - timedelta(days=legal.integer(DAYS, on=at))
    gone = []
    for day, pending in _partitions():
        if datetime.combine(day + timedelta(1), time(), UTC) > keep:
            break
        _drop(day, pending=pending)
        logger.info("monitoring of %s was dropped", day)
        gone.append(day)
    oldest = at - timedelta(days=legal.integer(FIGURES_DAYS, on=at))
    hours, _each = MonitoredHour.objects.filter(hour__lt=oldest).delete()
    MonitoringLost.objects.filter(day__lt=oldest.date()).delete()
    return Cleaned(tuple(gone), hours)


def _partitions() -> list[tuple[date, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        return [(day, pending) for day, pending in cursor.fetchall()]


def _drop(day: date, *, pending: bool) -> None:
    """Detached without holding up those who write, then dropped."""
    part = f"exchange_monitored_{day:%Y_%m_%d}"
    with connection.cursor() as cursor:
        how = "FINALIZE" if pending else "CONCURRENTLY"
        cursor.execute(f"ALTER TABLE exchange_monitored DETACH PARTITION {part} {how}")
        cursor.execute(f"DROP TABLE {part}")
