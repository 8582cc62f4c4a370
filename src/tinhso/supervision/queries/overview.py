"""What the overview shows: open work by how it stands, late work down to the hand, the funnel of a period."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.supervision.contracts import Period

Measure = dossiers.Measure
FUNNEL = (
    Measure.SENT,
    Measure.ACCEPTED,
    Measure.HANDLED,
    Measure.EARLY,
    Measure.ON_TIME,
    Measure.LATE,
    Measure.RETURNED,
    Measure.REFUSED,
    Measure.WITHDRAWN,
    Measure.STOPPED,
)
MOST = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Open work of one agency, unit or procedure (`code`)."""

    name: str
    stands: dossiers.Stands
    id: UUID | None = None
    code: str = ""


def by_place(among: dossiers.Among, names: dict[UUID, str], *, at: datetime) -> tuple[Group, ...]:
    """Open work by agency, or by unit when there is one agency; most late first. Three queries."""
    by = dossiers.By.UNIT if len(among.agencies) == 1 else dossiers.By.AGENCY
    found = dossiers.standing(among, by=by, at=at)
    told = directory.names(set(found)) if by is dossiers.By.UNIT else names
    groups = [Group(name=told.get(id_, ""), stands=stands, id=id_) for id_, stands in found.items()]
    return tuple(sorted(groups, key=_worst))


def by_procedure(among: dossiers.Among, *, at: datetime) -> tuple[Group, ...]:
    """Open work by procedure whatever its version, the worst twenty. Two queries."""
    found = dossiers.standing(among, by=dossiers.By.VERSION, at=at)
    briefs = procedures.briefs(set(found))
    whole: dict[tuple[str, str], dossiers.Stands] = defaultdict(dossiers.Stands)
    for version, stands in found.items():
        whole[briefs[version].code, briefs[version].name].add(stands)
    groups = [Group(name=name, stands=stands, code=code) for (code, name), stands in whole.items()]
    return tuple(sorted(groups, key=_worst)[:MOST])


def _worst(group: Group) -> tuple[int, int, str]:
    return -group.stands.late, -group.stands.open, group.name


def total(groups: tuple[Group, ...]) -> dossiers.Stands:
    """All groups together."""
    whole = dossiers.Stands()
    for group in groups:
        whole.add(group.stands)
    return whole


@dataclass(frozen=True, slots=True)
class Hand:
    """Late work at one step in one hand; `name` empty while nobody has taken it."""

    unit: UUID
    unit_name: str
    step: str
    holder: UUID | None
    name: str
    number: int
    since: datetime


def hands(agency: UUID, among: dossiers.Among, *, at: datetime) -> tuple[Hand, ...]:
    """Late work of an agency by step and person, most first. Three queries."""
    found = dossiers.late_hands(agency, among, at=at)
    units = directory.names({each.unit for each in found})
    people = identity.names({each.holder for each in found if each.holder})
    return tuple(
        Hand(
            unit=each.unit,
            unit_name=units.get(each.unit, ""),
            step=each.step_name,
            holder=each.holder,
            name=people.get(each.holder, "") if each.holder else "",
            number=each.number,
            since=each.since,
        )
        for each in found
    )


def funnel(among: dossiers.Among, period: Period) -> dict[Measure, int]:
    """What came and what became of dossiers in a period, whatever the unit. One query."""
    whole: dict[Measure, int] = dict.fromkeys(FUNNEL, 0)
    by = dossiers.By.AGENCY if among.versions is None or not among.everywhere else dossiers.By.VERSION
    found = dossiers.flows(replace(among, units=()), FUNNEL, by=by, since=period.since, until=period.until)
    for numbers in found.values():
        for measure, number in numbers.items():
            whole[measure] += number
    return whole
