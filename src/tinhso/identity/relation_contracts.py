"""What crosses the door of identity about who files for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import NotFound, Unable
from tinhso.foundation.refs import ActorRef, OwnerRef


class Capacity(StrEnum):
    """In what capacity somebody files (tư cách của người nộp).

    `own` for oneself; `group` as the contact of several applicants; `counter` an officer for who stands at
    the counter and cannot file; the others by a relation to whom they stand for.
    """

    OWN = "own"
    CHILD = "child"
    WARD = "ward"
    PROXY = "proxy"
    ORGANISATION = "organisation"
    GROUP = "group"
    COUNTER = "counter"

    @property
    def label(self) -> str:
        """What people call the capacity."""
        return str(_CAPACITY_LABELS[self])

    @property
    def by_relation(self) -> bool:
        """Whether somebody files so by a kept relation, which may end."""
        return self in (Capacity.CHILD, Capacity.WARD, Capacity.PROXY, Capacity.ORGANISATION)


_CAPACITY_LABELS = {
    Capacity.OWN: _("Nộp cho chính mình"),
    Capacity.CHILD: _("Cha, mẹ nộp cho con"),
    Capacity.WARD: _("Người giám hộ"),
    Capacity.PROXY: _("Người được ủy quyền"),
    Capacity.ORGANISATION: _("Người đại diện của tổ chức"),
    Capacity.GROUP: _("Người liên hệ của nhóm cùng đứng tên"),
    Capacity.COUNTER: _("Cán bộ tại quầy nộp giúp"),
}


class MemberRole(StrEnum):
    """What a person does for an organisation: lead and invite, file, or only follow."""

    LEAD = "lead"
    FILER = "filer"
    FOLLOWER = "follower"

    @property
    def label(self) -> str:
        """What people call the role."""
        return str(_MEMBER_LABELS[self])


_MEMBER_LABELS = {
    MemberRole.LEAD: _("Người đại diện"),
    MemberRole.FILER: _("Được nộp hồ sơ"),
    MemberRole.FOLLOWER: _("Chỉ theo dõi"),
}


class Origin(StrEnum):
    """How a relation came to be known."""

    DECLARED = "declared"
    GRANTED = "granted"
    INVITED = "invited"
    EID = "e-id"
    COUNTER = "counter"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class ProofKind:
    """A kind of paper that proves a capacity, by the dated value `relation_proofs`.

    `expires`: the paper says until when it holds. `online`: given here by the grantor, no paper is asked.
    """

    code: str
    name: str
    hint: str = ""
    numbered: bool = True
    expires: bool = False
    online: bool = False


@dataclass(frozen=True, slots=True)
class ProofGiven:
    """A paper that proves a capacity, as somebody gives it. `valid_until` is the last day it holds."""

    kind: str
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    valid_until: date | None = None
    file_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof that was given, and what an officer found; `fault` is empty when it was taken."""

    id: UUID
    given: ProofGiven
    kind_name: str
    added_at: datetime
    checked_at: datetime | None
    checked_by: str
    fault: str


@dataclass(frozen=True, slots=True)
class Represented:
    """A person for whom somebody files, as that somebody knows them."""

    name: str
    personal_id: str = ""
    birth_date: date | None = None
    gender: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class RelationView:
    """Who may file for whom. `scope` are procedure codes, empty means all; `valid_to` is no longer in it.

    `holds` is whether it gives a right at the moment asked; `proven` whether somebody vouched for it.
    """

    id: UUID
    agent: UUID
    agent_name: str
    represented: OwnerRef
    name: str
    facts: Represented
    capacity: Capacity
    role: MemberRole | None
    scope: tuple[str, ...]
    origin: Origin
    valid_from: date
    valid_to: date | None
    made_at: datetime
    accepted_at: datetime | None
    proven_at: datetime | None
    proven_by: str
    ended_at: datetime | None
    ended_by: str
    ended_because: str
    holds: bool
    proof: ProofView | None = None

    @property
    def proven(self) -> bool:
        """Whether an officer, the e-ID, the grantor or the organisation vouched for it."""
        return self.proven_at is not None


class UnknownRelation(NotFound):
    """No such relation, or not one of this person's."""

    code = "unknown-relation"


class TooManyRelations(Unable):
    """This account has named too many people within a day."""

    code = "too-many-relations"
    status = 429


@dataclass(frozen=True, slots=True)
class RelationEnded:
    """Event: somebody may no longer file for somebody, from this moment."""

    relation: UUID
    agent: UUID
    represented: OwnerRef
    by: ActorRef
    at: datetime
