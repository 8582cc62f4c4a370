"""What supervision speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers.api import Balance, Figure
from tinhso.foundation.errors import Conflict
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

    `own` are those the officer heads or watches from, `everywhere` when these are all of the province's;
    `because` names the decision of an inspector.
    """

    agencies: dict[UUID, str]
    own: tuple[UUID, ...] = ()
    everywhere: bool = False
    because: str = ""


class Scope(StrEnum):
    """What a report form is of: one agency, or all that an office looks over."""

    AGENCY = "agency"
    ROLL_UP = "roll_up"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a form: its number, its words, and the figures it adds up."""

    number: str
    label: str
    adds: tuple[Figure, ...]

    def of(self, balance: Balance) -> int:
        """What stands in this column."""
        return sum(getattr(balance, figure.value) for figure in self.adds)


@dataclass(frozen=True, slots=True)
class Form:
    """A report form as its regulation lays it out; `heads` are columns under a common head.

    `sums` is the form of the agencies that a roll-up sums, empty for any other.
    """

    word: str
    code: str
    name: str
    regulation: str
    scope: Scope
    periods: tuple[PeriodKind, ...]
    heads: tuple[tuple[str, tuple[Column, ...]], ...]
    sums: str = ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """All columns with figures, from the left."""
        return tuple(column for _head, columns in self.heads for column in columns)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report: a field of work, a procedure or an agency (`key`) with its balance.

    `group` is the heading it stands under; `closed` whether a closed report of the agency says so.
    """

    key: str
    label: str
    balance: Balance
    group: str = ""
    closed: bool = False


def total(lines: Iterable[Line]) -> Balance:
    """All lines together."""
    whole = Balance()
    for line in lines:
        whole.add(line.balance)
    return whole


@dataclass(frozen=True, slots=True)
class ClosingView:
    """Figures as an agency closed them. `file` is the sealed PDF, None until it is made.

    `reopened_by` is empty while the closing stands; `ground` says why it was opened again.
    """

    id: UUID
    form: str
    agency: UUID
    period: str
    since: date
    until: date
    closed_at: datetime
    closed_by: str
    file: UUID | None
    reopened_at: datetime | None
    reopened_by: str
    ground: str


@dataclass(frozen=True, slots=True)
class Report:
    """A form filled for an agency and a period, counted from the day `since` up to `until`.

    `lines` are the closed figures while a closing stands, else those of now; `now` are those of now by key.
    """

    form: Form
    period: Period
    since: date
    until: date
    lines: tuple[Line, ...]
    now: Mapping[str, Line]
    closing: ClosingView | None = None


def by_group(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """Lines under their headings, in order; a heading is empty where there is none."""
    return [(group, list(found)) for group, found in groupby(lines, key=lambda line: line.group)]


class TooEarly(Conflict):
    """A period that still runs cannot be closed."""

    code = "period-runs"


class Closed(Conflict):
    """The period is closed already, or not closed."""

    code = "period-closed"


class Cut(StrEnum):
    """What a digest can tell."""

    LATE = "late"
    TODAY = "today"
    NEW = "new"
    AWAY = "away"
    MINE = "mine"
    AGENCY_LATE = "agency_late"

    @property
    def label(self) -> str:
        """What people read."""
        return _(_CUTS[self])


_CUTS = {
    Cut.LATE: gettext_noop("Việc của tôi đã trễ hạn"),
    Cut.TODAY: gettext_noop("Việc của tôi đến hạn trong hôm nay"),
    Cut.NEW: gettext_noop("Hồ sơ trong giỏ của đơn vị, chưa ai nhận"),
    Cut.AWAY: gettext_noop("Việc của người vắng mặt, vị trí trống mà tôi trông"),
    Cut.MINE: gettext_noop("Tất cả việc đang chờ tôi"),
    Cut.AGENCY_LATE: gettext_noop("Hồ sơ trễ hạn của các cơ quan tôi theo dõi"),
}


DIGEST_HOURS = range(7, 19)
"""When a digest can be sent, on the province's clock: by day, outside the quiet hours of messages."""


@dataclass(frozen=True, slots=True)
class DigestView:
    """When an officer wants a digest and of what; no contents for who wants none."""

    hour: int
    contents: tuple[Cut, ...]
