"""Phases: the steps of a process, each with its part of the term."""

from __future__ import annotations

from collections.abc import Sequence

from tinhso.foundation.worktime.calendars import DAY, minute, moment
from tinhso.foundation.worktime.contracts import Allotment, Phase, Term
from tinhso.foundation.worktime.promises import Promise, Span, agreed, merged
from tinhso.foundation.worktime.trace import in_working_time


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
