"""What the directory starts with: the province's working calendar, on which its agencies' deadlines run."""

from __future__ import annotations

from datetime import datetime

from tinhso.foundation import worktime
from tinhso.foundation.refs import SYSTEM, CalendarRef

PROVINCE = CalendarRef("an-giang")


def load(*, at: datetime) -> None:
    """Keep the province's calendar under the national one. Safe to repeat."""
    try:
        worktime.calendar(PROVINCE)
    except worktime.UnknownCalendar:
        worktime.keep_calendar(
            PROVINCE, name="Lịch làm việc tỉnh An Giang", parent=worktime.NATIONAL, by=SYSTEM, at=at
        )
