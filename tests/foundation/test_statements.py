"""Statements run in one round trip, and as one."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection

from tinhso.foundation.statements import Statement, as_one, together

pytestmark = pytest.mark.django_db
PUT = "INSERT INTO sums VALUES (%s, %s)"


@pytest.fixture(autouse=True)
def sums() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE sums (name text PRIMARY KEY, amount bigint) ON COMMIT DROP")


def test_each_of_several_does_its_part_and_the_last_answers() -> None:
    ask: Statement = ("SELECT count(*) FROM sums WHERE amount > %s", [1])
    (found,) = together([as_one([(PUT, ["a", 1]), (PUT, ["b", 2]), ask])])
    assert found == [(0,)], "none sees what another wrote"
    assert together([ask, (PUT, ["c", 3]), ask]) == [[(1,)], [], [(2,)]]


def test_one_is_itself() -> None:
    assert as_one([(PUT, ["a", 1])]) == (PUT, ["a", 1])


def test_a_fault_of_one_undoes_all() -> None:
    with pytest.raises(IntegrityError), connection.cursor():
        together([as_one([(PUT, ["a", 1]), (PUT, ["a", 2])])])
