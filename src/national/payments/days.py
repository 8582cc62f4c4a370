"""Days in Viet Nam, and moments as the book writes them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from starlette.requests import Request

from national.csc.phone import VIETNAM


def day_of(moment: datetime) -> date:
    """The day in Viet Nam."""
    return moment.astimezone(VIETNAM).date()


def bounds(day: date) -> tuple[str, str]:
    """First moment of a day in Viet Nam and of the next, as the database writes them."""
    begin = datetime.combine(day, time(), VIETNAM)
    return written(begin), written(begin + timedelta(days=1))


def written(moment: datetime) -> str:
    """UTC to the microsecond, so that the order of letters is the order of time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def day_asked(http: Request) -> date | None:
    """The one thing the list of a day asks."""
    text = http.query_params.get("date", "")
    if set(http.query_params) != {"date"} or not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
