"""About whom a register may be asked for a filing: oneself, one's child or ward, one's organisation."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tinhso.forms import api as forms
from tinhso.foundation import legal
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity
from tinhso.registers.contracts import About

KIN = (Capacity.CHILD, Capacity.WARD)


def about(filling: forms.Filling, *, personal: bool, at: datetime) -> About | None:
    """The person (`personal`) or the organisation to ask about; None when nobody may be asked about.

    Oneself with an e-ID of level `register_level_needed`; a child or ward, or an organisation, by a relation
    that holds and was vouched for.
    """
    by = filling.by
    if by.kind is not ActorKind.PERSON or by.id is None:
        return None
    relation = identity.relation(filling.relation, at=at) if filling.relation else None
    if filling.relation is not None:
        if relation is None or not relation.holds or not relation.proven or relation.agent != by.id:
            return None
    elif filling.owner.kind == "organisation":
        theirs = identity.relations_of(by.id, name=by.name, at=at)
        held = (one for one in theirs if one.represented == filling.owner and one.holds and one.proven)
        relation = next(held, None)
    if not personal:
        return _organisation(relation)
    me = identity.person(by.id)
    if me.assurance_level < legal.integer("register_level_needed", on=today(at)):
        return None
    if relation is None:
        return _oneself(me, filling)
    return _kin(relation, by.id) if relation.capacity in KIN else None


def _oneself(me: identity.PersonView, filling: forms.Filling) -> About | None:
    number = identity.personal_id(me.id) if filling.owner.id == me.id else ""
    known = number and me.birth_date
    return About("person", me.id, number, me.full_name, me.birth_date) if known else None


def _kin(relation: identity.RelationView, agent: UUID) -> About | None:
    known, mine = relation.facts, identity.personal_id(agent)
    if not (known.personal_id and known.birth_date and mine) or relation.represented.kind != "person":
        return None
    child = relation.capacity is Capacity.CHILD
    return About(
        "person",
        relation.represented.id,
        known.personal_id,
        known.name,
        known.birth_date,
        parent=mine if child else "",
        guardian="" if child else mine,
    )


def _organisation(relation: identity.RelationView | None) -> About | None:
    if relation is None or relation.represented.kind != "organisation":
        return None
    found = identity.organisations([relation.represented.id]).get(relation.represented.id)
    return About("organisation", found.id, found.tax_code, found.name) if found else None
