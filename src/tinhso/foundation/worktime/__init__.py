"""Working time: the one engine every deadline comes from, and the calendars it counts by.

    calendar = worktime.calendar(agency.calendar)
    promised = worktime.promise(start=at, term=Term(5, Unit.WORKING_DAY), calendar=calendar)
    promised.due_at, worktime.explain(promised), worktime.standing(promised, at)

Counting is pure and takes a `Calendar`; calendars are stored as dated rows under a national one, and edited
by administrators.
"""

from tinhso.foundation.worktime.allotments import phases
from tinhso.foundation.worktime.calendars import (
    Calendar,
    DayKind,
    Hours,
    Override,
    Sessions,
    build,
    working_minutes,
)
from tinhso.foundation.worktime.contracts import (
    Allotment,
    Extension,
    Lateness,
    Measure,
    NamedDay,
    OutsideCalendar,
    Pause,
    Phase,
    Standing,
    Step,
    StepKind,
    Term,
    Unit,
    UnknownCalendar,
    Warnings,
)
from tinhso.foundation.worktime.lateness import as_if_answered, remaining, standing, warnings
from tinhso.foundation.worktime.listing import CalendarLine, SetDay, below, calendars, set_days, week
from tinhso.foundation.worktime.promises import Promise, promise
from tinhso.foundation.worktime.stored import (
    NATIONAL,
    calendar,
    clear_day,
    cut_off,
    forget,
    keep_calendar,
    load,
    set_day,
    set_hours,
)
from tinhso.foundation.worktime.trace import steps
from tinhso.foundation.worktime.words import (
    explain,
    say_day,
    say_measure,
    say_term,
    summary,
)

__all__ = [
    "NATIONAL",
    "Allotment",
    "Calendar",
    "CalendarLine",
    "DayKind",
    "Extension",
    "Hours",
    "Lateness",
    "Measure",
    "NamedDay",
    "OutsideCalendar",
    "Override",
    "Pause",
    "Phase",
    "Promise",
    "Sessions",
    "SetDay",
    "Standing",
    "Step",
    "StepKind",
    "Term",
    "Unit",
    "UnknownCalendar",
    "Warnings",
    "as_if_answered",
    "below",
    "build",
    "calendar",
    "calendars",
    "clear_day",
    "cut_off",
    "explain",
    "forget",
    "keep_calendar",
    "load",
    "phases",
    "promise",
    "remaining",
    "say_day",
    "say_measure",
    "say_term",
    "set_day",
    "set_days",
    "set_hours",
    "standing",
    "steps",
    "summary",
    "warnings",
    "week",
    "working_minutes",
]
