"""The filer beside the applicant: checked before anything is written, kept with their proof."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

import orjson
from django.utils.translation import gettext as _

from tinhso.dossiers import capacities
from tinhso.dossiers.capacities import PROOF
from tinhso.dossiers.contracts import Applicant, Filer, PaperForm, PaperGiven, ProofState, Verdict
from tinhso.dossiers.models import Dossier, FiledBy, Member, SubmittedPaper
from tinhso.dossiers.queries.filers import filed_by
from tinhso.foundation import crypto, text
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity

REACHED = ("personal_id", "phone", "email")


def faults(
    procedure: str, filer: Filer | None, members: tuple[Applicant, ...], *, at: datetime
) -> dict[str, str]:
    """What is wrong with who files, by field: the procedure refuses the capacity, or the proof is wanting."""
    if members and (filer is None or filer.capacity is not Capacity.GROUP):
        return {"filer.capacity": _("Nhiều người cùng đứng tên thì cần một người liên hệ của nhóm.")}
    if filer is None or filer.capacity is Capacity.OWN:
        return {}
    on = today(at)
    rule = capacities.rule(procedure, filer.capacity, on=on)
    relation = identity.relation(filer.relation, at=at) if filer.relation else None
    if filer.relation is not None:
        ended = _ended(procedure, relation)
        if ended:
            return {"filer.relation": ended}
    if rule.refused:
        return {"filer.capacity": rule.refused}
    vouched = relation is not None and relation.proven and relation.proof is None
    wrong = "" if vouched else capacities.fault(rule, filer.proof, on=on)
    found = {f"papers.{PROOF}": wrong} if wrong else {}
    if filer.capacity is Capacity.GROUP and not members:
        found["filer.members"] = _("Hãy ghi ít nhất một người cùng đứng tên nữa.")
    for place, member in enumerate(members):
        if not text.normal(member.name) or member.owner is None:
            found[f"members.{place}"] = _("Hãy ghi đủ họ tên và số căn cước của người cùng đứng tên.")
    return found


def _ended(procedure: str, relation: identity.RelationView | None) -> str:
    """Why a relation gives no right to file this; empty when it does."""
    if relation is None or not relation.holds:
        return _("Quyền nộp thay người này đã hết hoặc đã bị thu hồi. Phần đã viết vẫn còn.")
    if relation.role is identity.MemberRole.FOLLOWER:
        return _("Ông/bà chỉ theo dõi hồ sơ của tổ chức này, chưa được nộp.")
    if relation.scope and procedure not in relation.scope:
        return _("Ủy quyền này không gồm thủ tục đang nộp. Phần đã viết vẫn còn.")
    return ""


def proof_paper(filer: Filer | None) -> tuple[PaperGiven, ...]:
    """The proof as a paper of the dossier: its file, or the original an officer held."""
    if filer is None or filer.proof is None:
        return ()
    file_id = filer.proof.file_id
    if file_id is not None:
        return (PaperGiven(code=PROOF, file_id=file_id),)
    if filer.seen:
        return (PaperGiven(code=PROOF, form=PaperForm.ORIGINAL, originals=1),)
    return ()


def keep(
    dossier: Dossier, filer: Filer | None, members: tuple[Applicant, ...], *, by: ActorRef, at: datetime
) -> None:
    """Write the filer and the other applicants, inside the act that submits."""
    if filer is not None:
        proof = filer.proof
        FiledBy.objects.create(
            dossier_id=dossier.id,
            capacity=filer.capacity.value,
            filer_id=filer.id,
            filer_name=text.normal(filer.name),
            sealed=_sealed(filer.id or dossier.owner_id or dossier.id, filer),
            proof_kind=proof.kind if proof else "",
            proof_number=proof.number if proof else "",
            proof_issued_on=proof.issued_on if proof else None,
            proof_issuer=proof.issuer if proof else "",
            proof_valid_until=proof.valid_until if proof else None,
            entered_by=by.id if by.kind is ActorKind.OFFICER else None,
        )
        if filer.seen:
            SubmittedPaper.objects.filter(dossier_id=dossier.id, code=PROOF).update(
                verdict=Verdict.GOOD.value
            )
    Member.objects.bulk_create(
        Member(
            dossier_id=dossier.id,
            place=place,
            person_id=member.owner.id,
            name=text.normal(member.name),
            sealed=_sealed(member.owner.id, member),
        )
        for place, member in enumerate(members)
        if member.owner is not None
    )


def _sealed(key: UUID, whom: Filer | Applicant) -> bytes:
    reached = {name: value for name, value in asdict(whom).items() if name in REACHED and value}
    return crypto.seal(key, orjson.dumps(reached))


def require_proof(dossier: Dossier, *, by: ActorRef, at: datetime) -> None:
    """Return when the filer's right is proven, or none is needed; then the relation counts as vouched for.

    Raises Invalid with a sentence that says what to do first.
    """
    view = filed_by(dossier, at=at)
    if view is None:
        return
    if view.state.stands_in_the_way:
        fault = _("%(state)s Hãy xét giấy tờ này, hoặc yêu cầu bổ sung, trước khi tiếp nhận.") % {
            "state": capacities.state_in_words(view.state)
        }
        raise Invalid(fault, faults={f"papers.{PROOF}": fault})
    if view.filer.relation is not None and view.state is ProofState.GOOD:
        identity.vouch(relation_id=view.filer.relation, by=by, at=at)


def asked_name(dossier: Dossier, *, on: date) -> dict[str, str]:
    """The proof among the papers that may be asked for, by code with its name; empty when none is needed."""
    found = FiledBy.objects.filter(dossier_id=dossier.id).values_list("capacity", "proof_kind").first()
    if found is None or found[0] in (Capacity.OWN, Capacity.COUNTER):
        return {}
    return {PROOF: capacities.name_of(Capacity(found[0]), found[1], on=on)}
