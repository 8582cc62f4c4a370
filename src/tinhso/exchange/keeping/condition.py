"""How the stamper fares: one row that it writes, and that writers, pages and diagnostics read (§12)."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from tinhso.exchange.models import Stamping
from tinhso.foundation import legal

logger = logging.getLogger(__name__)
FAILURE_PERIOD = "exchange_stamp_failure_seconds"


@dataclass(frozen=True, slots=True)
class Condition:
    """What the stamper last said, and what waits. `waiting` is exact up to gaps of aborted writers."""

    looked_at: datetime | None
    stamped_at: datetime | None
    authority: str
    failing_since: datetime | None
    refuses_after: datetime | None
    tries: int
    error: str
    waiting: int
    oldest: datetime | None

    def refuses(self, at: datetime) -> bool:
        """Whether logging refuses messages."""
        return self.refuses_after is not None and at > self.refuses_after


def read() -> Condition:
    """The stamper's row and its queue; two short queries however long the queue is."""
    row = Stamping.objects.filter(id=1).first() or Stamping()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(id) - min(id) + 1, 0),"
            " (SELECT since FROM exchange_unstamped ORDER BY id LIMIT 1) FROM exchange_unstamped"
        )
        waiting, oldest = cursor.fetchone()
    return Condition(
        looked_at=row.looked_at,
        stamped_at=row.stamped_at,
        authority=row.authority,
        failing_since=row.failing_since,
        refuses_after=row.refuses_after,
        tries=row.tries,
        error=row.error,
        waiting=waiting,
        oldest=oldest,
    )


def tries() -> int:
    """How often stamping failed since it last succeeded; 0 while it works."""
    return Stamping.objects.filter(id=1).values_list("tries", flat=True).first() or 0


def succeeded(*, at: datetime, authority: str) -> None:
    """A stamp was taken."""
    _write(at, stamped_at=at, authority=authority, failing_since=None, refuses_after=None, tries=0, error="")


def idle(*, at: datetime) -> None:
    """Nothing waits. The clock of failure runs only while something does."""
    _write(at, failing_since=None, refuses_after=None, tries=0, error="")


def failed(*, at: datetime, why: str, at_once: bool = False) -> Condition:
    """No authority gave a stamp while signatures wait. Logging refuses after the acceptable period; with
    `at_once`, when there is no authority at all, now. A period of 0 never refuses."""
    before = Stamping.objects.filter(id=1).first()
    since = before.failing_since if before and before.failing_since else at
    period = legal.integer(FAILURE_PERIOD, on=at)
    refuses = at if at_once else since + timedelta(seconds=period) if period else None
    if at_once and before and before.refuses_after:
        refuses = min(at, before.refuses_after)
    _write(
        at,
        failing_since=since,
        refuses_after=refuses,
        tries=(before.tries if before else 0) + 1,
        error=why,
    )
    found = read()
    logger.error(
        "no time-stamp since %s (try %d), %d signatures wait, logging refuses after %s: %s",
        since.isoformat(),
        found.tries,
        found.waiting,
        refuses.isoformat() if refuses else "never",
        why,
    )
    return found


def _write(at: datetime, **values: object) -> None:
    Stamping.objects.update_or_create(id=1, defaults={"looked_at": at, **values})
