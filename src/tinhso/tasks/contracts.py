"""What crosses the door of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class TaskView:
    """One piece of open work. `holder` is None while it lies in the unit's basket. Times are UTC."""

    id: UUID
    subject: str
    subject_id: UUID
    act: str
    title: str
    role: str
    unit_id: UUID
    holder: UUID | None
    given_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """How much open work a person or basket holds, by urgency on a given day."""

    late: int
    today: int
    later: int
    undated: int

    @property
    def total(self) -> int:
        return self.late + self.today + self.later + self.undated


@dataclass(frozen=True, slots=True)
class Path:
    """Where work on a subject has been: its units in order, and each officer with the end of their last
    piece, None while it is open."""

    units: tuple[UUID, ...]
    worked: Mapping[UUID, datetime | None]


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of work on a subject from when it was given until it was done, None while it is open.

    `officer` is who did it or has it, None while it lies in the basket of `unit`.
    """

    title: str
    unit: UUID
    officer: UUID | None
    began: datetime
    ended: datetime | None
