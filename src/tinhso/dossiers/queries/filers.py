"""Who filed a dossier and how their proof stands; the other applicants."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import orjson

from tinhso.dossiers import capacities
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, Filer, FilerView, ProofState, Verdict
from tinhso.dossiers.models import Dossier, FiledBy, Member, SubmittedPaper
from tinhso.foundation import crypto
from tinhso.foundation.moments import today
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity, ProofGiven


def filed_by(dossier: Dossier, *, at: datetime) -> FilerView | None:
    """The filer beside the applicant, None when they are the same. One query then, a few otherwise."""
    row = FiledBy.objects.filter(dossier_id=dossier.id).first()
    if row is None:
        return None
    capacity = Capacity(row.capacity)
    key = row.filer_id or dossier.owner_id or dossier.id
    data = crypto.unseal_many([(key, bytes(row.sealed))])[0] if row.sealed else None
    relation = identity.relation(dossier.filed_under, at=at) if dossier.filed_under else None
    proof = None
    if row.proof_kind:
        proof = ProofGiven(
            kind=row.proof_kind,
            number=row.proof_number,
            issued_on=row.proof_issued_on,
            issuer=row.proof_issuer,
            valid_until=row.proof_valid_until,
        )
    filer = Filer(
        name=row.filer_name,
        capacity=capacity,
        id=row.filer_id,
        relation=dossier.filed_under,
        proof=proof,
        **(orjson.loads(data) if data else {}),
    )
    return FilerView(
        filer=filer,
        proof_name=capacities.name_of(capacity, row.proof_kind, on=today(at)) if row.proof_kind else "",
        state=_state(dossier, filer, relation, at=at),
        ended_at=relation.ended_at if relation else None,
    )


def _state(
    dossier: Dossier, filer: Filer, relation: identity.RelationView | None, *, at: datetime
) -> ProofState:
    """How the right stands on that day. Ending a relation proves nothing: only what was checked does."""
    on = today(at)
    if not identity.proof_kinds(filer.capacity, today(dossier.submitted_at)):
        return ProofState.NOT_NEEDED
    paper = (
        SubmittedPaper.objects.filter(dossier_id=dossier.id, code=PROOF, current=True)
        .order_by("-given_at", "-id")
        .values_list("verdict", "given_at")
        .first()
    )
    verdict = Verdict(paper[0]) if paper else None
    newer = paper is not None and paper[1] > dossier.submitted_at
    if verdict is Verdict.FAULTY:
        return ProofState.FAULTY
    if not newer and filer.proof is not None and identity.proof_expired(filer.proof, on):
        return ProofState.EXPIRED
    if verdict is Verdict.GOOD or (relation is not None and relation.proven):
        return ProofState.REVOKED if relation is not None and relation.ended_at else ProofState.GOOD
    return ProofState.UNCHECKED if paper else ProofState.MISSING


def members(dossier: Dossier) -> tuple[Applicant, ...]:
    """The other applicants, in the order they were named. Two queries when there are any, none otherwise."""
    if not dossier.joint:
        return ()
    rows = list(Member.objects.filter(dossier_id=dossier.id).order_by("place"))
    opened = crypto.unseal_many([(row.person_id, bytes(row.sealed)) for row in rows])
    return tuple(
        Applicant(
            name=row.name,
            owner=OwnerRef("person", row.person_id),
            **(orjson.loads(data) if data else {}),
        )
        for row, data in zip(rows, opened, strict=True)
    )


def told_as_well(dossier: Dossier, *, at: datetime) -> dict[UUID, str]:
    """Persons with a stake beside the applicant, by id with their names: members, and who filed.

    A filer whose relation has ended hears nothing more. No query for a dossier that is filed for oneself.
    """
    found: dict[UUID, str] = {}
    if dossier.joint:
        found |= dict(Member.objects.filter(dossier_id=dossier.id).values_list("person_id", "name"))
    if dossier.filed_under:
        relation = identity.relation(dossier.filed_under, at=at)
        if relation is not None and relation.holds:
            found[relation.agent] = relation.agent_name
    return {id: name for id, name in found.items() if id != dossier.owner_id}


def applicants(dossier: Dossier) -> dict[UUID, str]:
    """Persons whose dossier it is, by id with their names as they were given."""
    found = dict(Member.objects.filter(dossier_id=dossier.id).values_list("person_id", "name"))
    if dossier.owner_kind == "person" and dossier.owner_id:
        found[dossier.owner_id] = dossier.applicant_name
    return found
