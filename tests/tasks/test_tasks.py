"""Work is given, moved, closed; the database refuses work that cannot be."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests.support import people
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef
from tinhso.foundation.statements import together
from tinhso.tasks import api as tasks
from tinhso.tasks.models import Task

pytestmark = pytest.mark.django_db
AT = people.AT


@pytest.fixture
def unit() -> UUID:
    return people.unit()


def given(unit: UUID, subject: UUID, **changes: object) -> UUID:
    facts = {
        "subject": "dossier", "subject_id": subject, "act": "dossiers.accept", "title": "Tiếp nhận hồ sơ",
        "role": "intake_officer", "unit_id": unit, "holder": None, "due_at": AT, "by": SYSTEM, "at": AT,
    }  # fmt: skip
    return tasks.give(**{**facts, **changes})  # type: ignore[arg-type]


def test_work_given_to_a_person_is_theirs_until_it_is_closed(unit: UUID) -> None:
    subject, holder = new_id(), new_id()
    given(unit, subject, holder=holder)
    assert [task.subject_id for task in tasks.mine(holder=holder)] == [subject]

    officer = ActorRef(kind=ActorKind.OFFICER, id=holder, name="Lê Thị Hoa")
    assert tasks.close(subject="dossier", subject_id=subject, by=officer, at=AT) == 1

    assert tasks.mine(holder=holder) == ()
    assert tasks.open_on(subject="dossier", subject_id=subject) == ()
    assert dict(together([(tasks.LAST_HOLDERS, ["dossier", subject])])[0]) == {"intake_officer": holder}
    assert tasks.close(subject="dossier", subject_id=subject, by=SYSTEM, at=AT) == 0


def test_moving_work_moves_only_what_is_open(unit: UUID) -> None:
    subject, first, second = new_id(), new_id(), new_id()
    given(unit, subject, holder=first)
    tasks.close(subject="dossier", subject_id=subject, by=SYSTEM, at=AT)
    given(unit, subject, holder=first)

    moved = tasks.reassign(subject="dossier", subject_id=subject, unit_id=unit, holder=second)
    later = AT + timedelta(days=3)
    tasks.set_due(subject="dossier", subject_id=subject, due_at=later)

    assert moved == 1
    (task,) = tasks.open_on(subject="dossier", subject_id=subject)
    assert (task.holder, task.due_at) == (second, later)
    assert Task.objects.exclude(done_at=None).get().due_at == AT


def test_the_same_work_is_not_given_twice(unit: UUID) -> None:
    subject = new_id()
    given(unit, subject)
    with pytest.raises(IntegrityError, match="task_open_once"), transaction.atomic():
        given(unit, subject)

    tasks.close(subject="dossier", subject_id=subject, by=SYSTEM, at=AT)
    assert given(unit, subject), "once closed it may come again"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [("task_done_after_given", {"done_at": AT - timedelta(seconds=1)}), ("task_has_a_role", {"role": ""})],
)
def test_the_database_refuses_work_that_cannot_be(
    unit: UUID, constraint: str, change: dict[str, object]
) -> None:
    task = given(unit, new_id())
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Task.objects.filter(id=task).update(**change)
