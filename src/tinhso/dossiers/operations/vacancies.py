"""Work whose holder has it no longer: given back, laid into the basket, and told until somebody does it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers import handing_words
from tinhso.dossiers.faults import WrongTurn
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.operations import work
from tinhso.dossiers.operations.turns import turn
from tinhso.dossiers.turning import HANDLING
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM
from tinhso.identity import api as identity

Place = tuple[UUID, str, UUID]


def give_on(*, at: datetime, officer: UUID | None = None) -> int:
    """Open work of officers (or of one) who hold its role there no longer goes to somebody; how much did.

    A deputy's goes back to whom they stood in for; any other to the only one who is there, else into the
    unit's basket, which lies in the head's own list while nobody is there. Pauses and promises stay.
    """
    rows = Dossier.objects.filter(finished_at=None, holder__isnull=False).exclude(role="")
    if officer is not None:
        rows = rows.filter(holder=officer)
    found = rows.order_by().values_list("holder", "role", "unit_id").distinct()
    places = [(holder, role, unit) for holder, role, unit in found if holder is not None]
    kept = identity.still_held(places, at)
    return sum(_left(place, at=at) for place in places if place not in kept)


def _left(place: Place, *, at: datetime) -> int:
    holder, role, unit = place
    to = _next(place, at=at)
    names = identity.officer_names([id for id in (holder, to) if id])
    facts = {"before": names.get(holder, ""), "to": names.get(to, "") if to else ""}
    note = (
        _("%(before)s không còn giữ việc này ở đây; giao cho %(to)s.") % facts
        if to
        else _("%(before)s không còn giữ việc này ở đây; để ở giỏ của đơn vị.") % facts
    )
    theirs = Dossier.objects.filter(finished_at=None, holder=holder, role=role, unit_id=unit).order_by("id")
    moved = 0
    for id in list(theirs.values_list("id", flat=True)):
        moved += _given(id, place, to=to, note=note, at=at)
    if moved:
        handing_words.many(to=to, before={holder: moved}, reason="", by=None, who=SYSTEM.name, at=at)
    return moved


def _given(dossier_id: UUID, place: Place, *, to: UUID | None, note: str, at: datetime) -> bool:
    """Give one on, unless somebody else was first."""
    try:
        with turn("assign", dossier_id=dossier_id, by=SYSTEM, at=at) as taken:
            dossier = taken.dossier
            if (dossier.holder, dossier.role, dossier.unit_id) != place:
                raise WrongTurn(note, act="assign")
            work.move(dossier, unit_id=dossier.unit_id, holder=to)
            taken.public, taken.note = False, note
            taken.work.record(to=str(to) if to else "")
    except WrongTurn:
        return False
    return True


def _next(place: Place, *, at: datetime) -> UUID | None:
    holder, role, unit = place
    there = [one for one in identity.holders(role=role, unit=unit, at=at) if one != holder]
    delegator = identity.stood_in_for(holder, role=identity.Role(role), unit=unit, at=at)
    if delegator in there:
        return delegator
    return there[0] if len(there) == 1 else None


def watch(*, at: datetime) -> int:
    """Tell the heads of every place whose open work nobody does, each time until somebody does; how many."""
    load: Counter[tuple[UUID | None, str, UUID]] = Counter()
    rows = Dossier.objects.filter(finished_at=None).exclude(role="").order_by()
    counted = rows.values_list("holder", "role", "unit_id").annotate(n=Count("id"))
    for holder, role, unit, count in counted:
        load[holder, role, unit] = count
    by_agency: dict[UUID, list[UUID]] = defaultdict(list)
    for unit in directory.units({unit for _holder, _role, unit in load}).values():
        by_agency[unit.agency_id].append(unit.id)
    return sum(_told(agency, units, load, at=at) for agency, units in by_agency.items())


def _told(
    agency: UUID, units: Iterable[UUID], load: Counter[tuple[UUID | None, str, UUID]], *, at: datetime
) -> int:
    heads = identity.heads(agency=agency, at=at)
    names = directory.names(units)
    told = 0
    for each in identity.unattended(roles=HANDLING, units=units, at=at):
        count = load[each.officer, each.role.value, each.unit]
        if not count:
            continue
        facts = {"count": count, "role": each.role.label, "unit": names.get(each.unit, "")}
        who = heads.get(each.unit, ()) or _above(agency, at=at)
        handing_words.all_of(who, handing_words.NOBODY, facts, at=at)
        told += 1
    return told


def _above(agency: UUID, *, at: datetime) -> tuple[UUID, ...]:
    """Administrators of the agency, of the nearest one above that has any, else of the province."""
    following: UUID | None = agency
    while following is not None:
        units = [unit.id for unit in directory.units_of(following, today(at))]
        found = identity.holders(role=identity.Role.ADMINISTRATOR, unit=units, at=at)
        if found:
            return found
        following = directory.agency(following, today(at)).parent_id
    return identity.holders_anywhere(role=identity.Role.ADMINISTRATOR, at=at)
