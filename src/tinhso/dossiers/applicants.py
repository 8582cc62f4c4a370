"""The applicant and the filer of a filing, as the account knows them, and the facts that fill a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import residence
from tinhso.dossiers.contracts import Applicant, Filer
from tinhso.dossiers.faults import MayNotFile
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef, OwnerRef
from tinhso.identity import api as identity
from tinhso.identity.api import Capacity


@dataclass(frozen=True, slots=True)
class For:
    """For whom it is filed: by a relation, or for oneself (or one's organisation), alone or with others."""

    relation: UUID | None = None
    members: Sequence[Applicant] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """Whose dossier it will be and who files it; no filer when they are the same."""

    applicant: Applicant
    filer: Filer | None = None


ONESELF = For()


def sides(owner: OwnerRef, whom: For, *, by: ActorRef, at: datetime) -> Sides:
    """Both sides of a filing by this account. Raises NotAllowed, MayNotFile when the right has ended."""
    me = _oneself(by)
    relation = _relation(owner, whom, by=by, at=at)
    if relation is not None:
        filer = Filer(
            name=me.name,
            capacity=relation.capacity,
            id=by.id,
            relation=relation.id,
            personal_id=me.personal_id,
            phone=me.phone,
            email=me.email,
            proof=relation.proof.given if relation.proof else None,
        )
        return Sides(_represented(relation), filer)
    if whom.members:
        return Sides(me, Filer(name=me.name, capacity=Capacity.GROUP, id=by.id))
    return Sides(me)


def reached(by: ActorRef) -> tuple[str, str]:
    """Phone and mail by which who files is told of news."""
    me = _oneself(by)
    return me.phone, me.email


def _oneself(by: ActorRef) -> Applicant:
    if by.id is None:
        raise NotAllowed(_("Hãy đăng nhập để nộp hồ sơ."))
    person = identity.person(by.id)
    return Applicant(
        name=person.full_name,
        owner=OwnerRef("person", by.id),
        personal_id=identity.personal_id(by.id),
        birth_date=person.birth_date,
        phone=person.phone,
        email=person.email,
        address=person.address,
    )


def _relation(owner: OwnerRef, whom: For, *, by: ActorRef, at: datetime) -> identity.RelationView | None:
    """The relation by which it is filed; of an organisation's own account, the one the e-ID told of."""
    if by.id is None:
        return None
    if whom.relation is not None:
        found = identity.relation(whom.relation, at=at)
        if found is None or not found.holds or found.agent != by.id:
            raise ended()
        return found
    if owner.kind != "organisation":
        return None
    theirs = identity.relations_of(by.id, name=by.name, at=at)
    mine = next((one for one in theirs if one.represented == owner and one.holds), None)
    if mine is None:
        raise ended()
    return mine


def ended() -> MayNotFile:
    """What is said when somebody may not file for somebody any more."""
    return MayNotFile(
        _("Quyền nộp thay đã hết hoặc đã bị thu hồi. Phần đã viết vẫn còn: hãy chọn lại nộp cho ai."),
        why="ended",
    )


def _represented(relation: identity.RelationView) -> Applicant:
    """The applicant as the filer knows them; an organisation as it is registered."""
    if relation.represented.kind == "organisation":
        organisation = identity.organisations([relation.represented.id])[relation.represented.id]
        name = organisation.name if relation.proven else relation.name
        return Applicant(
            name=name, kind="organisation", owner=relation.represented, personal_id=organisation.tax_code
        )
    known = relation.facts
    return Applicant(
        name=known.name,
        owner=relation.represented,
        personal_id=known.personal_id,
        birth_date=known.birth_date,
        phone=known.phone,
        address=known.address,
    )


def facts(owner: OwnerRef, whom: For = ONESELF, *, by: ActorRef, at: datetime) -> dict[str, Any]:
    """What is known already, by the names that forms ask for: `account` is who files.

    `applicant` or `organisation` is whose it will be. Addresses are read on the day of `at`.
    """
    both, me = sides(owner, whom, by=by, at=at), _oneself(by)
    found: dict[str, Any] = {"account": _of_person(me, at=at)}
    if both.applicant.kind == "organisation":
        found["organisation"] = {
            "name": both.applicant.name,
            "tax_code": both.applicant.personal_id,
            "representative": by.name,
        }
        found["applicant"] = {"full_name": by.name, "phone": me.phone, "email": me.email}
        if owner.kind == "organisation":
            found["account"] = found["applicant"]
        return found
    return found | {"applicant": _of_person(both.applicant, at=at)}


def _of_person(whom: Applicant, *, at: datetime) -> dict[str, Any]:
    return {
        "full_name": whom.name,
        "personal_id": whom.personal_id,
        "birth_date": whom.birth_date,
        "phone": whom.phone,
        "email": whom.email,
        "residence": residence.read(whom.address, on=today(at)) or None,
    }
