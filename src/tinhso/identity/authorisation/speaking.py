"""How a person stands to what belongs to somebody: one table, by capacity.

| stands as | sees | does as owner | does as filer |
|---|---|---|---|
| the person themselves | all | yes | yes |
| one of several applicants | all of that subject | no | no |
| representative or filer of the organisation | all the organisation's | yes | yes |
| follower of the organisation | all the organisation's | no | no |
| parent of a minor, guardian | all of the child's or ward's | no | yes |
| proxy | what they filed as its proxy | no | yes |
| any of them while nobody vouched for it | what they filed so | no | yes |
| any of them after it ended, was revoked, or the child came of age | nothing | no | no |
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from tinhso.foundation.refs import SubjectRef
from tinhso.identity.relating import HOLDS, moment


@dataclass(frozen=True, slots=True)
class Reach:
    """How far somebody reaches: to see it, to do what its owner may, to do what who filed it may."""

    sees: bool = False
    owns: bool = False
    files: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the table. `whole`: reaches everything of the represented, once it is proven."""

    whole: bool
    owns: bool
    files: bool


NOWHERE = Reach()
ONESELF = Reach(sees=True, owns=True, files=True)
JOINT = Reach(sees=True)
TABLE = {
    "child": _Line(whole=True, owns=False, files=True),
    "ward": _Line(whole=True, owns=False, files=True),
    "proxy": _Line(whole=False, owns=False, files=True),
    "lead": _Line(whole=True, owns=True, files=True),
    "filer": _Line(whole=True, owns=True, files=True),
    "follower": _Line(whole=True, owns=False, files=False),
}

_STANDS = f"""
    SELECT r.id, CASE WHEN r.role = '' THEN r.capacity ELSE r.role END, r.proven_at IS NOT NULL
    FROM identity_relation r
    WHERE r.agent_id = %(person)s AND (r.person_id = %(owner)s OR r.organisation_id = %(owner)s) AND {HOLDS}
"""  # noqa: S608 - our own condition


def reach(person_id: UUID, subject: SubjectRef, at: datetime) -> Reach:
    """How the person stands to the subject at that moment. One query, none for one's own."""
    if subject.owner is None:
        return JOINT if person_id in subject.joint else NOWHERE
    if subject.owner.kind == "person" and subject.owner.id == person_id:
        return ONESELF
    found = [
        _by(relation, subject, standing, proven)
        for relation, standing, proven in _relations(person_id, subject.owner.id, at)
    ]
    if person_id in subject.joint:
        found.append(JOINT)
    return Reach(
        sees=any(one.sees for one in found),
        owns=any(one.owns for one in found),
        files=any(one.files for one in found),
    )


def _relations(person_id: UUID, owner_id: UUID, at: datetime) -> list[tuple[UUID, str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_STANDS, {"person": person_id, "owner": owner_id, **moment(at)})
        return list(cursor.fetchall())


def _by(relation: UUID, subject: SubjectRef, standing: str, proven: bool) -> Reach:
    line = TABLE[standing]
    filed = relation == subject.under
    return Reach(
        sees=filed or (line.whole and proven),
        owns=line.owns and proven,
        files=line.files and (filed or (line.whole and proven)),
    )
