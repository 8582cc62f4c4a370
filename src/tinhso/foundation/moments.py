"""Moments and days: stored in UTC, thought of in Asia/Ho_Chi_Minh.

Domain code takes `at` as a parameter; only the edges (views, jobs, commands) call `now()`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment, UTC. For edges only."""
    return datetime.now(UTC)


def today(at: datetime) -> date:
    """The legal day (Asia/Ho_Chi_Minh) in which the moment `at` falls."""
    return local(at).date()


def midnight(day: date) -> datetime:
    """The moment at which a legal day begins."""
    return datetime.combine(day, time(), tzinfo=LOCAL)


def local(at: datetime) -> datetime:
    """The moment `at` on the province's clock. Raises ValueError for a moment without a zone."""
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return at.astimezone(LOCAL)
