"""Reads of work."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q

from tinhso.identity import api as identity
from tinhso.tasks.contracts import Load, Path, Span, TaskView
from tinhso.tasks.models import Task

_FIELDS = (
    "id",
    "subject",
    "subject_id",
    "act",
    "title",
    "role",
    "unit_id",
    "holder",
    "given_at",
    "due_at",
)


LAST_HOLDERS = (
    "SELECT DISTINCT ON (role) role, done_by FROM tasks_task"
    " WHERE subject = %s AND subject_id = %s AND done_by IS NOT NULL ORDER BY role, done_at DESC, id DESC"
)
"""Role by role the officer who last finished work of it on a subject, for acts that run their own SQL."""


def path(*, subject: str, subject_id: UUID) -> Path:
    """The units that had work on a subject and the officers who had it, in the whole past. One query."""
    units: dict[UUID, None] = {}
    worked: dict[UUID, datetime | None] = {}
    rows = Task.objects.filter(subject=subject, subject_id=subject_id).order_by("given_at", "id")
    for unit, holder, done_by, done_at in rows.values_list("unit_id", "holder", "done_by", "done_at"):
        units[unit] = None
        for officer in (holder, done_by):
            if officer is not None:
                worked[officer] = done_at
    return Path(units=tuple(units), worked=worked)


def spans(*, subject: str, subject_ids: Sequence[UUID]) -> dict[UUID, tuple[Span, ...]]:
    """All work on each of these subjects in the order it was given. One query."""
    rows = Task.objects.filter(subject=subject, subject_id__in=subject_ids).order_by("given_at", "id")
    found: dict[UUID, list[Span]] = {}
    for id_, title, unit, holder, done_by, began, ended in rows.values_list(
        "subject_id", "title", "unit_id", "holder", "done_by", "given_at", "done_at"
    ):
        found.setdefault(id_, []).append(Span(title, unit, done_by or holder, began, ended))
    return {id_: tuple(several) for id_, several in found.items()}


def done_by(
    officers: Collection[UUID], *, subject: str, subject_ids: Sequence[UUID]
) -> dict[UUID, frozenset[UUID]]:
    """On which of these subjects each of these officers finished work. One query."""
    rows = Task.objects.filter(subject=subject, subject_id__in=subject_ids, done_by__in=officers)
    found: dict[UUID, set[UUID]] = {}
    for officer, id_ in rows.order_by().values_list("done_by", "subject_id").distinct():
        if officer is not None:
            found.setdefault(officer, set()).add(id_)
    return {officer: frozenset(ids) for officer, ids in found.items()}


def open_on(*, subject: str, subject_id: UUID) -> tuple[TaskView, ...]:
    """The open work on a subject."""
    rows = Task.objects.filter(subject=subject, subject_id=subject_id, done_at=None)
    return tuple(TaskView(**row) for row in rows.values(*_FIELDS))


def mine(*, holder: UUID, at: datetime | None = None, limit: int = 50) -> tuple[TaskView, ...]:
    """A person's open work, the most urgent first; work without a deadline last. One query.

    With `at`, also the work of those for whom the person stands in at that moment, in the role and unit
    that was delegated (one more query); `TaskView.holder` says whose it is. It needs no absence: until
    the delegation ends either of the two may do it.
    """
    theirs = Q(holder=holder)
    for post in identity.held(holder, at) if at else ():
        if post.on_behalf_of:
            theirs |= Q(holder=post.on_behalf_of, role=post.role.value, unit=post.unit)
    rows = Task.objects.filter(theirs, done_at=None)
    rows = rows.order_by(F("due_at").asc(nulls_last=True), "id")[:limit]
    return tuple(TaskView(**row) for row in rows.values(*_FIELDS))


def load(*, holder: UUID | None, units: Sequence[UUID] = (), at: datetime, end_of_day: datetime) -> Load:
    """Open work of a person, or of the baskets of units when `holder` is None. One query.

    Late is what was due before `at`; today is what is due until `end_of_day`.
    """
    rows = Task.objects.filter(done_at=None)
    rows = rows.filter(holder=holder) if holder else rows.filter(holder=None, unit__in=units)
    counted = rows.aggregate(
        late=Count("id", filter=Q(due_at__lt=at)),
        today=Count("id", filter=Q(due_at__gte=at, due_at__lte=end_of_day)),
        later=Count("id", filter=Q(due_at__gt=end_of_day)),
        undated=Count("id", filter=Q(due_at=None)),
    )
    return Load(**counted)
