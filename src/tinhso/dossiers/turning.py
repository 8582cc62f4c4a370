"""A turn of a dossier under way, and the dossier as identity judges it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.dossiers.models import Dossier, Opinion
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.foundation.statements import Statement
from tinhso.foundation.transactions import Work
from tinhso.identity import api as identity

SUBJECT, OPINION = "dossier", "opinion"
HANDLING = (
    identity.Role.INTAKE_OFFICER,
    identity.Role.SPECIALIST,
    identity.Role.LEADER,
    identity.Role.CLERK,
)
"""The roles that steps of a dossier are given to."""


@dataclass(slots=True)
class Turn:
    """A turn under way. Operations change `dossier`; it is saved, told and audited at the end.

    `crossed` says that the dossier went to another agency, which no undoing takes back.
    `kept` is what undoing the act would need beside the row, `process` the process state before it; `late`
    are statements of which nothing later in the turn reads: they run with those at the end.
    """

    dossier: Dossier
    work: Work
    act: str
    by: ActorRef
    at: datetime
    note: str = ""
    public: bool = True
    kept: dict[str, Any] = field(default_factory=dict)
    process: bytes | None = None
    crossed: bool = False
    late: list[Statement] = field(default_factory=list)


def subject_of(dossier: Dossier, *, path: tuple[UUID, ...] = ()) -> SubjectRef:
    """The dossier as identity judges it: its present unit, and those of `path` it went through."""
    owner = OwnerRef(kind=dossier.owner_kind, id=dossier.owner_id) if dossier.owner_id else None
    return SubjectRef(
        kind=SUBJECT,
        id=dossier.id,
        units=(dossier.unit_id, *path),
        owner=owner,
        handlers=(dossier.holder,) if dossier.holder else (),
        under=dossier.filed_under,
        joint=tuple(dossier.joint),
    )


def opinion_subject(opinion: Opinion) -> SubjectRef:
    """An opinion as identity judges it: the work of the agency that was asked."""
    return SubjectRef(kind=OPINION, id=opinion.id, units=(opinion.unit_id,))
