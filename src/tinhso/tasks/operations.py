"""Giving, moving and closing work. Called inside the acts of the rooms whose work it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.tasks.models import Task

GIVE = (
    "INSERT INTO tasks_task (id, subject, subject_id, act, title, role, unit_id, holder, given_at,"
    " due_at, given_by) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)

DUE = (
    "UPDATE tasks_task t SET due_at = moved.due FROM unnest(%s::uuid[], %s::timestamptz[]) AS moved (id, due)"
    " WHERE t.subject = %s AND t.subject_id = moved.id AND t.done_at IS NULL"
)

CLOSE = (
    "UPDATE tasks_task SET done_at = %s, done_by = %s"
    " WHERE subject = %s AND subject_id = %s AND done_at IS NULL"
)


def give(
    *,
    subject: str,
    subject_id: UUID,
    act: str,
    title: str,
    role: str,
    unit_id: UUID,
    holder: UUID | None,
    due_at: datetime | None,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Give work to a role in a unit, and to a person when `holder` is given. Returns its id.

    Raises IntegrityError when the same act on the same subject is open already.
    """
    values = given(
        subject=subject,
        subject_id=subject_id,
        act=act,
        title=title,
        role=role,
        unit_id=unit_id,
        holder=holder,
        due_at=due_at,
        by=by,
        at=at,
    )
    with connection.cursor() as cursor:
        cursor.execute(GIVE, values)
    task_id: UUID = values[0]
    return task_id


def given(
    *,
    subject: str,
    subject_id: UUID,
    act: str,
    title: str,
    role: str,
    unit_id: UUID,
    holder: UUID | None,
    due_at: datetime | None,
    by: ActorRef,
    at: datetime,
) -> tuple[Any, ...]:
    """Parameters of `GIVE`, for acts that run their own SQL; the first is the new work's id."""
    return new_id(), subject, subject_id, act, title, role, unit_id, holder, at, due_at, by.id


def close(*, subject: str, subject_id: UUID, by: ActorRef, at: datetime) -> int:
    """End all open work on a subject; returns how many pieces there were."""
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, closing(subject=subject, subject_id=subject_id, by=by, at=at))
        return int(cursor.rowcount)


def closing(*, subject: str, subject_id: UUID, by: ActorRef, at: datetime) -> tuple[Any, ...]:
    """Parameters of `CLOSE`, for acts that run their own SQL."""
    return at, by.id, subject, subject_id


def reassign(*, subject: str, subject_id: UUID, unit_id: UUID, holder: UUID | None) -> int:
    """Move the open work on a subject to another unit or person; returns how many pieces moved."""
    return Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None).update(
        unit_id=unit_id, holder=holder
    )


def move(*, subject: str, subject_id: UUID, role: str, unit_id: UUID) -> int:
    """Lay the open work on a subject before another role in another unit; returns how many pieces moved."""
    return Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None).update(
        role=role, unit_id=unit_id, holder=None
    )


def set_due(*, subject: str, subject_id: UUID, due_at: datetime | None) -> int:
    """Move the deadline of the open work on a subject."""
    return Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None).update(due_at=due_at)


def set_due_of(*, subject: str, dues: Mapping[UUID, datetime]) -> int:
    """Move the deadlines of the open work on many subjects. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [list(dues), list(dues.values()), subject])
        return int(cursor.rowcount)
