"""Who is called next, and what is told to those who wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.counter import fairness
from tinhso.counter.contracts import TurnKind
from tinhso.counter.fairness import Staffed, Waiting

AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
A, B = UUID(int=1), UUID(int=2)
BOTH = frozenset({A, B})


def one(number: int, service: UUID = A, *, first: bool = False, booked: int | None = None) -> Waiting:
    appointed = None if booked is None else AT + booked * MINUTE
    return Waiting(UUID(int=100 + number), service, AT + number * MINUTE, first, appointed)


def chosen(*waiting: Waiting, in_a_row: int = 0, at: datetime = AT) -> Waiting | None:
    return fairness.choose(waiting, services=BOTH, in_a_row=in_a_row, most_in_a_row=2, at=at)


def test_who_has_the_right_comes_first_and_the_line_goes_by_time() -> None:
    assert chosen(one(1), one(2)) == one(1)
    assert chosen(one(1), one(2, first=True)) == one(2, first=True)
    assert chosen() is None


def test_after_two_with_the_right_one_without_it_is_called() -> None:
    line = (one(1), one(2, first=True))
    assert chosen(*line, in_a_row=1) == one(2, first=True)
    assert chosen(*line, in_a_row=2) == one(1)
    assert chosen(one(2, first=True), in_a_row=9) == one(2, first=True)


def test_who_booked_comes_at_their_time_and_early_only_when_nobody_else_waits() -> None:
    booked = one(5, booked=30)
    assert chosen(one(1), booked) == one(1)
    assert chosen(booked) == booked
    assert chosen(one(1), one(2, first=True), booked, at=AT + 30 * MINUTE) == booked


def test_a_window_calls_only_for_what_is_done_there() -> None:
    assert fairness.choose(
        [one(1, A), one(2, B)], services=frozenset({B}), in_a_row=0, most_in_a_row=2, at=AT
    ) == one(2, B)


def expected(waiting: list[Waiting], *windows: Staffed) -> dict[UUID, fairness.Expected]:
    return fairness.expect(waiting, windows, minutes={A: 10.0, B: 20.0}, in_a_row=0, most_in_a_row=2, at=AT)


def test_the_wait_is_counted_by_the_pace_of_each_service() -> None:
    window = Staffed(UUID(int=7), BOTH, AT + 5 * MINUTE)
    found = expected([one(1, A), one(2, B), one(3, A)], window)

    assert [found[one(n).id].at for n in (1, 2, 3)] == [AT + n * MINUTE for n in (5, 15, 35)]
    assert [found[one(n).id].ahead for n in (1, 2, 3)] == [0, 1, 2]


def test_two_windows_halve_the_wait_and_nobody_is_promised_what_no_window_does() -> None:
    windows = [Staffed(UUID(int=n), frozenset({A}), AT) for n in (7, 8)]
    found = expected([one(1), one(2), one(3), one(4, B)], *windows)

    assert [found[one(n).id].at for n in (1, 2, 3)] == [AT, AT, AT + 10 * MINUTE]
    assert one(4).id not in found


ROWS = st.lists(
    st.tuples(st.sampled_from([A, B]), st.booleans(), st.none() | st.integers(-60, 60)), max_size=25
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine draws slowly
@given(ROWS, st.integers(0, 3))
def test_however_the_line_is_made_everybody_is_called_once_and_nobody_starves(
    rows: list[tuple[UUID, bool, int | None]], most: int
) -> None:
    left = [one(n, service, first=first, booked=booked) for n, (service, first, booked) in enumerate(rows)]
    called: list[Waiting] = []
    in_a_row = 0
    while left:
        ordinary = [each for each in left if each.turn is TurnKind.ORDINARY]
        next_one = fairness.choose(left, services=BOTH, in_a_row=in_a_row, most_in_a_row=most, at=AT)
        assert next_one in left
        if next_one.turn is TurnKind.FIRST and ordinary:
            assert in_a_row < most
        if next_one.turn is TurnKind.ORDINARY:
            assert next_one == min(ordinary, key=lambda each: each.since)
        in_a_row = fairness.counted(in_a_row, next_one.turn)
        left.remove(next_one)
        called.append(next_one)
    assert len({each.id for each in called}) == len(rows)
