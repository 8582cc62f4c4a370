"""Who should get the next dossier: one simple rule, the same for one and for many, that only suggests.

A dossier weighs what it asks for (`size`, by the term of its procedure) and how its deadline presses
(`PRESSURE`). Of those who do the role's work in the unit and are there now comes first

1. who does not go away within `LEAVING_DAYS`,
2. whose open work weighs least, `UNUSED` added for whoever did none of the procedure lately,
3. who has the fewest dossiers, then the first in Vietnamese order.

The same facts always give the same answer, whatever order they come in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from tinhso.foundation.worktime import Term, Unit

LEAVING_DAYS = 7
UNUSED = 3


class Press(StrEnum):
    """How an open dossier presses whoever has it."""

    WAITS = "waits"
    LATER = "later"
    SOON = "soon"
    LATE = "late"


PRESSURE = {Press.WAITS: 0, Press.LATER: 1, Press.SOON: 2, Press.LATE: 3}
"""A dossier that waits for others presses nobody; what is late presses most."""


def size(term: Term | None) -> int:
    """1 for what is done within a day, 2 within a week of work, 3 for longer, or without a term."""
    if term is None or term.unit is Unit.MONTH:
        return 3
    if term.unit is Unit.HOUR or term.amount <= 1:
        return 1
    return 2 if term.amount <= 5 else 3


def weight(term: Term | None, press: Press) -> int:
    """What one dossier weighs: 1 to 6."""
    return size(term) + PRESSURE[press]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer who may get it. `place` is their place in Vietnamese order, `done` how many dossiers of each
    procedure (by code) they finished their part of lately."""

    officer: UUID
    place: int
    weight: int
    open: int
    leaves: bool = False
    done: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A dossier to be given: what it weighs, and who may get it."""

    id: UUID
    procedure: str
    weight: int
    officers: frozenset[UUID]


def ranked(candidates: Iterable[Candidate], procedure: str) -> list[Candidate]:
    """Who should get a dossier of the procedure, the first to be suggested first."""
    return sorted(candidates, key=lambda one: _key(one, procedure))


def share(pieces: Sequence[Piece], candidates: Sequence[Candidate]) -> dict[UUID, UUID]:
    """To whom each piece should go, by its id: one after another in the order given, each adding to the load
    of whom it went to. A piece that nobody may get is left out."""
    now = {one.officer: one for one in candidates}
    given: dict[UUID, UUID] = {}
    for piece in pieces:
        fits = ranked((now[id] for id in piece.officers if id in now), piece.procedure)
        if not fits:
            continue
        first = fits[0]
        given[piece.id] = first.officer
        now[first.officer] = replace(first, weight=first.weight + piece.weight, open=first.open + 1)
    return given


def _key(one: Candidate, procedure: str) -> tuple[bool, int, int, int]:
    unused = 0 if one.done.get(procedure) else UNUSED
    return one.leaves, one.weight + unused, one.open, one.place
