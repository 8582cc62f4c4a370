"""Online payment as QĐ 766/QĐ-TTg looks at it: items 3.5a, 3.5b and 3.6, by agency and by procedure.

| item | counted | of |
|---|---|---|
| 3.5a | procedures that cost, are filed online and whose agency has an account | those that cost |
| 3.5b | procedures with a dossier paid online | those with a dossier that had to pay |
| 3.6 | dossiers paid online | those that had to pay |

A procedure is an agency's by its level; one written here without a level is everybody's. 3.5a is of the day
looked at; the others of dossiers whose first bill was issued in the period.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.foundation.text import sort_key
from tinhso.payments import api as payments
from tinhso.procedures import api as procedures

RULE = "online_payment_index"
ITEMS = ("3.5a", "3.5b", "3.6")


@dataclass(frozen=True, slots=True)
class Ratio:
    """One item: so many of so many, with its target in percent and its points."""

    item: str
    part: int
    whole: int
    target: float
    points: float

    @property
    def percent(self) -> float | None:
        """In percent with two decimals; None when there is nothing to be a part of."""
        return round(100 * self.part / self.whole, 2) if self.whole else None

    @property
    def score(self) -> float | None:
        """The points it earns, two decimals."""
        percent = self.percent
        return None if percent is None else round(self.points * min(1, percent / self.target), 2)


@dataclass(slots=True)
class Line:
    """An agency (`id`), a procedure (`code`) or all together.

    `costing` are procedures that cost something, `payable` those of them that can be paid here; `services`
    have dossiers that had to pay, `used` were paid online; `owed` and `online` count dossiers.
    """

    name: str
    id: UUID | None = None
    code: str = ""
    costing: set[str] = field(default_factory=set)
    payable: set[str] = field(default_factory=set)
    services: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)
    owed: int = 0
    online: int = 0

    def add(self, row: payments.OwedOnline) -> None:
        """Count what was owed of one service at one agency."""
        self.owed += row.owed
        self.online += row.online
        if row.service:
            self.services.add(row.service)
            if row.online:
                self.used.add(row.service)

    def ratios(self, *, at: datetime) -> tuple[Ratio, ...]:
        """The three items."""
        rule = legal.value(RULE, on=today(at))
        numbers = (
            (len(self.payable), len(self.costing)),
            (len(self.used), len(self.services)),
            (self.online, self.owed),
        )
        return tuple(
            Ratio(item, part, whole, target=rule[item]["target"], points=rule[item]["points"])
            for item, (part, whole) in zip(ITEMS, numbers, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of one look: all together, by agency in their order, by procedure, most owed first."""

    whole: Line
    places: tuple[Line, ...]
    procedures: tuple[Line, ...]


def figures(asked: payments.Asked, agencies: dict[UUID, str], *, at: datetime) -> Figures:
    """The figures of these agencies. Two queries, and two remembered ones."""
    day = today(at)
    levels = {view.id: view.level.value for view in directory.agencies(on=day) if view.id in agencies}
    ready = payments.collecting(list(agencies), on=day)
    whole = Line("")
    places = {id: Line(name, id=id) for id, name in agencies.items()}
    lines: dict[str, Line] = {}
    for one in procedures.standing(at=at):
        if not one.costs or (asked.service and asked.service != one.code):
            continue
        own = one.written and one.agency_level is procedures.AgencyLevel.OTHER
        there = [id for id, level in levels.items() if own or level == one.agency_level.value]
        if there:
            lines[one.code] = Line(one.name, code=one.code)
            _offered(one, there, ready, [whole, lines[one.code], *(places[id] for id in there)], places)
    for row in payments.owed_online(asked):
        whole.add(row)
        if row.agency in places:
            places[row.agency].add(row)
        if row.service:
            lines.setdefault(row.service, Line(row.service, code=row.service)).add(row)
    _named(lines.values())
    ordered = sorted(lines.values(), key=lambda line: (-line.owed, sort_key(line.name)))
    return Figures(whole, tuple(places.values()), tuple(ordered))


def _offered(
    one: procedures.Standing,
    there: list[UUID],
    ready: frozenset[UUID],
    counted: list[Line],
    places: dict[UUID, Line],
) -> None:
    """Count a procedure that costs, and where it can be paid."""
    for line in counted:
        line.costing.add(one.code)
    if one.online_level is procedures.OnlineLevel.INFORMATION:
        return
    able = [id for id in there if id in ready]
    for line in [*(counted[:2] if able else ()), *(places[id] for id in able)]:
        line.payable.add(one.code)


def _named(lines: Iterable[Line]) -> None:
    """Names of procedures that had to be paid and are in force no more. Two queries when there are any."""
    lost = [line for line in lines if line.name == line.code]
    if lost:
        versions = procedures.versions_of(codes=tuple(line.code for line in lost))
        names = {brief.code: brief.name for brief in procedures.briefs(list(versions)).values()}
        for line in lost:
            line.name = names.get(line.code, line.code)
