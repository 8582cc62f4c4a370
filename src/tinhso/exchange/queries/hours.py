"""What services did by the hour, as the page of monitoring shows it: newest hours first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Sum

from tinhso.exchange.models import MonitoredHour, MonitoringLost

PAGE: Final = 50
DAY: Final = timedelta(days=1)
KEY: Final = "provider, service_code, service_version, side"
LISTED: Final = f"""
SELECT hour, {KEY}, requests, failures, p50, p95, request_bytes, response_bytes
FROM exchange_monitoredhour
WHERE (%(side)s = '' OR side = %(side)s)
  AND (%(service)s = '' OR %(service)s IN (provider || '/' || service_code,
                                          provider || '/' || service_code || '/' || service_version))
  AND (%(hour)s::timestamptz IS NULL OR hour < %(hour)s
       OR (hour = %(hour)s AND ({KEY}) > (%(provider)s, %(code)s, %(version)s, %(of)s)))
ORDER BY hour DESC, {KEY} LIMIT %(limit)s
"""  # noqa: S608 - names of columns alone


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: the hour and key of its last row."""

    hour: datetime
    provider: str
    code: str
    version: str
    side: str


@dataclass(frozen=True, slots=True)
class Hour:
    """One service in one hour on one side. Times in milliseconds, sizes in bytes over all requests."""

    place: Place
    requests: int
    failures: int
    p50: int
    p95: int
    request_bytes: int
    response_bytes: int

    @property
    def service(self) -> str:
        """The service's identifier."""
        version = f"/{self.place.version}" if self.place.version else ""
        return f"{self.place.provider}/{self.place.code}{version}"

    @property
    def request_size(self) -> int:
        """Bytes of a request, on average."""
        return round(self.request_bytes / self.requests)

    @property
    def response_size(self) -> int:
        """Bytes of an answer, on average."""
        return round(self.response_bytes / self.requests)

    @property
    def ends(self) -> datetime:
        """The moment at which the hour is over."""
        return self.place.hour + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lately:
    """All exchanges of the last day; records of monitoring lost in the last seven days (UTC)."""

    requests: int
    failures: int
    lost: int


def page(
    *, side: str = "", service: str = "", after: Place | None = None, limit: int = PAGE
) -> tuple[Sequence[Hour], Place | None]:
    """Figures behind `after`, and where the next page begins (None on the last). One query."""
    wanted: dict[str, Any] = {"side": side, "service": service, "limit": limit + 1}
    wanted |= {
        "hour": after.hour if after else None,
        "provider": after.provider if after else "",
        "code": after.code if after else "",
        "version": after.version if after else "",
        "of": after.side if after else "",
    }
    with connection.cursor() as cursor:
        cursor.execute(LISTED, wanted)
        found = [Hour(Place(*row[:5]), *row[5:]) for row in cursor.fetchall()]
    shown = found[:limit]
    return shown, shown[-1].place if len(found) > limit else None


def lately(*, at: datetime) -> Lately:
    """The last day at a look. Two queries."""
    sums = MonitoredHour.objects.filter(hour__gt=at - DAY).aggregate(
        requests=Sum("requests"), failures=Sum("failures")
    )
    lost = MonitoringLost.objects.filter(day__gt=(at - 7 * DAY).date()).aggregate(count=Sum("count"))
    return Lately(sums["requests"] or 0, sums["failures"] or 0, lost["count"] or 0)
