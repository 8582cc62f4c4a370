"""How much of a dossier somebody sees: one table, by whose it is, whose step it is, and how long ago it was.

| who | sees |
|---|---|
| applicant, or who speaks for the organisation | all, less internal opinions (the caller leaves those out) |
| officer whose step it is, or who holds it | all |
| officer of a unit on its path, while nobody holds it | all: the step is the unit's to take |
| officer whose step ended within the dated number of days | all |
| other officer of a unit on its path | code and status |
| intake officer of an agency on its path | intake papers and status |
| supervisor | code and status (figures and the late list, no papers) |
| inspector, for the term of the post given by decision number | all |
| administrator | nothing |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.identity import limits
from tinhso.identity.authorisation.holding import Held, agencies_of, held
from tinhso.identity.authorisation.speaking import speaks_for
from tinhso.identity.contracts import Role, Sight

WORKERS = frozenset({Role.INTAKE_OFFICER, Role.SPECIALIST, Role.LEADER, Role.CLERK})


def sight(
    actor: ActorRef,
    subject: SubjectRef,
    at: datetime,
    *,
    worked: Mapping[UUID, datetime | None] | None = None,
) -> Sight:
    """What the actor may see of the subject. One query for an officer.

    `worked` maps officers who had a step to the moment it ended, None while it runs.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Sight.ALL
    if actor.id is None:
        return Sight.NOTHING
    if actor.kind is ActorKind.PERSON:
        owns = subject.owner is not None and speaks_for(actor.id, subject.owner, at)
        return Sight.ALL if owns else Sight.NOTHING
    if actor.kind is not ActorKind.OFFICER:
        return Sight.NOTHING
    posts = held(actor.id, at)
    if not posts:
        return Sight.NOTHING
    if _has_or_had_a_step(actor.id, posts, subject, at, worked or {}):
        return Sight.ALL
    return max((_by_post(post, subject) for post in posts), default=Sight.NOTHING)


def _has_or_had_a_step(
    officer_id: UUID,
    posts: tuple[Held, ...],
    subject: SubjectRef,
    at: datetime,
    worked: Mapping[UUID, datetime | None],
) -> bool:
    selves = {officer_id} | {post.on_behalf_of for post in posts if post.on_behalf_of}
    if selves & set(subject.handlers):
        return True
    days = timedelta(days=limits.count("officer_sees_after_step", at))
    ended = [worked[one] for one in selves if one in worked]
    return any(end is None or at - end <= days for end in ended)


def _by_post(post: Held, subject: SubjectRef) -> Sight:
    if post.role is Role.ADMINISTRATOR:
        return Sight.NOTHING
    if post.role is Role.INSPECTOR:
        return Sight.ALL if agencies_of([post.unit]) & agencies_of(subject.units) else Sight.NOTHING
    if post.role is Role.SUPERVISOR:
        return Sight.STATUS if agencies_of([post.unit]) & agencies_of(subject.units) else Sight.NOTHING
    if post.unit in subject.units and post.role in WORKERS:
        if not subject.handlers:
            return Sight.ALL
        return Sight.INTAKE if post.role is Role.INTAKE_OFFICER else Sight.STATUS
    if post.role is Role.INTAKE_OFFICER and agencies_of([post.unit]) & agencies_of(subject.units):
        return Sight.INTAKE
    return Sight.NOTHING
