"""Saved views of an officer and their units, how many dossiers each holds, and how they like a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, OuterRef, Q, Subquery

from tinhso.dossiers.models import ListHabit, SavedView, ViewKey
from tinhso.dossiers.queries.narrowing import Filter, narrowed

MOST = 30


@dataclass(frozen=True, slots=True)
class Kept:
    """A saved view as its reader sees it; `key` is the digit they open it by, empty without one."""

    id: UUID
    name: str
    query: str
    columns: tuple[str, ...]
    officer: UUID
    unit: UUID | None
    key: str


@dataclass(frozen=True, slots=True)
class Habit:
    """The columns an officer wants in a list, empty for the usual ones, and whether it is split."""

    columns: tuple[str, ...]
    split: bool


def kept(*, officer: UUID, units: Sequence[UUID]) -> tuple[Kept, ...]:
    """The views of an officer and of these units: those with a key first, then by name. One query."""
    key = ViewKey.objects.filter(officer=officer, view=OuterRef("id")).values("key")
    rows = (
        SavedView.objects.filter(Q(officer=officer, unit=None) | Q(unit_id__in=units))
        .annotate(key=Subquery(key))
        .order_by(F("key").asc(nulls_last=True), "name", "id")
    )
    return tuple(
        Kept(
            id=row.id,
            name=row.name,
            query=row.query,
            columns=tuple(row.columns),
            officer=row.officer,
            unit=row.unit_id,
            key=str(row.key or ""),
        )
        for row in rows[:MOST]
    )


def counts(filters: Sequence[Filter], *, most: int) -> list[int]:
    """How many dossiers each list holds, counted no further than `most`. One query for all.

    A list that can hold none, such as one of a procedure that is gone, is not asked for.
    """
    parts: list[str] = []
    values: list[Any] = []
    for place, narrow in enumerate(filters):
        try:
            sql, given = narrowed(narrow).values("id")[:most].query.sql_with_params()
        except EmptyResultSet:
            continue
        parts.append(f"SELECT {place} AS place, count(*) FROM ({sql}) AS list_{place}")  # noqa: S608 - ours
        values += given
    if not parts:
        return [0] * len(filters)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = dict(cursor.fetchall())
    return [found.get(place, 0) for place in range(len(filters))]


def habit(*, officer: UUID, place: str) -> Habit:
    """How the officer likes this list. One query."""
    rows = {row.place: row for row in ListHabit.objects.filter(officer=officer, place__in=["", place])}
    return Habit(
        columns=tuple(rows[place].columns) if place and place in rows else (),
        split="" in rows and rows[""].split,
    )
