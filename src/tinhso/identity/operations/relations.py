"""Relations are declared, granted, accepted, proven and ended; the other side learns of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, moments, text, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, OwnerRef, SubjectRef
from tinhso.identity import limits, proofs
from tinhso.identity.authorisation.speaking import reach
from tinhso.identity.messenger import tell
from tinhso.identity.models import Proof, Relation
from tinhso.identity.operations import declaring
from tinhso.identity.operations.people import PersonFacts, register_person
from tinhso.identity.queries.people import person, personal_id
from tinhso.identity.relation_contracts import (
    Capacity,
    Origin,
    ProofGiven,
    RelationEnded,
    Represented,
    TooManyRelations,
    UnknownRelation,
)

STANDS_FOR_YOU = "identity.stands_for_you"
GRANTED = "identity.proxy_granted"
ENDED = "identity.relation_ended"


def declare(
    *,
    agent: UUID,
    capacity: Capacity,
    represented: Represented,
    proof: ProofGiven | None = None,
    scope: Sequence[str] = (),
    origin: Origin = Origin.DECLARED,
    seen_by: str = "",
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Say that `agent` files for a child, a ward or a grantor; the same pair again only adds the proof.

    What is declared stays sealed for the agent; nothing known of the person is shown in return. With
    `seen_by` an officer saw the proof and vouches for it. The represented is told. Raises Invalid with
    `faults`, TooManyRelations.
    """
    day = moments.today(at)
    if origin is Origin.DECLARED:
        _few_enough(agent, at=at)
    faults = declaring.faults(capacity, represented, on=day, at=at)
    faults |= declaring.proof_faults(capacity, proof, on=day)
    if faults:
        raise Invalid(_("Chưa ghi được. Hãy sửa các mục được nêu."), faults=faults)
    own = OwnerRef("person", agent)
    with transactions.act(
        "identity.relate", by=by, at=at, on=SubjectRef("relation", agent, owner=own)
    ) as work:
        whom = _person(represented, at=at)
        if whom == agent:
            fault = _("Đây là số căn cước của chính người nộp. Hãy nhập số của người được nộp thay.")
            raise Invalid(fault, faults={"personal_id": fault})
        row = _standing(agent, whom, capacity)
        if row is None:
            row = Relation(
                id=new_id(),
                agent_id=agent,
                person_id=whom,
                capacity=capacity.value,
                agent_name=person(agent).full_name,
                origin=origin.value,
                made_at=at,
                made_by=by.name,
                accepted_at=at,
                valid_from=day,
            )
            tell_represented(row, by=by, at=at)
        row.name, row.scope = text.normal(represented.name), sorted(set(scope))
        row.sealed = crypto.seal(agent, msgspec.json.encode(represented))
        row.valid_to = declaring.ends(capacity, represented, proof, on=day, at=at)
        if seen_by:
            row.proven_at, row.proven_by = at, seen_by
        row.save()
        if proof is not None:
            add(row, proof, seen_by=seen_by, at=at)
        work.record(relation=str(row.id), capacity=capacity.value, person=str(whom), origin=origin.value)
    return row.id


def tell_represented(row: Relation, *, by: ActorRef, at: datetime) -> None:
    """Tell the person in whose name somebody will file, who may object at once."""
    if row.person_id is not None:
        facts = {"who": row.agent_name, "capacity": Capacity(row.capacity).label}
        tell(to=row.person_id, template=STANDS_FOR_YOU, facts=facts, by=by, at=at)


def _few_enough(agent: UUID, *, at: datetime) -> None:
    most = limits.count("relations_per_day", at)
    lately = Relation.objects.filter(
        agent_id=agent, origin=Origin.DECLARED, made_at__gt=at - timedelta(days=1)
    )
    if lately.count() >= most:
        raise TooManyRelations(
            _("Tài khoản này đã khai %(most)d người trong 24 giờ. Hãy khai tiếp vào ngày mai.")
            % {"most": most}
        )


def _person(represented: Represented, *, at: datetime) -> UUID:
    """The person of that number, made when unknown; whoever is known keeps their own data."""
    facts = PersonFacts(
        full_name=represented.name,
        personal_id=represented.personal_id,
        birth_date=represented.birth_date,
        gender=represented.gender,
        address=represented.address,
    )
    return register_person(facts=facts, source="declared", by=SYSTEM, at=at)


def _standing(agent: UUID, whom: UUID, capacity: Capacity) -> Relation | None:
    """The relation of the pair that still stands; proxies may stand side by side, each with its scope."""
    if capacity is Capacity.PROXY:
        return None
    rows = Relation.objects.select_for_update()
    return rows.filter(agent_id=agent, person_id=whom, capacity=capacity.value, ended_at=None).first()


