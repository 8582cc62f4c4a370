"""Days off of the whole country, from the `holidays` package: Tết, 30/4, 1/5, Quốc khánh, Giỗ Tổ, swaps.

Spans of Tết not yet decided are the package's guess: an override in the national calendar corrects them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays


@dataclass(frozen=True, slots=True)
class NationalDays:
    """Days off by name, and weekend days worked in exchange."""

    off: dict[date, str]
    make_up: dict[date, str]


@cache
def national_days(first_year: int, last_year: int) -> NationalDays:
    """The days of those years, both included."""
    found = holidays.country_holidays("VN", language="vi", years=range(first_year, last_year + 1))
    off = {day: name for day, name in found.items() if first_year <= day.year <= last_year}
    make_up = {
        day: "hoán đổi ngày nghỉ" for day in found.weekend_workdays if first_year <= day.year <= last_year
    }
    return NationalDays(off=off, make_up=make_up)
