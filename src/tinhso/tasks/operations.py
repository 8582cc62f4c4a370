"""Giving, moving and closing work. Called inside the acts of the rooms whose work it is."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef
from tinhso.tasks.models import Task


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
    task = Task.objects.create(
        id=new_id(),
        subject=subject,
        subject_id=subject_id,
        act=act,
        title=title,
        role=role,
        unit_id=unit_id,
        holder=holder,
        given_at=at,
        given_by=by.id,
        due_at=due_at,
    )
    return task.id


def close(*, subject: str, subject_id: UUID, by: ActorRef, at: datetime) -> int:
    """End all open work on a subject; returns how many pieces there were."""
    return Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None).update(
        done_at=at, done_by=by.id
    )


def reassign(*, subject: str, subject_id: UUID, unit_id: UUID, holder: UUID | None) -> int:
    """Move the open work on a subject to another unit or person; returns how many pieces moved."""
    return Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None).update(
        unit_id=unit_id, holder=holder
    )


def set_due(*, subject: str, subject_id: UUID, due_at: datetime | None) -> int:
    """Move the deadline of the open work on a subject."""
    return Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None).update(due_at=due_at)
