"""Work is given, moved, counted, closed; an absent officer's work is seen by who stands in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from tests.support import people
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.foundation.statements import together
from tinhso.identity import api as identity
from tinhso.tasks import api
from tinhso.tasks.models import Task

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def give(unit: UUID, **changes: Any) -> UUID:
    given: dict[str, Any] = {
        "subject": "dossier",
        "subject_id": new_id(),
        "act": "dossiers.accept",
        "title": "Tiếp nhận",
        "role": "specialist",
        "unit_id": unit,
        "holder": None,
        "due_at": None,
        "by": SYSTEM,
        "at": AT,
    } | changes
    return api.give(**given)


@pytest.fixture
def officer() -> ActorRef:
    return people.officer("specialist")


def unit_of(officer: ActorRef) -> UUID:
    assert officer.unit
    return officer.unit


def id_of(officer: ActorRef) -> UUID:
    assert officer.id
    return officer.id


def test_the_most_urgent_comes_first_and_what_has_no_date_last(
    officer: ActorRef, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    mine: dict[str, Any] = {"holder": officer.id}
    undated = give(unit_of(officer), **mine)
    later = give(unit_of(officer), due_at=AT + DAY, **mine)
    late = give(unit_of(officer), due_at=AT - DAY, **mine)
    same = give(unit_of(officer), due_at=AT - DAY, **mine)
    give(unit_of(officer))
    with django_assert_num_queries(1):
        work = api.mine(holder=id_of(officer))

    assert [task.id for task in work] == [late, same, later, undated]
    assert [task.id for task in api.mine(holder=id_of(officer), limit=1)] == [late]


def test_load_counts_by_urgency_of_a_person_and_of_baskets(
    officer: ActorRef, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    unit, evening = unit_of(officer), AT + timedelta(hours=8)
    for due in (AT - DAY, AT - timedelta(seconds=1), AT, evening, evening + timedelta(seconds=1), None):
        give(unit, holder=officer.id, due_at=due)
    give(unit, due_at=AT - DAY)
    give(people.unit(), due_at=AT - DAY)
    done = new_id()
    give(unit, holder=officer.id, subject_id=done, due_at=AT - DAY)
    api.close(subject="dossier", subject_id=done, by=officer, at=AT)
    with django_assert_num_queries(1):
        own = api.load(holder=officer.id, at=AT, end_of_day=evening)
    basket = api.load(holder=None, units=[unit], at=AT, end_of_day=evening)

    assert own == api.Load(late=2, today=2, later=1, undated=1)
    assert own.total == 6
    assert basket == api.Load(late=1, today=0, later=0, undated=0)


def test_moved_work_is_the_new_holders_alone_and_closed_work_nobodys(officer: ActorRef) -> None:
    colleague, subject = people.officer("specialist", unit_of(officer)), new_id()
    give(unit_of(officer), subject_id=subject, holder=officer.id)
    place: dict[str, Any] = {"subject": "dossier", "subject_id": subject}

    assert api.reassign(**place, unit_id=unit_of(officer), holder=colleague.id) == 1
    assert api.mine(holder=id_of(officer)) == ()
    assert api.mine(holder=id_of(colleague))[0].subject_id == subject
    assert api.set_due(**place, due_at=AT + DAY) == 1
    assert api.open_on(**place)[0].due_at == AT + DAY

    assert api.close(**place, by=colleague, at=AT + DAY) == 1
    assert api.close(**place, by=officer, at=AT + DAY) == 0, "closed once, by who closed it first"
    assert api.open_on(**place) == ()
    assert dict(together([(api.LAST_HOLDERS, list(place.values()))])[0]) == {"specialist": colleague.id}
    assert api.reassign(**place, unit_id=unit_of(officer), holder=officer.id) == 0


def test_the_path_names_every_unit_and_each_officer_with_the_end_of_their_last_piece(
    officer: ActorRef,
) -> None:
    subject, colleague = new_id(), people.officer()
    give(unit_of(officer), subject_id=subject, holder=officer.id)
    place: dict[str, Any] = {"subject": "dossier", "subject_id": subject}
    assert api.path(**place) == api.Path((unit_of(officer),), {id_of(officer): None})
    api.close(**place, by=colleague, at=AT)
    give(unit_of(colleague), subject_id=subject, holder=id_of(colleague), at=AT + DAY)

    assert api.path(**place) == api.Path(
        (unit_of(officer), unit_of(colleague)), {id_of(officer): AT, id_of(colleague): None}
    )


def stand_in(absent: ActorRef, deputy: ActorRef, *, until: datetime) -> None:
    identity.be_absent(officer_id=id_of(absent), begins_at=AT, ends_at=until, by=SYSTEM, at=AT)
    identity.delegate(
        delegator_id=id_of(absent),
        deputy_id=id_of(deputy),
        role=identity.Role.SPECIALIST,
        unit_id=unit_of(absent),
        begins_at=AT,
        ends_at=until,
        by=SYSTEM,
        at=AT,
    )


def test_a_deputy_sees_the_absent_officers_work_of_the_delegated_role_while_it_lasts(
    officer: ActorRef, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    deputy = people.officer("specialist")
    own = give(unit_of(deputy), holder=deputy.id, due_at=AT + DAY)
    delegated = give(unit_of(officer), holder=officer.id, due_at=AT)
    give(unit_of(officer), holder=officer.id, role="leader")
    give(people.unit(), holder=officer.id)
    stand_in(officer, deputy, until=AT + DAY)

    with django_assert_num_queries(2):
        seen = api.mine(holder=id_of(deputy), at=AT)
    assert [(task.id, task.holder) for task in seen] == [(delegated, officer.id), (own, deputy.id)]
    assert [task.id for task in api.mine(holder=id_of(deputy))] == [own]
    assert [task.id for task in api.mine(holder=id_of(deputy), at=AT + 2 * DAY)] == [own]
    assert [task.id for task in api.mine(holder=id_of(deputy), at=AT - DAY)] == [own]


def row(**changes: Any) -> Callable[[], Task]:
    def make() -> Task:
        given: dict[str, Any] = {
            "subject": "dossier",
            "subject_id": new_id(),
            "act": "a",
            "title": "t",
            "role": "specialist",
            "unit_id": people.unit(),
            "given_at": AT,
        } | changes
        return Task.objects.create(**given)

    return make


@pytest.mark.parametrize(
    ("constraint", "make"),
    [
        ("task_done_after_given", row(done_at=AT - DAY)),
        ("task_done_by_when_done", row(done_by=new_id())),
        ("task_has_a_role", row(role="")),
        ("task_is_an_act_on_something", row(subject="")),
        ("task_is_an_act_on_something", row(act="")),
    ],
)
def test_the_database_refuses(constraint: str, make: Callable[[], Task]) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make()


def test_the_same_work_is_open_once_and_may_be_given_again_when_done() -> None:
    unit, subject = people.unit(), new_id()
    give(unit, subject_id=subject)
    with pytest.raises(IntegrityError, match="task_open_once"), transaction.atomic():
        give(unit, subject_id=subject)
    give(unit, subject_id=subject, act="dossiers.refuse")
    api.close(subject="dossier", subject_id=subject, by=SYSTEM, at=AT)
    give(unit, subject_id=subject)
    assert Task.objects.filter(subject_id=subject).count() == 3
