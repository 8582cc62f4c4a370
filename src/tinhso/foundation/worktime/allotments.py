"""Phases: the steps of a process, each with its part of the term."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext as _

from tinhso.foundation.worktime.calendars import DAY, minute, moment
from tinhso.foundation.worktime.contracts import Allotment, Phase, Term, TooMuchAllotted, Unit
from tinhso.foundation.worktime.promises import Promise, Span, agreed, merged
from tinhso.foundation.worktime.trace import in_working_time


def nominal_minutes(term: Term, *, day_hours: int) -> Fraction:
    """A term as working minutes without a calendar: for comparing sums, never for promising.

    A calendar day is 5/7 of a working day of `day_hours` (legal value `allotment_day_hours`), a month is 30
    calendar days.
    """
    day = day_hours * 60
    each = {
        Unit.HOUR: Fraction(60),
        Unit.WORKING_DAY: Fraction(day),
        Unit.CALENDAR_DAY: Fraction(day * 5, 7),
        Unit.MONTH: Fraction(day * 5 * 30, 7),
    }
    return each[term.unit] * term.amount


def check_allotments(term: Term, allotments: Sequence[Allotment], *, day_hours: int) -> None:
    """See that the steps together get no more than the whole. Raises TooMuchAllotted."""
    whole = max(nominal_minutes(term, day_hours=day_hours), Fraction(0 if term.amount else day_hours * 60))
    parts = sum((nominal_minutes(each.term, day_hours=day_hours) for each in allotments), Fraction(0))
    if parts > whole:
        raise TooMuchAllotted(
            _("Thời hạn các bước cộng lại là %(parts)s giờ, nhiều hơn thời hạn chung là %(whole)s giờ.")
            % {"parts": _hours(parts), "whole": _hours(whole)}
        )


def _hours(minutes: Fraction) -> str:
    return f"{float(minutes / 60):.1f}".removesuffix(".0").replace(".", ",")


def phases(promised: Promise, allotments: Sequence[Allotment]) -> tuple[Phase, ...]:
    """When each step should begin and be done, one after the other, none later than the promise.

    A pause moves the step in which it began and those after it.
    """
    begin = minute(promised.start)
    spans = merged(promised.pauses, begin, promised.at)
    found: list[Phase] = []
    for allotment in allotments:
        due = min(_due(promised, begin, allotment.term, spans), minute(promised.due_at))
        due = max(due, begin)
        found.append(Phase(step=allotment.step, begins_at=moment(begin), due_at=moment(due)))
        begin = due
    return tuple(found)


def _due(promised: Promise, begin: int, term: Term, spans: list[Span]) -> int:
    calendar = promised.calendar
    base, last = agreed(begin, term, (), calendar, promised.cut_off)
    due = base
    waited = stood = 0
    for start, end in spans:
        if end <= begin or start >= due:
            continue
        start = max(start, begin)
        waited += calendar.worked(end) - calendar.worked(start)
        stood += end - start
        if in_working_time(term):
            due = calendar.reached(calendar.worked(base) + waited)
        else:
            due = calendar.close(last - (-stood // DAY))
    return due
