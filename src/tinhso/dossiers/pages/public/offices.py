"""Which agencies take a procedure's dossiers, and how people find theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import text
from tinhso.foundation.moments import today
from tinhso.procedures import api as procedures

SHOWN = 7
OF_LEVEL = {
    procedures.AgencyLevel.COMMUNE: directory.AgencyLevel.COMMUNE,
    procedures.AgencyLevel.PROVINCE: directory.AgencyLevel.PROVINCE,
}


@dataclass(frozen=True, slots=True)
class Office:
    """An agency that may be chosen; `note` says which old name was meant."""

    id: UUID
    name: str
    note: str = ""


def offered(version: procedures.VersionView, *, q: str, address: str, at: datetime) -> tuple[Office, ...]:
    """The agencies to choose from. Communes are sought by `q`; without one, the person's own is offered."""
    day = today(at)
    if version.agency_level is procedures.AgencyLevel.COMMUNE:
        return _communes(q or _commune_in(address), day)
    standing = _standing(version, day)
    named = f"{version.agencies.implementing} {version.agencies.competent}"
    meant = [one for one in standing if text.fold(one.name) in text.fold(named)]
    return tuple(Office(id=one.id, name=one.name) for one in meant or standing)


def chosen(word: str, *, version: procedures.VersionView, at: datetime) -> directory.AgencyView | None:
    """The agency of that id, if it takes this procedure's dossiers today."""
    return next((one for one in _standing(version, today(at)) if str(one.id) == word), None)


def centres(q: str, *, at: datetime) -> tuple[Office, ...]:
    """Centres where a result can be collected, by the name of a commune, old or new, or of a department."""
    day = today(at)
    if not q.strip():
        return ()
    folded = text.fold(q)
    named = [one for one in directory.agencies(day) if folded in text.fold(f"{one.name} {one.short_name}")]
    found = {
        one.id: one for one in (*_communes(q, day), *(Office(id=one.id, name=one.name) for one in named))
    }
    with_desk = {unit.agency_id for unit in directory.units_of(found, day, directory.UnitKind.ONE_STOP)}
    return tuple(one for one in found.values() if one.id in with_desk)[:SHOWN]


def _standing(version: procedures.VersionView, day: date) -> tuple[directory.AgencyView, ...]:
    found = directory.agencies(day, level=OF_LEVEL.get(version.agency_level, directory.AgencyLevel.PROVINCE))
    if version.agency_level is procedures.AgencyLevel.COMMUNE:
        return tuple(one for one in found if one.kind is directory.AgencyKind.PEOPLES_COMMITTEE)
    return tuple(one for one in found if one.kind is directory.AgencyKind.DEPARTMENT)


def _communes(q: str, day: date) -> tuple[Office, ...]:
    if not q.strip():
        return ()
    hits = directory.search_territories(q, day, level=directory.TerritoryLevel.COMMUNE, limit=SHOWN)
    at_home = {
        one.territory_id: one
        for one in directory.agencies(day, level=directory.AgencyLevel.COMMUNE)
        if one.kind is directory.AgencyKind.PEOPLES_COMMITTEE
    }
    return tuple(
        Office(id=at_home[hit.territory.id].id, name=at_home[hit.territory.id].name, note=_note(hit))
        for hit in hits
        if hit.territory.id in at_home
    )


def _note(hit: directory.TerritoryHit) -> str:
    if hit.former is None:
        return ""
    return _("Trước đây là %(former)s, %(within)s") % {"former": hit.former.name, "within": hit.within}


def _commune_in(address: str) -> str:
    """The part of a written address that names the commune."""
    parts = [part.strip() for part in address.split(",")]
    kinds = ("xa ", "phuong ", "dac khu ")
    return next((part for part in reversed(parts) if text.fold(part).startswith(kinds)), "")