def add(row: Relation, given: ProofGiven, *, seen_by: str = "", at: datetime) -> None:
    """Keep a proof of a relation, inside the act that brought it."""
    Proof.objects.create(
        relation=row,
        kind=given.kind,
        number=given.number.strip(),
        issued_on=given.issued_on,
        issuer=given.issuer.strip(),
        valid_until=given.valid_until,
        file_id=given.file_id,
        added_at=at,
        checked_at=at if seen_by else None,
        checked_by=seen_by,
    )


def add_proof(*, relation_id: UUID, proof: ProofGiven, by: ActorRef, at: datetime) -> None:
    """Give a newer proof; whoever vouched before vouched for the former one.

    A proxy lasts as long as its newest paper says. Raises UnknownRelation, Invalid with `faults`.
    """
    day = moments.today(at)
    with transactions.act("identity.relate", by=by, at=at, on=subject_of(relation_id)) as work:
        row = _locked(relation_id)
        capacity = Capacity(row.capacity)
        faults = declaring.proof_faults(capacity, proof, on=day)
        if faults:
            raise Invalid(_("Chưa ghi được. Hãy sửa các mục được nêu."), faults=faults)
        if capacity is Capacity.PROXY:
            if row.origin == Origin.GRANTED:
                raise Invalid(_("Ủy quyền trực tuyến chỉ người ủy quyền gia hạn được."))
            row.valid_to = declaring.ends(capacity, Represented(row.name), proof, on=day, at=at)
        row.proven_at, row.proven_by = None, ""
        row.save()
        add(row, proof, at=at)
        work.record(relation=str(row.id), proof=proof.kind)


