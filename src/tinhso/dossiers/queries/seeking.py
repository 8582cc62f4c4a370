"""Dossiers and applicants an officer finds while typing: only those they may open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import Dossier
from tinhso.dossiers.queries.desks import Desk
from tinhso.dossiers.queries.lists import page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.visibility import listed
from tinhso.foundation.refs import ActorRef

LOOKED_AT = 40
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """An applicant among the dossiers found, with how many of those are theirs."""

    id: UUID
    name: str
    dossiers: int


@dataclass(frozen=True, slots=True)
class Sought:
    """What was found, the officer's own units first, then the rest of the agency, newest first."""

    dossiers: tuple[Dossier, ...] = ()
    people: tuple[FoundPerson, ...] = ()


def seek(q: str, desk: Desk, *, by: ActorRef, at: datetime, most: int = 8) -> Sought:
    """Dossiers by code, by name without marks, by phone or personal id.

    What is shorter than two letters finds nothing. Seven queries at most, one more for each further agency of
    the officer.
    """
    if len(q.strip()) < SHORTEST:
        return Sought()
    near = [Filter(agency=agency, units=desk.units, q=q) for agency in desk.agencies]
    around = [*near, Filter(agency=desk.agencies[0], q=q)]
    order = list(dict.fromkeys(row.id for narrow in around for row in page(narrow, limit=LOOKED_AT).rows))
    rows = Dossier.objects.in_bulk(order)
    found = listed([rows[id] for id in order if id in rows], by=by, at=at)
    return Sought(dossiers=found[:most], people=_people(found, most=most))


def _people(found: tuple[Dossier, ...], *, most: int) -> tuple[FoundPerson, ...]:
    names: dict[UUID, str] = {}
    counts: dict[UUID, int] = {}
    for dossier in found:
        if dossier.owner_id and dossier.owner_kind == "person":
            names.setdefault(dossier.owner_id, dossier.applicant_name)
            counts[dossier.owner_id] = counts.get(dossier.owner_id, 0) + 1
    return tuple(FoundPerson(id, name, counts[id]) for id, name in names.items())[:most]
