from __future__ import annotations

from bisect import bisect_left
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.foundation.worktime_strategies import (
    calendar_terms,
    calendars,
    days,
    extensions,
    made,
    moments,
    pauses_after,
    terms,
    working_terms,
)
from tinhso.foundation.moments import midnight
from tinhso.foundation.worktime import (
    Calendar,
    Extension,
    Hours,
    OutsideCalendar,
    Pause,
    Standing,
    Term,
    Unit,
    as_if_answered,
    promise,
    remaining,
    standing,
    warnings,
    working_minutes,
)

Parts = tuple[list[Hours], dict[date, str]]
FEW = settings(max_examples=60, deadline=None)
CUT_OFFS = st.none() | st.just(time(15))


def in_working_time(at: datetime, calendar: Calendar) -> bool:
    minute = timedelta(minutes=1)
    return working_minutes(at - minute, at, calendar) == 1


@FEW
@given(calendars(), moments, working_terms, extensions, CUT_OFFS, st.data())
def test_a_pause_moves_a_working_promise_by_exactly_its_working_minutes(
    parts: Parts,
    start: datetime,
    term: Term,
    more: list[Extension],
    cut_off: time | None,
    data: st.DataObject,
) -> None:
    calendar = made(parts)
    [pause] = data.draw(pauses_after(start, most=1).filter(len))
    plain = promise(start=start, term=term, calendar=calendar, extensions=more, cut_off=cut_off)
    moved = promise(
        start=start, term=term, calendar=calendar, extensions=more, cut_off=cut_off, pauses=[pause]
    )
    assert pause.end is not None
    waited = working_minutes(pause.begin, pause.end, calendar)
    assert working_minutes(plain.due_at, moved.due_at, calendar) == waited


@FEW
@given(calendars(), moments, terms, st.data())
def test_split_pauses_equal_one(parts: Parts, start: datetime, term: Term, data: st.DataObject) -> None:
    calendar = made(parts)
    [whole] = data.draw(pauses_after(start, most=1).filter(len))
    assert whole.end is not None
    middle = whole.begin + (whole.end - whole.begin) * data.draw(st.floats(0, 1))
    halves = [Pause(middle, whole.end), Pause(whole.begin, middle)]
    one = promise(start=start, term=term, calendar=calendar, pauses=[whole])
    split = promise(start=start, term=term, calendar=calendar, pauses=halves)
    assert one.due_at == split.due_at


@FEW
@given(calendars(), moments, calendar_terms, st.data())
def test_a_longer_pause_never_makes_a_calendar_promise_earlier(
    parts: Parts, start: datetime, term: Term, data: st.DataObject
) -> None:
    calendar = made(parts)
    pauses = data.draw(pauses_after(start).filter(len))
    longer = [*pauses[1:], Pause(pauses[0].begin, pauses[0].end and pauses[0].end + timedelta(hours=31))]
    plain = promise(start=start, term=term, calendar=calendar)
    short = promise(start=start, term=term, calendar=calendar, pauses=pauses)
    long = promise(start=start, term=term, calendar=calendar, pauses=longer)
    assert plain.due_at <= short.due_at <= long.due_at


@FEW
@given(calendars(), moments, terms, st.integers(1, 30))
def test_a_longer_term_never_ends_earlier(parts: Parts, start: datetime, term: Term, more: int) -> None:
    calendar = made(parts)
    longer = Term(term.amount + more, term.unit)
    assert (
        promise(start=start, term=term, calendar=calendar).due_at
        <= promise(start=start, term=longer, calendar=calendar).due_at
    )


@FEW
@given(calendars(), moments, terms, extensions, CUT_OFFS, st.data())
def test_a_promise_is_always_inside_working_time_and_after_receipt(
    parts: Parts,
    start: datetime,
    term: Term,
    more: list[Extension],
    cut_off: time | None,
    data: st.DataObject,
) -> None:
    calendar = made(parts)
    pauses = data.draw(pauses_after(start))
    due = promise(
        start=start, term=term, calendar=calendar, pauses=pauses, extensions=more, cut_off=cut_off
    ).due_at
    assert in_working_time(due, calendar)
    assert due > start - timedelta(minutes=1)


@FEW
@given(calendars(), moments, terms, extensions, CUT_OFFS, days)
def test_adding_a_holiday_never_shortens(
    parts: Parts, start: datetime, term: Term, more: list[Extension], cut_off: time | None, holiday: date
) -> None:
    hours, holidays = parts
    before = promise(start=start, term=term, calendar=made(parts), extensions=more, cut_off=cut_off)
    after = promise(
        start=start,
        term=term,
        calendar=made((hours, {**holidays, holiday: "thêm"})),
        extensions=more,
        cut_off=cut_off,
    )
    assert after.due_at >= before.due_at


@FEW
@given(calendars(), moments, terms, days, st.data())
def test_adding_a_holiday_never_shortens_a_paused_promise(
    parts: Parts, start: datetime, term: Term, holiday: date, data: st.DataObject
) -> None:
    """Left out: a pause that begins when the promise is broken already moves only what is late anyhow, and a
    pause on the day of receipt is exact to the minute although that day is not counted."""
    hours, holidays = parts
    calendar = made(parts)
    assume(holiday != start.astimezone(calendar.zone).date())
    pauses: list[Pause] = []
    for pause in sorted(data.draw(pauses_after(start)), key=lambda each: each.begin):
        if pause.begin < promise(start=start, term=term, calendar=calendar, pauses=pauses).due_at:
            pauses.append(pause)
    before = promise(start=start, term=term, calendar=calendar, pauses=pauses)
    fuller = made((hours, {**holidays, holiday: "thêm"}))
    assert promise(start=start, term=term, calendar=fuller, pauses=pauses).due_at >= before.due_at


