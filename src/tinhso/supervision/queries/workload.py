"""Who has how much to do in each unit of an agency, and who is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation.moments import today
from tinhso.identity import api as identity


@dataclass(frozen=True, slots=True)
class Person:
    """An officer in a unit with the work they have there; without `id`, what nobody has taken."""

    id: UUID | None
    name: str
    roles: tuple[str, ...]
    load: dossiers.Load
    absence: identity.AbsenceView | None = None


@dataclass(frozen=True, slots=True)
class Staffed:
    """A unit and its people, in Vietnamese order, what nobody has taken last."""

    id: UUID
    name: str
    people: tuple[Person, ...]


def of_agency(agency: UUID, *, unit: UUID | None, at: datetime) -> tuple[Staffed, ...]:
    """The units of an agency that dossiers are worked on in, or only one. Eleven queries at most."""
    units = [each for each in directory.units_of(agency, today(at)) if unit in (None, each.id)]
    ids = [each.id for each in units]
    loads = dossiers.loads_of_units(ids, at=at)
    officers = identity.officers_of(ids, at)
    known = {one.id for one in officers}
    others = identity.officers([who for _unit, who in loads if who and who not in known], at)
    everybody = [*officers, *others.values()]
    away = {each.officer: each for each in reversed(identity.absences([one.id for one in everybody], at=at))}
    found = []
    for each in units:
        people = tuple(_people(each.id, everybody, loads, away))
        if people:
            found.append(Staffed(each.id, each.name, people))
    return tuple(found)


def _people(
    unit: UUID,
    everybody: Iterable[identity.OfficerView],
    loads: dict[tuple[UUID, UUID | None], dossiers.Load],
    away: dict[UUID, identity.AbsenceView],
) -> Iterable[Person]:
    for one in everybody:
        roles = {post.role for post in one.posts if post.unit_id == unit and post.role in dossiers.HANDLING}
        load = loads.get((unit, one.id))
        if roles or load:
            labels = tuple(str(role.label) for role in dossiers.HANDLING if role in roles)
            yield Person(one.id, one.full_name, labels, load or dossiers.Load(), away.get(one.id))
    if basket := loads.get((unit, None)):
        yield Person(None, "", (), basket)