def grant_proxy(
    *,
    grantor: UUID,
    agent_name: str,
    agent_number: str,
    scope: Sequence[str],
    valid_from: date,
    valid_to: date,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Let another person file for oneself (ủy quyền trực tuyến), until the day before `valid_to`.

    It gives a right once the other accepts, whose name must be the one written here: so a mistyped number
    gives nobody anything. Raises Invalid with `faults`.
    """
    faults = declaring.grant_faults(agent_name, agent_number, valid_from, valid_to, on=moments.today(at))
    if faults:
        raise Invalid(_("Chưa ủy quyền được. Hãy sửa các mục được nêu."), faults=faults)
    own = SubjectRef("relation", grantor, owner=OwnerRef("person", grantor))
    with transactions.act("identity.grant_proxy", by=by, at=at, on=own) as work:
        known = person(grantor)
        agent = _person(Represented(text.normal(agent_name), agent_number), at=at)
        if agent == grantor:
            fault = _("Đây là số căn cước của chính ông/bà. Hãy nhập số của người được ủy quyền.")
            raise Invalid(fault, faults={"agent_number": fault})
        told = Represented(
            name=known.full_name,
            personal_id=personal_id(grantor),
            birth_date=known.birth_date,
            gender=known.gender,
            phone=known.phone,
            address=known.address,
        )
        row = Relation.objects.create(
            id=new_id(),
            agent_id=agent,
            person_id=grantor,
            capacity=Capacity.PROXY.value,
            agent_name=text.normal(agent_name),
            name=known.full_name,
            sealed=crypto.seal(agent, msgspec.json.encode(told)),
            scope=sorted(set(scope)),
            origin=Origin.GRANTED.value,
            made_at=at,
            made_by=by.name,
            proven_at=at,
            proven_by=by.name,
            valid_from=valid_from,
            valid_to=valid_to,
        )
        online = next(one for one in proofs.kinds(Capacity.PROXY, moments.today(at)) if one.online)
        last = valid_to - timedelta(days=1)
        add(row, ProofGiven(online.code, issued_on=valid_from, valid_until=last), seen_by=by.name, at=at)
        tell(to=agent, template=GRANTED, facts={"who": known.full_name}, by=by, at=at)
        work.record(relation=str(row.id), agent=str(agent), scope=row.scope, until=valid_to)
    return row.id


def accept(*, relation_id: UUID, by: ActorRef, at: datetime) -> None:
    """Take on what a grantor or an organisation offered. Raises UnknownRelation for anybody it is not for."""
    with transactions.act("identity.relate", by=by, at=at, on=subject_of(relation_id)) as work:
        row = _locked(relation_id)
        if not row.names(by.name):
            raise unknown()
        if row.accepted_at is None:
            row.accepted_at = at
            row.save(update_fields=["accepted_at"])
        work.record(relation=str(row.id))


def end(*, relation_id: UUID, because: str = "", by: ActorRef, at: datetime) -> None:
    """End a relation at once: by the agent, by the represented, or by who leads the organisation.

    Ending it again changes nothing. Raises UnknownRelation for anybody else.
    """
    found = Relation.objects.filter(id=relation_id).first()
    side = _side(found, by, at) if found else None
    if found is None or side is None:
        raise unknown()
    on = SubjectRef("relation", relation_id, owner=side)
    with transactions.act("identity.end_relation", by=by, at=at, on=on) as work:
        row = Relation.objects.select_for_update().get(id=relation_id)
        if row.ended_at is not None:
            return
        row.ended_at, row.ended_by, row.ended_because = at, by.name, because.strip()
        row.sealed = None
        row.save(update_fields=["ended_at", "ended_by", "ended_because", "sealed"])
        _tell_other_side(row, by=by, at=at)
        work.emit(RelationEnded(row.id, row.agent_id, row.represented, by, at))
        work.record(relation=str(row.id))


def _side(row: Relation, by: ActorRef, at: datetime) -> OwnerRef | None:
    """On whose side the actor stands in the relation."""
    represented = row.represented
    if by.kind is ActorKind.SYSTEM:
        return represented
    if by.kind is not ActorKind.PERSON or by.id is None:
        return None
    if by.id == row.agent_id:
        return OwnerRef("person", by.id)
    if represented.kind == "person":
        return represented if by.id == represented.id else None
    leads = leads_for(by.id, represented.id, at)
    return represented if leads else None


def leads_for(person_id: UUID, organisation_id: UUID, at: datetime) -> bool:
    """Whether the person is a proven representative of the organisation, who may invite and remove."""
    subject = SubjectRef("organisation", organisation_id, owner=OwnerRef("organisation", organisation_id))
    leading = Relation.objects.filter(
        agent_id=person_id, organisation_id=organisation_id, role="lead", ended_at=None
    )
    return leading.exists() and reach(person_id, subject, at).owns


def _tell_other_side(row: Relation, *, by: ActorRef, at: datetime) -> None:
    facts = {"who": by.name, "capacity": Capacity(row.capacity).label, "name": row.name}
    others = {row.agent_id, row.person_id} - {by.id, None}
    for other in sorted(one for one in others if one):
        tell(to=other, template=ENDED, facts=facts, by=by, at=at)


def vouch(*, relation_id: UUID, by: ActorRef, at: datetime) -> None:
    """An officer has seen the proof and it is good: from now on the relation reaches as far as its line says.

    A relation that ended meanwhile stays ended.
    """
    with transactions.act("identity.vouch", by=by, at=at, on=SubjectRef("relation", relation_id)) as work:
        row = _locked(relation_id)
        if row.proven_at is not None:
            work.leave_no_entry()
            return
        row.proven_at, row.proven_by = at, by.name
        row.save(update_fields=["proven_at", "proven_by"])
        latest = Proof.objects.filter(relation=row).order_by("-added_at", "-id").first()
        if latest is not None:
            Proof.objects.filter(id=latest.id).update(checked_at=at, checked_by=by.name, fault="")
        work.record(relation=str(row.id))


def subject_of(relation_id: UUID) -> SubjectRef:
    """The relation as its agent's own. Raises UnknownRelation."""
    agent = Relation.objects.filter(id=relation_id, ended_at=None).values_list("agent_id", flat=True).first()
    if agent is None:
        raise unknown()
    return SubjectRef("relation", relation_id, owner=OwnerRef("person", agent))


def _locked(relation_id: UUID) -> Relation:
    row = Relation.objects.select_for_update().filter(id=relation_id, ended_at=None).first()
    if row is None:
        raise unknown()
    return row


def unknown() -> UnknownRelation:
    """What is said of a relation that is not there, has ended, or is not this person's."""
    return UnknownRelation(_("Không tìm thấy quan hệ này, hoặc nó đã chấm dứt."))


def end_all_of(person_id: UUID, *, at: datetime) -> None:
    """A person was erased: nobody files by or for them any more, and their name goes."""
    gone = _("Đã xóa")
    Relation.objects.filter(agent_id=person_id).update(agent_name=gone, sealed=None)
    Relation.objects.filter(person_id=person_id).update(name=gone, sealed=None)
    for column in ("agent_id", "person_id"):
        standing = Relation.objects.filter(**{column: person_id}, ended_at=None)
        standing.update(ended_at=at, ended_by=SYSTEM.name)
