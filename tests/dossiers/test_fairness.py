"""To whom a dossier should go: the rule that suggests, with any load, any absences, any order of facts."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.dossiers.fairness import UNUSED, Candidate, Piece, Press, ranked, share, size, weight
from tinhso.foundation.worktime import Term, Unit

KIND = "1.001193"
busy = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""A busy machine draws slowly."""


@st.composite
def offices(draw: st.DrawFn) -> list[Candidate]:
    several = draw(st.integers(1, 8))
    return [
        Candidate(
            officer=UUID(int=number + 1),
            place=number,
            weight=draw(st.integers(0, 40)),
            open=draw(st.integers(0, 20)),
            leaves=draw(st.booleans()),
            done=draw(st.sampled_from([{}, {KIND: 1}, {KIND: 12}, {"khác": 3}])),
        )
        for number in range(several)
    ]


def heavy(one: Candidate) -> int:
    return one.weight + (0 if one.done.get(KIND) else UNUSED)


@busy
@given(offices(), st.randoms())
def test_first_is_who_stays_and_has_least_whatever_the_order(office: list[Candidate], chance: object) -> None:
    first = ranked(office, KIND)[0]
    shuffled = list(office)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis gives a Random
    assert ranked(shuffled, KIND) == ranked(office, KIND)
    staying = [one for one in office if not one.leaves] or office
    assert first in staying
    assert heavy(first) == min(heavy(one) for one in staying)


@busy
@given(offices(), st.integers(1, 20))
def test_more_work_never_brings_more_work(office: list[Candidate], more: int) -> None:
    first, *others = ranked(office, KIND)
    for burdened in others:
        heavier = [
            replace(one, weight=one.weight + more, open=one.open + 1) if one is burdened else one
            for one in office
        ]
        assert ranked(heavier, KIND)[0].officer == first.officer


@busy
@given(offices(), st.lists(st.integers(1, 6), max_size=30))
def test_shared_out_nobody_is_given_what_another_had_more_room_for(
    office: list[Candidate], weights: list[int]
) -> None:
    everybody = frozenset(one.officer for one in office)
    pieces = [Piece(UUID(int=1_000 + n), KIND, each, everybody) for n, each in enumerate(weights)]
    to = share(pieces, office)
    assert set(to) == {piece.id for piece in pieces}

    staying = [one for one in office if not one.leaves] or office
    assert set(to.values()) <= {one.officer for one in staying}, "who goes away gets none while others stay"
    after = {one.officer: heavy(one) for one in staying}
    for piece in pieces:
        after[to[piece.id]] += piece.weight
    given_to = {to[piece.id] for piece in pieces}
    for officer in given_to:
        assert after[officer] <= min(after.values()) + max(weights)


@busy
@given(offices(), st.lists(st.frozensets(st.integers(1, 8), max_size=4), max_size=20))
def test_each_goes_to_somebody_who_may_get_it_or_to_nobody(
    office: list[Candidate], allowed: list[frozenset[int]]
) -> None:
    known = {one.officer for one in office}
    pieces = [
        Piece(UUID(int=1_000 + n), KIND, 2, frozenset(UUID(int=each) for each in several))
        for n, several in enumerate(allowed)
    ]
    to = share(pieces, office)
    for piece in pieces:
        assert (piece.id in to) is bool(piece.officers & known)
        assert piece.id not in to or to[piece.id] in piece.officers


def test_who_knows_the_procedure_comes_before_who_has_a_little_less() -> None:
    knows = Candidate(UUID(int=1), 0, weight=10, open=4, done={KIND: 5})
    new = Candidate(UUID(int=2), 1, weight=8, open=3)
    free = Candidate(UUID(int=3), 2, weight=2, open=1)
    assert ranked([new, knows], KIND)[0] is knows
    assert ranked([new, knows, free], KIND)[0] is free


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (None, 3),
        (Term(0, Unit.WORKING_DAY), 1),
        (Term(8, Unit.HOUR), 1),
        (Term(1, Unit.WORKING_DAY), 1),
        (Term(5, Unit.WORKING_DAY), 2),
        (Term(15, Unit.CALENDAR_DAY), 3),
        (Term(1, Unit.MONTH), 3),
    ],
)
def test_what_takes_long_weighs_more(term: Term | None, expected: int) -> None:
    assert size(term) == expected
    weights = [weight(term, press) for press in (Press.WAITS, Press.LATER, Press.SOON, Press.LATE)]
    assert weights == [expected, expected + 1, expected + 2, expected + 3]
