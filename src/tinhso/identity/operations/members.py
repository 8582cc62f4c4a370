"""Who files for an organisation: its first representative, those they invite, those the e-ID tells of."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.foundation import moments, text, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorRef, OwnerRef, SubjectRef
from tinhso.identity.messenger import tell
from tinhso.identity.models import Organisation, Relation
from tinhso.identity.operations import declaring, relations
from tinhso.identity.operations.people import PersonFacts, register_organisation, register_person
from tinhso.identity.queries.people import person
from tinhso.identity.relation_contracts import Capacity, MemberRole, Origin, ProofGiven, Represented

INVITED = "identity.invited"
LEADS = {"role": MemberRole.LEAD, "proven_at__isnull": False, "accepted_at__isnull": False}
TAX_CODE = re.compile(r"[0-9]{10}(-[0-9]{3})?")


def represent(*, person_id: UUID, organisation_id: UUID, by: ActorRef, at: datetime) -> None:
    """Let a person lead for an organisation from now on, as the e-ID says; quiet when they do already."""
    if _of(person_id, organisation_id).filter(**LEADS).exists():
        return
    on = SubjectRef("organisation", organisation_id)
    with transactions.act("identity.register_organisation", by=by, at=at, on=on) as work:
        name = Organisation.objects.values_list("name", flat=True).get(id=organisation_id)
        row = _standing(person_id, organisation_id) or _row(
            person_id, organisation_id, name, Origin.EID, by=by, at=at
        )
        row.role, row.proven_at, row.proven_by = MemberRole.LEAD.value, at, by.name
        row.accepted_at = row.accepted_at or at
        row.save()
        work.record(representative=str(person_id))


def register(
    *,
    agent: UUID,
    tax_code: str,
    name: str,
    proof: ProofGiven | None,
    origin: Origin = Origin.DECLARED,
    seen_by: str = "",
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Say that one represents an organisation, by its tax or enterprise number (mã số thuế, MSDN).

    Until an officer has seen the proof (`seen_by`) it reaches only what this person files. An organisation
    that is known keeps its name, and its representatives are told. Raises Invalid with `faults`.
    """
    tax_code, name = tax_code.replace(" ", ""), text.normal(name)
    day = moments.today(at)
    faults = declaring.proof_faults(Capacity.ORGANISATION, proof, on=day)
    if not TAX_CODE.fullmatch(tax_code):
        faults["tax_code"] = _("Mã số thuế có 10 chữ số, hoặc 10 chữ số, gạch nối và 3 chữ số.")
    if not name:
        faults["name"] = _("Hãy nhập tên tổ chức, đúng như trong giấy đăng ký.")
    if faults:
        raise Invalid(_("Chưa ghi được. Hãy sửa các mục được nêu."), faults=faults)
    own = SubjectRef("relation", agent, owner=OwnerRef("person", agent))
    with transactions.act("identity.relate", by=by, at=at, on=own) as work:
        known = Organisation.objects.filter(tax_code=tax_code).values_list("id", flat=True).first()
        organisation = known or register_organisation(tax_code=tax_code, name=name, by=SYSTEM, at=at)
        row = _standing(agent, organisation)
        if row is None:
            row = _row(agent, organisation, name, origin, by=by, at=at)
            row.role, row.accepted_at = MemberRole.LEAD.value, at
            row.valid_to = declaring.ends(Capacity.ORGANISATION, Represented(name), proof, on=day, at=at)
            row.save(force_insert=True)
            _warn_leads(row, by=by, at=at)
        if seen_by:
            row.proven_at, row.proven_by = at, seen_by
            row.save(update_fields=["proven_at", "proven_by"])
        if proof is not None:
            relations.add(row, proof, seen_by=seen_by, at=at)
        work.record(relation=str(row.id), organisation=str(organisation), tax_code=tax_code)
    return row.id


def invite(
    *,
    organisation_id: UUID,
    name: str,
    number: str,
    role: MemberRole,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Offer another person to file for the organisation, to lead it, or to follow; they accept or not.

    Somebody who is there already gets the new role at once. Raises UnknownRelation for who does not lead
    the organisation, Invalid with `faults`.
    """
    if by.id is None or not relations.leads_for(by.id, organisation_id, at):
        raise relations.unknown()
    faults = declaring.named_faults(name, number)
    if faults:
        raise Invalid(_("Chưa mời được. Hãy sửa các mục được nêu."), faults=faults)
    on = SubjectRef("organisation", organisation_id, owner=OwnerRef("organisation", organisation_id))
    with transactions.act("identity.invite", by=by, at=at, on=on) as work:
        facts = PersonFacts(full_name=text.normal(name), personal_id=number)
        agent = register_person(facts=facts, source="declared", by=SYSTEM, at=at)
        title = Organisation.objects.values_list("name", flat=True).get(id=organisation_id)
        row = _standing(agent, organisation_id)
        if agent == by.id:
            fault = _("Đây là số căn cước của chính ông/bà.")
            raise Invalid(fault, faults={"agent_number": fault})
        if row is None:
            row = _row(agent, organisation_id, title, Origin.INVITED, by=by, at=at)
            row.agent_name = text.normal(name)
            tell(to=agent, template=INVITED, facts={"who": by.name, "organisation": title}, by=by, at=at)
        row.role = role.value
        row.proven_at, row.proven_by = row.proven_at or at, row.proven_by or by.name
        row.save()
        work.record(relation=str(row.id), agent=str(agent), role=role.value)
    return row.id


def _of(agent: UUID, organisation_id: UUID) -> QuerySet[Relation]:
    return Relation.objects.filter(agent_id=agent, organisation_id=organisation_id, ended_at=None)


def _standing(agent: UUID, organisation_id: UUID) -> Relation | None:
    return _of(agent, organisation_id).select_for_update().first()


def _row(
    agent: UUID, organisation_id: UUID, name: str, origin: Origin, *, by: ActorRef, at: datetime
) -> Relation:
    return Relation(
        id=new_id(),
        agent_id=agent,
        organisation_id=organisation_id,
        capacity=Capacity.ORGANISATION.value,
        agent_name=person(agent).full_name,
        name=name,
        origin=origin.value,
        made_at=at,
        made_by=by.name,
        valid_from=moments.today(at),
    )


def _warn_leads(row: Relation, *, by: ActorRef, at: datetime) -> None:
    """Tell those who lead the organisation that somebody else says so too."""
    leads = Relation.objects.filter(
        organisation_id=row.represented.id,
        role=MemberRole.LEAD.value,
        ended_at=None,
        proven_at__isnull=False,
    )
    facts = {"who": row.agent_name, "capacity": Capacity.ORGANISATION.label}
    for lead in leads.values_list("agent_id", flat=True):
        tell(to=lead, template=relations.STANDS_FOR_YOU, facts=facts, by=by, at=at)
