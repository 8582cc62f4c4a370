"""What supervision speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.moments import today


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_WRITTEN = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2])|-q([1-4]))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month, quarter or year until the day before `until`. Written 2026-11, 2026-q4, 2026."""

    kind: PeriodKind
    since: date
    until: date

    @property
    def word(self) -> str:
        """As it is written in an address."""
        if self.kind is PeriodKind.YEAR:
            return f"{self.since.year}"
        if self.kind is PeriodKind.QUARTER:
            return f"{self.since.year}-q{self.since.month // 3 + 1}"
        return f"{self.since:%Y-%m}"

    @property
    def label(self) -> str:
        """What people read."""
        facts = {"year": self.since.year, "number": self.since.month // 3 + 1, "month": self.since.month}
        return {
            PeriodKind.YEAR: _("Năm %(year)d"),
            PeriodKind.QUARTER: _("Quý %(number)d năm %(year)d"),
            PeriodKind.MONTH: _("Tháng %(month)d năm %(year)d"),
        }[self.kind] % facts

    @property
    def before(self) -> Period:
        """The period of the same kind before it."""
        return period_of(self.kind, date.fromordinal(self.since.toordinal() - 1))


def period_of(kind: PeriodKind, day: date) -> Period:
    """The period of that kind in which a day lies."""
    length = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}[kind]
    first = (day.month - 1) // length * length
    months = day.year * 12 + first + length
    return Period(kind, date(day.year, first + 1, 1), date(months // 12, months % 12 + 1, 1))


def read_period(word: str, *, at: datetime) -> Period:
    """The period that a word names; the present month for any other."""
    found = _WRITTEN.fullmatch(word)
    if found is None:
        return period_of(PeriodKind.MONTH, today(at))
    year, month, quarter = found.groups()
    if month:
        return period_of(PeriodKind.MONTH, date(int(year), int(month), 1))
    if quarter:
        return period_of(PeriodKind.QUARTER, date(int(year), int(quarter) * 3, 1))
    return period_of(PeriodKind.YEAR, date(int(year), 1, 1))


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose dossiers an officer supervises: agencies by id with their names, in Vietnamese order.

    `everywhere` when these are all of the province's; `because` names the decision of an inspector.
    """

    agencies: dict[UUID, str]
    everywhere: bool = False
    because: str = ""
