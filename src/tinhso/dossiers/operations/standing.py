"""Who stands there for somebody: their account and the relation by which they file, kept at the counter or
told by another system."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.contracts import Applicant, Filer
from tinhso.foundation import text
from tinhso.foundation.refs import SYSTEM, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, Origin


def standing(
    filer: Filer | None, applicant: Applicant, *, origin: Origin, by: ActorRef, at: datetime
) -> tuple[Applicant, Filer | None]:
    """Both sides with their accounts, and the filer's relation; as given when none is needed or none can be.

    What an officer saw is vouched for; what a machine says waits for an officer. Raises Invalid with
    `faults` for a number or a proof that cannot be.
    """
    if filer is None or not filer.personal_id or filer.capacity in (Capacity.OWN, Capacity.COUNTER):
        return applicant, filer
    facts = identity.PersonFacts(
        full_name=text.normal(filer.name), personal_id=filer.personal_id, phone=filer.phone, email=filer.email
    )
    known = replace(filer, id=identity.register_person(facts=facts, source="declared", by=SYSTEM, at=at))
    if filer.capacity is Capacity.GROUP:
        return applicant, known
    id = _relation(known, applicant, origin=origin, by=by if origin is Origin.COUNTER else SYSTEM, at=at)
    relation = identity.relation(id, at=at)
    if relation is None:
        raise LookupError("the relation was made just now")
    return replace(applicant, owner=relation.represented), replace(known, relation=id)


def _relation(filer: Filer, applicant: Applicant, *, origin: Origin, by: ActorRef, at: datetime) -> UUID:
    if filer.id is None:
        raise LookupError("a filer with a relation has an account")
    seen_by = by.name if filer.seen else ""
    if filer.capacity is Capacity.ORGANISATION:
        return identity.register_as_representative(
            agent=filer.id,
            tax_code=applicant.personal_id,
            name=applicant.name,
            proof=filer.proof,
            seen_by=seen_by,
            origin=origin,
            by=by,
            at=at,
        )
    return identity.declare(
        agent=filer.id,
        capacity=filer.capacity,
        represented=identity.Represented(
            name=applicant.name,
            personal_id=applicant.personal_id,
            birth_date=applicant.birth_date,
            phone=applicant.phone,
            address=applicant.address,
        ),
        proof=filer.proof,
        origin=origin,
        seen_by=seen_by,
        by=by,
        at=at,
    )
