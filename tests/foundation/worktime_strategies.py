"""Calendars, moments and pauses for the properties of the deadline engine."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tinhso.foundation.worktime import Calendar, Extension, Hours, Pause, Term, Unit, build

FIRST, LAST = date(2024, 1, 1), date(2031, 12, 31)
MORNING, AFTERNOON = (7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60 + 30)


def usual_hours(*, saturday: bool = False) -> list[Hours]:
    week = [Hours(weekday, *session, FIRST) for weekday in range(5) for session in (MORNING, AFTERNOON)]
    return [*week, Hours(5, *MORNING, FIRST)] if saturday else week


def usual(holidays: dict[date, str] | None = None, make_up: dict[date, str] | None = None) -> Calendar:
    return build(
        code="trial", first=FIRST, last=LAST, hours=[usual_hours()], holidays=holidays, make_up_days=make_up
    )


START = datetime(2025, 1, 1, tzinfo=UTC)
days = st.dates(date(2025, 1, 1), date(2026, 12, 31))
moments = st.integers(0, 730 * 24 * 3600).map(lambda second: START + timedelta(seconds=second))


@st.composite
def calendars(draw: st.DrawFn) -> tuple[list[Hours], dict[date, str]]:
    hours = usual_hours(saturday=draw(st.booleans()))
    return hours, dict.fromkeys(draw(st.lists(days, max_size=25)), "nghỉ")


def made(parts: tuple[list[Hours], dict[date, str]]) -> Calendar:
    hours, holidays = parts
    return build(code="trial", first=FIRST, last=LAST, hours=[hours], holidays=holidays)


working_terms = st.one_of(
    st.builds(Term, st.integers(0, 60), st.just(Unit.WORKING_DAY)),
    st.builds(Term, st.integers(1, 200), st.just(Unit.HOUR)),
)
calendar_terms = st.one_of(
    st.builds(Term, st.integers(1, 90), st.just(Unit.CALENDAR_DAY)),
    st.builds(Term, st.integers(1, 6), st.just(Unit.MONTH)),
)
terms = working_terms | calendar_terms
extensions = st.lists(st.builds(Extension, terms.filter(lambda term: term.amount > 0)), max_size=2)


@st.composite
def pauses_after(
    draw: st.DrawFn, start: datetime, *, most: int = 3, within: int = 60 * 24 * 40
) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, most))):
        begin = start + timedelta(minutes=draw(st.integers(0, within)))
        found.append(Pause(begin, begin + timedelta(minutes=draw(st.integers(0, 60 * 24 * 20)))))
    return found
