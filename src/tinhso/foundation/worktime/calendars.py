"""A working calendar as tables of integers: every question is a bisection.

Pure: made from dated rows by `build`, then never changed. All inner figures are whole minutes since 1970
(UTC); seconds are cut off. A day off is a day without sessions.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from tinhso.foundation.moments import LOCAL
from tinhso.foundation.worktime.contracts import NamedDay, OutsideCalendar

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = 24 * 60

Sessions = tuple[tuple[int, int], ...]


class DayKind(StrEnum):
    """What an override makes of a day."""

    CLOSED = "closed"
    OPEN = "open"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Hours:
    """One session of a weekday (0 = Monday), in minutes of the local day; not valid on `valid_to` itself."""

    weekday: int
    opens: int
    closes: int
    valid_from: date
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@dataclass(frozen=True, slots=True)
class Override:
    """One day that differs; `sessions` only for the kind HOURS."""

    kind: DayKind
    name: str
    sessions: Sessions = ()


def minute(at: datetime) -> int:
    """Whole minutes since 1970. Raises TypeError for a moment without a zone."""
    return (at - EPOCH) // MINUTE


def moment(minutes: int) -> datetime:
    """The moment (UTC) of whole minutes since 1970."""
    return EPOCH + timedelta(minutes=minutes)


class Calendar:
    """Working time over `size` days beginning with `first`, ready to be asked."""

    __slots__ = (
        "_before",
        "_closes",
        "_counted",
        "_day_closes",
        "_day_starts",
        "_ends",
        "_opens",
        "_workdays",
        "code",
        "day_minutes",
        "first",
        "made_up",
        "off",
        "size",
        "zone",
    )

    def __init__(
        self,
        *,
        code: str,
        first: date,
        days: Sequence[Sessions],
        off: Mapping[date, str],
        made_up: Mapping[date, str],
        zone: ZoneInfo,
        day_minutes: int,
    ) -> None:
        self.code = code
        self.zone = zone
        self.first = first
        self.size = len(days)
        self.day_minutes = day_minutes
        self.off = tuple(NamedDay(day, name) for day, name in sorted(off.items()))
        self.made_up = tuple(NamedDay(day, name) for day, name in sorted(made_up.items()))
        self._day_starts = _day_starts(first, len(days) + 1, zone)
        self._opens: list[int] = []
        self._closes: list[int] = []
        self._before: list[int] = []
        self._ends: list[int] = []
        self._day_closes: list[int] = []
        self._counted: list[int] = []
        self._workdays: list[int] = []
        total = 0
        for index, sessions in enumerate(days):
            begins = self._day_starts[index]
            plain = self._day_starts[index + 1] - begins == DAY
            for opens, closes in sessions:
                day = first + timedelta(days=index)
                self._opens.append(begins + opens if plain else _local(day, opens, zone))
                self._closes.append(begins + closes if plain else _local(day, closes, zone))
                self._before.append(total)
                total += self._closes[-1] - self._opens[-1]
                self._ends.append(total)
            if sessions:
                self._workdays.append(index)
            self._counted.append(len(self._workdays))
            self._day_closes.append(self._closes[-1] if sessions else -1)

    def day_of(self, at: int) -> int:
        """The index of the local day in which a minute falls. Raises OutsideCalendar."""
        index = bisect_right(self._day_starts, at) - 1
        if index < 0 or index >= self.size:
            raise OutsideCalendar(self.code)
        return index

    def date_of(self, index: int) -> date:
        """The day of an index."""
        return self.first + timedelta(days=index)

    def day_start(self, index: int) -> int:
        """The minute in which the day begins."""
        return self._day_starts[index]

    def is_working(self, index: int) -> bool:
        """Whether the day has any session."""
        return self._day_closes[index] >= 0

    def works_on(self, day: date) -> bool:
        """Whether a day has any session. Raises OutsideCalendar."""
        index = (day - self.first).days
        if not 0 <= index < self.size:
            raise OutsideCalendar(self.code)
        return self.is_working(index)

    def close(self, index: int) -> int:
        """The end of the last session of that day, or of the next working day when it is a day off."""
        if index >= self.size:
            raise OutsideCalendar(self.code)
        closes = self._day_closes[index]
        return closes if closes >= 0 else self.nth_close(index, 1)

    def nth_close(self, index: int, number: int) -> int:
        """The end of the n-th working day after that day. Raises OutsideCalendar."""
        place = self._counted[index] + number - 1
        if place >= len(self._workdays):
            raise OutsideCalendar(self.code)
        return self._day_closes[self._workdays[place]]

    def working_days(self, after: int, until: int) -> int:
        """How many working days lie after one day and up to another (by index); negative backwards."""
        return self._counted[until] - self._counted[after]

    def worked(self, at: int) -> int:
        """Working minutes from the calendar's beginning up to a minute. Raises OutsideCalendar."""
        if at < self._day_starts[0] or at > self._day_starts[-1]:
            raise OutsideCalendar(self.code)
        place = bisect_right(self._opens, at) - 1
        if place < 0:
            return 0
        closes = self._closes[place]
        return self._before[place] + (at if at < closes else closes) - self._opens[place]

    def reached(self, total: int) -> int:
        """The first minute by which so many working minutes have passed: inside a session or at its end."""
        place = bisect_left(self._ends, total)
        if place >= len(self._ends) or total < 0:
            raise OutsideCalendar(self.code)
        return self._opens[place] + total - self._before[place]

    def named(self, days: tuple[NamedDay, ...], after: date, until: date) -> tuple[NamedDay, ...]:
        """Those of `off` or `made_up` that lie in (after, until]."""
        return days[bisect_right(days, after, key=_day) : bisect_right(days, until, key=_day)]


