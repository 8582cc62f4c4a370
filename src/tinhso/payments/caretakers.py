"""Which accountants look after money of a source or an agency."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.payments.models import Beneficiary

BANK = "bank:"


def unit_for(agencies: Iterable[UUID], *, at: datetime) -> UUID | None:
    """The unit whose accountants do the work: of these agencies, else of a province's, else any; None when
    there are none. Remembered by the rooms asked, but for the last resort."""
    on = today(at)
    province = [one.id for one in directory.agencies(on, level=directory.AgencyLevel.PROVINCE)]
    for among in (list(agencies), province, [one.id for one in directory.agencies(on)]):
        units = [unit.id for unit in directory.units_of(among, on)] if among else []
        there = identity.holders_by_place(roles=[identity.Role.ACCOUNTANT], units=units, at=at)
        found = [unit for unit in units if there.get((identity.Role.ACCOUNTANT, unit))]
        if found:
            return found[0]
    return None


def agencies_of(source: str, *, at: datetime) -> list[UUID]:
    """The agencies whose account at a bank this source is; none for a provider's. One query."""
    if not source.startswith(BANK):
        return []
    rows = Beneficiary.objects.filter(account=source.removeprefix(BANK), period__contains=today(at))
    return list(rows.order_by("agency_id").values_list("agency_id", flat=True))


def agency_of(unit: UUID) -> UUID:
    """The agency of a unit. Remembered by the room asked."""
    return directory.units([unit])[unit].agency_id


def agencies_served(actor: ActorRef, *, at: datetime) -> frozenset[UUID]:
    """The agencies for which an accountant works. Two queries."""
    held = identity.units_held(actor, {identity.Role.ACCOUNTANT}, at)
    return frozenset(unit.agency_id for unit in directory.units(held).values())


def agencies_seen(actor: ActorRef, *, at: datetime) -> frozenset[UUID]:
    """The agencies whose receipts an officer may see: where they take money or keep books. Two queries."""
    roles = {identity.Role.ACCOUNTANT, identity.Role.CASHIER, identity.Role.SUPERVISOR}
    held = identity.units_held(actor, roles, at)
    return frozenset(unit.agency_id for unit in directory.units(held).values())


def agencies_cared_for(actor: ActorRef, *, at: datetime) -> list[UUID]:
    """The agencies that take money and whose accountants' unit the officer is an accountant in."""
    held = identity.units_held(actor, {identity.Role.ACCOUNTANT}, at)
    taking = Beneficiary.objects.filter(period__contains=today(at)).order_by("agency_id")
    mine = {unit.agency_id for unit in directory.units(held).values()}
    return [
        agency
        for agency in taking.values_list("agency_id", flat=True).distinct()
        if agency in mine or (held and unit_for([agency], at=at) in held)
    ]
