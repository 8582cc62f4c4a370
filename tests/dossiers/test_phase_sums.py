"""Agencies that each keep their own time keep the promise together, whatever their shares and the hour."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.dossiers.test_passing import later
from tests.support.between import sent, three
from tests.support.office import SENT, procedure
from tinhso.dossiers.models import Phase
from tinhso.dossiers.operations import intake, routing
from tinhso.foundation import worktime
from tinhso.foundation.errors import Invalid
from tinhso.procedures import api as procedures
from tinhso.procedures.completeness import DAY_HOURS, contradictions

CALENDAR = worktime.build(
    code="thu",
    first=date(2025, 1, 1),
    last=date(2028, 12, 31),
    hours=[
        [
            worktime.Hours(weekday, opens, closes, date(2025, 1, 1))
            for weekday in range(5)
            for opens, closes in ((450, 690), (810, 1050))
        ]
    ],
    holidays={date(2026, 4, 30): "Ngày Chiến thắng", date(2026, 5, 1): "Quốc tế Lao động"},
)
UNIT = worktime.Unit
SHARES = st.lists(
    st.one_of(
        st.integers(1, 6).map(lambda days: worktime.Term(days, UNIT.WORKING_DAY)),
        st.integers(1, 40).map(lambda hours: worktime.Term(hours, UNIT.HOUR)),
    ),
    min_size=1,
    max_size=5,
)


def days(share: worktime.Term) -> int:
    """What a share uses of a term in working days at most."""
    return share.amount if share.unit is UNIT.WORKING_DAY else -(-share.amount // DAY_HOURS)


def due(start: datetime, term: worktime.Term) -> datetime:
    return worktime.promise(start=start, term=term, calendar=CALENDAR).due_at


@settings(max_examples=300, deadline=None)
@given(shares=SHARES, minutes=st.integers(0, 60 * 24 * 90), early=st.lists(st.integers(0, 3000), max_size=5))
def test_shares_kept_one_after_the_other_keep_the_whole(
    shares: list[worktime.Term], minutes: int, early: list[int]
) -> None:
    start = SENT + timedelta(minutes=minutes)
    whole = due(start, worktime.Term(sum(days(share) for share in shares), UNIT.WORKING_DAY))

    at = start
    for number, share in enumerate(shares):
        done = due(at, share) - timedelta(minutes=early[number] if number < len(early) else 0)
        assert done <= due(at, share)
        at = max(at, done)

    assert at <= whole


@settings(max_examples=100, deadline=None)
@given(shares=SHARES, term=st.integers(1, 30))
def test_shares_that_exceed_the_term_are_refused(shares: list[worktime.Term], term: int) -> None:
    fits = sum(days(share) for share in shares) <= term
    content = procedures.Content(
        name="Thử",
        sector="Thử",
        term=worktime.Term(term, UNIT.WORKING_DAY),
        phases=tuple(
            procedures.PhaseTerm(key=f"p{number}", name="Giai đoạn", term=share)
            for number, share in enumerate(shares)
        ),
    )

    assert ("phases" in contradictions(content)) is not fits


@settings(max_examples=100, deadline=None)
@given(share=st.integers(1, 5), pause=st.integers(1, 5000), after=st.integers(1, 2000))
def test_a_stay_elsewhere_moves_the_clock_by_exactly_its_working_time(
    share: int, pause: int, after: int
) -> None:
    term = worktime.Term(share, UNIT.WORKING_DAY)
    left = SENT + timedelta(minutes=after)
    plain = due(SENT, term)
    assume(left < plain)
    back = left + timedelta(minutes=pause)
    away = worktime.Pause(begin=left, end=back, reason="")

    moved = worktime.promise(start=SENT, term=term, calendar=CALENDAR, pauses=[away]).due_at

    assert worktime.working_minutes(plain, moved, CALENDAR) == worktime.working_minutes(left, back, CALENDAR)


@pytest.mark.django_db
def test_a_process_and_its_phases_must_name_the_same_agencies() -> None:
    with pytest.raises(Invalid):
        procedure(process="xa-so-tinh")


@pytest.mark.django_db
def test_three_agencies_that_take_all_their_time_keep_the_promise() -> None:
    place = three(hours=16, so_days=5, tinh_days=3, term=10)
    id = sent(place).id
    intake.accept(dossier_id=id, by=place.xa.intake, at=later(1))

    routing.hand_on(dossier_id=id, by=place.xa.specialist, at=Phase.objects.get(key="xa").due_at)

    so = Phase.objects.get(key="so")
    calendar = worktime.calendar(worktime.NATIONAL)
    tinh = worktime.promise(
        start=so.due_at, term=worktime.Term(3, UNIT.WORKING_DAY), calendar=calendar
    ).due_at
    promised = so.dossier.due_at
    assert promised is not None
    assert tinh <= promised