def _day(named: NamedDay) -> date:
    return named.day


@lru_cache(maxsize=8)
def _day_starts(first: date, count: int, zone: ZoneInfo) -> tuple[int, ...]:
    """The minutes in which so many days begin; calendars of the same years share them."""
    return tuple(_local(first + timedelta(days=index), 0, zone) for index in range(count))


def _local(day: date, minutes: int, zone: ZoneInfo) -> int:
    """A local clock time as minutes since 1970, summer time minded."""
    clock = datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(minutes=minutes)
    return minute(clock.astimezone(UTC))


def working_minutes(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Working minutes from `a` to `b`; negative when `b` is earlier. Raises OutsideCalendar."""
    return calendar.worked(minute(b)) - calendar.worked(minute(a))


def build(
    *,
    code: str,
    first: date,
    last: date,
    hours: Sequence[Sequence[Hours]],
    holidays: Mapping[date, str] | None = None,
    make_up_days: Mapping[date, str] | None = None,
    overrides: Sequence[Mapping[date, Override]] = (),
    zone: ZoneInfo = LOCAL,
) -> Calendar:
    """Make the calendar of the days `first` to `last`.

    `hours` and `overrides` are layers, the office's own first, then its parent's: the first layer with hours
    valid on a day gives that day's week, the first with an override decides the day. Then come national
    holidays, make-up days (worked by the hours of the longest weekday), and the weekly hours.
    """
    plain_holidays, plain_make_up = holidays or {}, make_up_days or {}
    days: list[Sessions] = []
    off: dict[date, str] = {}
    made_up: dict[date, str] = {}
    weeks = _Weeks(hours)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        week = weeks.on(day)
        usual = week[day.weekday()]
        sessions, name = usual, ""
        override = next((layer[day] for layer in overrides if day in layer), None)
        if override is not None:
            sessions, name = _overridden(override, usual or max(week, key=_length)), override.name
        elif day in plain_holidays:
            sessions, name = (), plain_holidays[day]
        elif day in plain_make_up and not usual:
            sessions, name = max(week, key=_length), plain_make_up[day]
        if name and not sessions and usual:
            off[day] = name
        elif name and sessions and not usual:
            made_up[day] = name
        days.append(sessions)
    return Calendar(
        code=code,
        first=first,
        days=days,
        off=off,
        made_up=made_up,
        zone=zone,
        day_minutes=max((_length(week) for week in weeks.on(last)), default=0),
    )


class _Weeks:
    """The seven days' sessions on a day, made once per stretch in which the same rows are valid."""

    def __init__(self, layers: Sequence[Sequence[Hours]]) -> None:
        self._layers = layers
        edges = {row.valid_from for layer in layers for row in layer}
        edges |= {row.valid_to for layer in layers for row in layer if row.valid_to}
        self._edges = sorted(edges)
        self._made: dict[int, tuple[Sessions, ...]] = {}

    def on(self, day: date) -> tuple[Sessions, ...]:
        stretch = bisect_right(self._edges, day)
        if stretch not in self._made:
            self._made[stretch] = self._week(day)
        return self._made[stretch]

    def _week(self, day: date) -> tuple[Sessions, ...]:
        for layer in self._layers:
            valid = [row for row in layer if row.holds_on(day)]
            if valid:
                return tuple(
                    tuple(sorted((row.opens, row.closes) for row in valid if row.weekday == weekday))
                    for weekday in range(7)
                )
        return ((),) * 7


def _length(sessions: Sessions) -> int:
    return sum(closes - opens for opens, closes in sessions)


def _overridden(override: Override, full: Sessions) -> Sessions:
    if override.kind is DayKind.CLOSED:
        return ()
    if override.kind is DayKind.HOURS:
        return tuple(sorted(override.sessions))
    if override.kind is DayKind.MORNING:
        return full[:1]
    if override.kind is DayKind.AFTERNOON:
        return full[1:] or full
    return full
