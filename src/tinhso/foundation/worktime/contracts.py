"""What the deadline engine is asked with and answers in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.translation import gettext as _

from tinhso.foundation.errors import NotFound, Unable


class Unit(StrEnum):
    """What a term is counted in: giờ (working hours), ngày, ngày làm việc, tháng."""

    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Term:
    """A time limit. No working days at all means within the day of receipt ("trong ngày")."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.amount < (0 if self.unit is Unit.WORKING_DAY else 1):
            raise ValueError(f"a term of {self.amount} {self.unit} is none")


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which the clock stood still. `end` is None while it still does; `reason` in plain words."""

    begin: datetime
    end: datetime | None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.begin:
            raise ValueError("a pause ends before it begins")


@dataclass(frozen=True, slots=True)
class Extension:
    """More time promised with an apology (xin lỗi và hẹn lại), counted on from the promise it replaces."""

    term: Term
    reason: str = ""

    def __post_init__(self) -> None:
        if self.term.amount < 1:
            raise ValueError("an extension by nothing is none")


@dataclass(frozen=True, slots=True)
class Allotment:
    """The part of a term that one step of the process gets."""

    step: str
    term: Term


@dataclass(frozen=True, slots=True)
class Phase:
    """When one step should begin and be done."""

    step: str
    begins_at: datetime
    due_at: datetime


class StepKind(StrEnum):
    """What happened on the way from receipt to promise."""

    RECEIVED = "received"
    CUT_OFF = "cut_off"
    DAYS_OFF = "days_off"
    MADE_UP = "made_up"
    MOVED = "moved"
    EXTENDED = "extended"
    PAUSED = "paused"
    PAUSED_STILL = "paused_still"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that differs from the weekly rule, with its name."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of counting. `at` and `until` are moments (UTC); `minutes` are working minutes."""

    kind: StepKind
    at: datetime
    until: datetime | None = None
    term: Term | None = None
    days: tuple[NamedDay, ...] = ()
    minutes: int = 0
    reason: str = ""


class Standing(StrEnum):
    """How a promise stands at a moment."""

    LEFT = "left"
    TODAY = "today"
    LATE = "late"
    PAUSED = "paused"
    PAUSED_LATE = "paused_late"


class Measure(StrEnum):
    """The unit of a lateness number."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"


@dataclass(frozen=True, slots=True)
class Lateness:
    """The short word for the desk: late n, today at `due_at`, n left, paused for n. Figures, no words."""

    kind: Standing
    number: int
    unit: Measure
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Warnings:
    """When to warn: at the given share of the working time, and one working day before."""

    share_at: datetime
    day_before_at: datetime


class OutsideCalendar(Unable):
    """The calendar does not reach that far, or has no working time there."""

    code = "outside-calendar"
    status = 409

    def __init__(self, calendar: str) -> None:
        super().__init__(
            _("Lịch làm việc “%(calendar)s” chưa có cho thời gian này. Hãy báo người quản trị bổ sung.")
            % {"calendar": calendar},
            calendar=calendar,
        )


class UnknownCalendar(NotFound):
    """No calendar of that code is kept."""

    code = "unknown-calendar"
