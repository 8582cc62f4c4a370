"""Days by the national calendar, for tests that must promise a day from now."""

from __future__ import annotations

from datetime import date, timedelta

from tinhso.foundation import worktime


def working_day(day: date) -> date:
    """That day, or the first after it that is neither a weekend nor a holiday."""
    calendar = worktime.calendar(worktime.NATIONAL)
    while not calendar.works_on(day):
        day += timedelta(days=1)
    return day
