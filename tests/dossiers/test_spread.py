"""Percentile, thirds and winsorised mean, against slow ones that say what they mean."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.dossiers.spread import percentile, thirds, winsorised_mean

numbers = st.lists(st.integers(0, 10_000).map(lambda n: n / 8), min_size=1, max_size=80).map(sorted)
percents = st.integers(1, 100)
busy = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
"""A busy machine draws slowly."""


@busy
@given(numbers, percents)
def test_a_percentile_is_the_smallest_that_so_many_do_not_exceed(ordered: list[float], percent: int) -> None:
    enough = [
        one
        for one in ordered
        if Fraction(sum(other <= one for other in ordered) * 100, len(ordered)) >= percent
    ]
    assert percentile(ordered, percent) == min(enough)


@busy
@given(numbers)
def test_thirds_are_the_whole_in_order_and_alike_in_size(ordered: list[float]) -> None:
    parts = thirds(ordered)
    assert [one for part in parts for one in part] == ordered
    sizes = [len(part) for part in parts]
    assert max(sizes) - min(sizes) <= 1
    if len(ordered) >= 3:
        assert all(sizes)


@busy
@given(numbers.filter(lambda several: len(several) >= 3), percents)
def test_most_of_the_slowest_third_need_no_less_than_most_of_all(ordered: list[float], percent: int) -> None:
    fast, middle, slow = (percentile(part, percent) for part in thirds(ordered))
    assert fast <= middle <= slow
    assert fast <= percentile(ordered, percent) <= slow


@busy
@given(numbers, st.integers(0, 49))
def test_a_winsorised_mean_replaces_what_lies_outside(ordered: list[float], percent: int) -> None:
    left = list(ordered)
    for _each in range(math.floor(len(ordered) * percent / 100)):
        left.remove(min(left))
        left.remove(max(left))
    slow = [min(max(one, left[0]), left[-1]) for one in ordered]
    assert winsorised_mean(ordered, percent) == pytest.approx(sum(slow) / len(slow))
    assert ordered[0] - 1e-9 <= winsorised_mean(ordered, percent) <= ordered[-1] + 1e-9


@busy
@given(numbers.filter(lambda several: len(several) >= 20), st.integers(1, 10**6))
def test_one_dossier_however_slow_does_not_move_the_mean(ordered: list[float], more: int) -> None:
    assert winsorised_mean([*ordered[:-1], ordered[-1] + more], 5) == winsorised_mean(ordered, 5)


def test_of_nothing_there_is_neither() -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile([], 90)
    with pytest.raises(ValueError, match="no mean"):
        winsorised_mean([], 5)
