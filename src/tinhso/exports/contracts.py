"""What crosses the door of exports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise

from tinhso.foundation.errors import NotFound
from tinhso.foundation.refs import ActorRef

Cell = str | int | datetime | date | None


class Shape(StrEnum):
    """The kinds of files that lists are written as."""

    XLSX = "xlsx"
    CSV = "csv"


class State(StrEnum):
    """Where an export stands."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its word in what is kept, what people read, and whether it tells of a person."""

    word: str
    label: str | Promise
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A list about to be written: how many rows at most (None: not known), and its rows in batches."""

    total: int | None
    batches: Iterator[Sequence[Sequence[Cell]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A list that can be taken out.

    `act` is what its reader must be allowed, `personal_act` what they must be to have personal columns.
    `describe` says in words what a query holds; `prepare` gives the rows that the actor sees now, with the
    columns asked for in their order, and raises Unable for who sees none. Both take the list's address.
    """

    name: str
    label: str | Promise
    act: str
    personal_act: str
    columns: tuple[Column, ...]
    describe: Callable[[str, ActorRef, datetime], str]
    prepare: Callable[[str, Sequence[str], ActorRef, datetime], Prepared]


class NoSuchExport(NotFound):
    """No export of that id, or not one of this officer's."""

    code = "no-such-export"
