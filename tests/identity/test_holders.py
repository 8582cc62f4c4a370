"""Who holds a role, from memory: what the database would answer, and every change seen at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tests.support import people
from tests.support.people import AT
from tinhso.foundation import moments
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api
from tinhso.identity.models import Absence, Account, Delegation, Post

pytestmark = pytest.mark.django_db
ASKED = """
    WITH post AS (
        SELECT officer_id, role, unit_id FROM identity_post
        WHERE unit_id = %(unit)s AND role = %(role)s AND period @> %(day)s::date
    ), holder AS (
        SELECT officer_id FROM post
        UNION
        SELECT d.deputy_id FROM identity_delegation d
        JOIN post ON post.officer_id = d.delegator_id AND post.role = d.role AND post.unit_id = d.unit_id
        WHERE d.period @> %(at)s::timestamptz
    )
    SELECT o.account_id FROM holder JOIN identity_officer o ON o.account_id = holder.officer_id
    JOIN identity_account a ON a.id = o.account_id AND a.is_active
    WHERE NOT EXISTS (SELECT 1 FROM identity_absence x
                      WHERE x.officer_id = o.account_id AND x.period @> %(at)s::timestamptz)
    ORDER BY o.sort, o.account_id
"""
HOURS = some.integers(-80, 80)
SPANS = some.tuples(HOURS, some.integers(1, 60))
WHO = some.integers(0, 2)


def _asked(role: str, unit: UUID, at: datetime) -> tuple[UUID, ...]:
    with connection.cursor() as cursor:
        cursor.execute(ASKED, {"unit": unit, "role": role, "at": at, "day": moments.today(at)})
        return tuple(row[0] for row in cursor.fetchall())


def _span(given: tuple[int, int]) -> tuple[datetime, datetime]:
    begins = AT + timedelta(hours=given[0])
    return begins, begins + timedelta(hours=given[1])


def _kept(make: Any) -> None:
    """Make a row, unless the database says that it overlaps one there is."""
    try:
        with transaction.atomic():
            make()
    except IntegrityError:
        return


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    posts=some.lists(some.tuples(WHO, some.sampled_from(["leader", "clerk"]), SPANS), max_size=5),
    absences=some.lists(some.tuples(WHO, SPANS), max_size=3),
    delegations=some.lists(some.tuples(WHO, WHO, some.sampled_from(["leader", "clerk"]), SPANS), max_size=4),
    closed=some.none() | WHO,
    hours=some.lists(HOURS, min_size=1, max_size=6),
)
def test_memory_and_database_name_the_same_officers(
    posts: Any, absences: Any, delegations: Any, closed: Any, hours: Any
) -> None:
    place = people.unit()
    officers = [people.officer("specialist", place, name=name).id for name in ("an", "binh", "chau")]
    for who, role, span in posts:
        first, last = (moments.today(moment) for moment in _span(span))
        _kept(
            lambda who=who, role=role, first=first, last=last: Post.objects.create(
                officer_id=officers[who], role=role, unit_id=place, valid_from=first,
                valid_to=last if last > first else None,
            )
        )  # fmt: skip
    for who, span in absences:
        begins, ends = _span(span)
        _kept(
            lambda who=who, begins=begins, ends=ends: Absence.objects.create(
                officer_id=officers[who], begins_at=begins, ends_at=ends
            )
        )
    for who, deputy, role, span in delegations:
        begins, ends = _span(span)
        _kept(
            lambda who=who, deputy=deputy, role=role, begins=begins, ends=ends: Delegation.objects.create(
                delegator_id=officers[who], deputy_id=officers[deputy], role=role, unit_id=place,
                begins_at=begins, ends_at=ends,
            )
        )  # fmt: skip
    if closed is not None:
        account = Account.objects.get(id=officers[closed])
        account.is_active = False
        account.save()

    for hour in hours:
        at = AT + timedelta(hours=hour)
        for role in ("leader", "clerk", "specialist"):
            assert api.holders(role=role, unit=place, at=at) == _asked(role, place, at)
        by_place = api.holders_by_place(roles=[api.Role.LEADER, api.Role.CLERK], units=[place], at=at)
        assert by_place.get((api.Role.LEADER, place), ()) == _asked("leader", place, at)
        assert by_place.get((api.Role.CLERK, place), ()) == _asked("clerk", place, at)


def test_who_holds_a_role_is_read_once(django_assert_num_queries: Any) -> None:
    place = people.unit()
    clerk = people.officer("clerk", place)
    assert api.holders(role="clerk", unit=place, at=AT) == (clerk.id,)
    with django_assert_num_queries(0):
        assert api.holders(role="clerk", unit=place, at=AT + timedelta(days=1)) == (clerk.id,)
        assert api.holders(role="leader", unit=place, at=AT) == ()


def test_a_post_or_a_delegation_that_ends_is_seen_at_once() -> None:
    place = people.unit()
    leader, deputy = people.officer("leader", place), people.officer("specialist", place)
    assert leader.id
    assert deputy.id
    given = api.delegate(
        delegator_id=leader.id, deputy_id=deputy.id, role=api.Role.LEADER, unit_id=place,
        begins_at=AT - timedelta(days=1), ends_at=AT + timedelta(days=9), by=SYSTEM, at=AT,
    )  # fmt: skip
    assert set(api.holders(role="leader", unit=place, at=AT)) == {leader.id, deputy.id}

    api.end_delegation(delegation_id=given, by=SYSTEM, at=AT)
    assert api.holders(role="leader", unit=place, at=AT) == (leader.id,)

    post = Post.objects.get(officer_id=leader.id, role="leader")
    api.end_post(post_id=post.id, on=moments.today(AT), by=SYSTEM, at=AT)
    assert api.holders(role="leader", unit=place, at=AT) == ()
