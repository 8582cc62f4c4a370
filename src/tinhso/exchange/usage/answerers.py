"""Who answers a dispute: the agency that owns the data which was given, else who runs the exchange."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.directory import api as directory
from tinhso.exchange.models import Errand, Message, Service, Usage
from tinhso.exchange.persons import about_hash
from tinhso.foundation.ids import read
from tinhso.foundation.moments import today
from tinhso.identity import api as identity

OWNER, OPERATOR = identity.Role.LEADER, identity.Role.ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Answerers:
    """The role whose work a dispute is, in which unit, and the officers who do it now."""

    role: identity.Role
    unit: UUID
    officers: tuple[UUID, ...]


def owner_of(personal_id: str, *, given_at: datetime, receiver: str) -> UUID | None:
    """The unit of ours that owns what was given of a person then to this receiver; None when it is not known.

    A message of our rooms is its unit's; what a service answered through the gateway is its owner's.
    Callers choose a message's id: only their own messages by it count, and before errands. Four queries at
    most.
    """
    given = Usage.objects.filter(person=about_hash(personal_id), at=given_at, receiver_code=receiver)
    message_id = given.exclude(message_id="").values_list("message_id", flat=True).first()
    if message_id is None:
        return None
    logged = Message.objects.filter(message_id=message_id, side="service", client=receiver)
    service = logged.order_by("id").values_list("service", flat=True).first()
    errand = read(message_id) if service is None else None
    if errand is not None and (found := Errand.objects.filter(id=errand).first()):
        return found.unit_id
    parts = (service or "").split("/")
    if len(parts) < 5:
        return None
    rows = Service.objects.filter(subsystem__identifier="/".join(parts[:4]), code=parts[4])
    return rows.exclude(owner_unit_id=None).values_list("owner_unit_id", flat=True).first()


def in_place_of(unit: UUID, *, at: datetime) -> UUID | None:
    """A unit of the agency that stands in the place of this unit's: where its leaders are, else any; None
    when no agency does."""
    day, gone = today(at), directory.unit(unit).agency_id
    heirs = [one.id for one in directory.agency_successors(gone, day) if one.id != gone]
    units = [one.id for heir in heirs for one in directory.units_of(heir, day)]
    led = identity.holders_by_place(roles=[OWNER], units=units, at=at)
    return next((one for one in units if led.get((OWNER, one))), next(iter(units), None))


def answerers(owner: UUID | None, *, at: datetime) -> Answerers | None:
    """Who answers for the data's owner: leaders of that unit, else of its agency, else who runs the exchange;
    None when there is nobody at all."""
    if owner is not None:
        agency = directory.unit(owner).agency_id
        units = [owner, *(one.id for one in directory.units_of(agency, today(at)) if one.id != owner)]
        there = identity.holders_by_place(roles=[OWNER], units=units, at=at)
        for unit in units:
            if officers := there.get((OWNER, unit)):
                return Answerers(OWNER, unit, officers)
    operators = identity.holders_anywhere(role=OPERATOR, at=at)
    for officer in operators:
        for post in identity.held(officer, at):
            if post.role is OPERATOR:
                return Answerers(OPERATOR, post.unit, operators)
    return None