@FEW
@given(calendars(), moments, terms, extensions, st.data())
def test_a_pause_of_no_length_changes_nothing(
    parts: Parts, start: datetime, term: Term, more: list[Extension], data: st.DataObject
) -> None:
    calendar = made(parts)
    at = start + timedelta(minutes=data.draw(st.integers(-5000, 50000)))
    assert (
        promise(start=start, term=term, calendar=calendar, extensions=more, pauses=[Pause(at, at)]).due_at
        == promise(start=start, term=term, calendar=calendar, extensions=more).due_at
    )


@FEW
@given(calendars(), moments, terms, st.data())
def test_an_open_pause_counts_as_answered_today(
    parts: Parts, start: datetime, term: Term, data: st.DataObject
) -> None:
    calendar = made(parts)
    closed = data.draw(pauses_after(start, most=2))
    begin = start + timedelta(minutes=data.draw(st.integers(0, 30000)))
    now = begin + timedelta(minutes=data.draw(st.integers(0, 30000)))
    still = promise(start=start, term=term, calendar=calendar, pauses=[*closed, Pause(begin, None)])
    answered = promise(start=start, term=term, calendar=calendar, pauses=[*closed, Pause(begin, now)])
    assert as_if_answered(still, now).due_at == answered.due_at
    assert remaining(still, now) == working_minutes(now, answered.due_at, calendar)
    assert standing(still, now).kind in (Standing.PAUSED, Standing.PAUSED_LATE)
    counted = promise(start=start, term=term, calendar=calendar, pauses=still.pauses, at=now)
    assert counted.due_at == answered.due_at


@FEW
@given(calendars(), moments, working_terms, st.data())
def test_a_pause_leaves_lateness_as_it_was(
    parts: Parts, start: datetime, term: Term, data: st.DataObject
) -> None:
    calendar = made(parts)
    plain = promise(start=start, term=term, calendar=calendar)
    begin = start + timedelta(minutes=data.draw(st.integers(0, 60000)))
    end = begin + timedelta(minutes=data.draw(st.integers(0, 30000)))
    resumed = promise(start=start, term=term, calendar=calendar, pauses=[Pause(begin, end)])
    assert remaining(plain, begin) == remaining(resumed, end)


@FEW
@given(calendars(), moments, terms, st.integers(1, 99), st.data())
def test_warnings_come_in_time(
    parts: Parts, start: datetime, term: Term, percent: int, data: st.DataObject
) -> None:
    calendar = made(parts)
    pauses = data.draw(pauses_after(start))
    promised = promise(start=start, term=term, calendar=calendar, pauses=pauses)
    found = warnings(promised, percent=percent)
    assert start <= found.share_at <= promised.due_at
    assert start <= found.day_before_at <= promised.due_at


@FEW
@given(calendars(), moments, working_terms, moments)
def test_late_means_past_the_promise(parts: Parts, start: datetime, term: Term, now: datetime) -> None:
    assume(now >= start)
    promised = promise(start=start, term=term, calendar=made(parts))
    found = standing(promised, now)
    assert (found.kind is Standing.LATE) == (now > promised.due_at)
    assert found.number >= 0


@FEW
@given(calendars(), moments, st.integers(1, 40))
def test_counting_agrees_with_walking_day_by_day(parts: Parts, start: datetime, amount: int) -> None:
    calendar = made(parts)
    hours, holidays = parts
    weekdays = {row.weekday for row in hours}
    day = start.astimezone(calendar.zone).date()
    left = amount
    while left:
        day += timedelta(days=1)
        left -= day.weekday() in weekdays and day not in holidays
    due = promise(start=start, term=Term(amount, Unit.WORKING_DAY), calendar=calendar).due_at
    assert due.astimezone(calendar.zone).date() == day
    closes = max(row.closes for row in hours if row.weekday == day.weekday())
    assert due.astimezone(calendar.zone).time() == time(closes // 60, closes % 60)


@FEW
@given(calendars(), moments, st.integers(0, 5000))
def test_working_minutes_agree_with_counting_every_minute(parts: Parts, start: datetime, span: int) -> None:
    calendar = made(parts)
    hours, holidays = parts
    begin = start.replace(second=0, microsecond=0)
    edges = sorted({edge for row in hours for edge in (row.opens, row.closes)})
    counted = 0
    for number in range(span):
        local = (begin + timedelta(minutes=number)).astimezone(calendar.zone)
        minute = local.hour * 60 + local.minute
        sessions = {(row.opens, row.closes) for row in hours if row.weekday == local.weekday()}
        place = bisect_left(edges, minute + 1)
        near = (edges[place - 1], edges[place]) if 0 < place < len(edges) else (0, 0)
        counted += near in sessions and local.date() not in holidays
    assert working_minutes(begin, begin + timedelta(minutes=span), calendar) == counted


@FEW
@given(calendars(), days)
def test_a_day_works_when_it_has_a_working_minute(parts: Parts, day: date) -> None:
    calendar = made(parts)
    begins, ends = midnight(day), midnight(day + timedelta(days=1))
    assert calendar.works_on(day) == (working_minutes(begins, ends, calendar) > 0)


@given(calendars())
def test_a_day_beyond_the_calendar_is_not_guessed(parts: Parts) -> None:
    calendar = made(parts)
    for beyond in (calendar.first - timedelta(days=1), calendar.date_of(calendar.size)):
        with pytest.raises(OutsideCalendar):
            calendar.works_on(beyond)
