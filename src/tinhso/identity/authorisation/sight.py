"""How much of a subject somebody sees: one table, by whose it is, whose step it is, and how long ago it was.

| who | sees |
|---|---|
| an applicant, or who stands for one (`speaking`) | all, less internal opinions (left out by the caller) |
| officer whose step it is, or who stands in for them | all |
| officer of the unit whose turn it is, while nobody holds it | all: the step is the unit's to take |
| officer whose step ended within the dated number of days | all |
| inspector of the agency, while a decision gives it | all, and the trace names the decision |
| officer who opened it in an emergency, while that lasts | all, and the trace tells the reason |
| intake officer of an agency on its path | intake papers and status |
| other officer or supervisor of an agency on its path | code and status, as in the agency's lists |
| inspector without a decision, administrator | nothing |
| machine | all, when its token names the act of reading and reaches the subject |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.identity import limits
from tinhso.identity.authorisation.exceptions import inspected_by, opened_for
from tinhso.identity.authorisation.holding import Held, agencies_of, held
from tinhso.identity.authorisation.judging import can
from tinhso.identity.authorisation.speaking import reach
from tinhso.identity.contracts import Role, Seeing, Sight

WORKERS = frozenset({Role.INTAKE_OFFICER, Role.SPECIALIST, Role.LEADER, Role.CLERK})
NOTHING, EVERYTHING = Seeing(Sight.NOTHING), Seeing(Sight.ALL)


def sight(
    actor: ActorRef,
    subject: SubjectRef,
    at: datetime,
    *,
    passed: Iterable[UUID] = (),
    worked: Mapping[UUID, datetime | None] | None = None,
    reading: str = "",
) -> Seeing:
    """What the actor may see of the subject, and by what exception. One query for an officer, one more for
    an inspector, and one for who would not see all otherwise.

    `subject.units` are those whose turn it is, `passed` those it went through; `worked` maps officers who had
    a step to the moment it ended, None while it runs. `reading` is the act a machine's token must name.
    """
    if actor.kind is ActorKind.SYSTEM:
        return EVERYTHING
    if actor.id is None:
        return NOTHING
    if actor.kind is ActorKind.PERSON:
        return EVERYTHING if reach(actor.id, subject, at).sees else NOTHING
    if actor.kind is ActorKind.MACHINE:
        return EVERYTHING if reading and can(actor, reading, subject, at) else NOTHING
    posts = held(actor.id, at)
    if not posts:
        return NOTHING
    if _has_or_had_a_step(actor.id, posts, subject, at, worked or {}):
        return EVERYTHING
    everywhere = {*subject.units, *passed}
    by_post = max(_by_post(post, subject, everywhere) for post in posts)
    if by_post is Sight.ALL:
        return EVERYTHING
    return _by_exception(actor.id, posts, subject, agencies_of(everywhere), at) or Seeing(by_post)


def _by_exception(
    officer_id: UUID,
    posts: tuple[Held, ...],
    subject: SubjectRef,
    agencies: frozenset[UUID],
    at: datetime,
) -> Seeing | None:
    if any(post.role is Role.INSPECTOR for post in posts):
        decision = inspected_by(officer_id, agencies, at)
        if decision:
            return Seeing(Sight.ALL, _("Thanh tra theo quyết định %(number)s") % {"number": decision})
    reason = opened_for(officer_id, subject, at)
    return Seeing(Sight.ALL, _("Mở khẩn: %(reason)s") % {"reason": reason}) if reason else None


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
    ended = [worked[one] for one in selves if one in worked]
    if not ended:
        return False
    days = timedelta(days=limits.count("officer_sees_after_step", at))
    return any(end is None or at - end <= days for end in ended)


def _by_post(post: Held, subject: SubjectRef, everywhere: set[UUID]) -> Sight:
    if post.role not in WORKERS and post.role is not Role.SUPERVISOR:
        return Sight.NOTHING
    if post.role in WORKERS and post.unit in subject.units and not subject.handlers:
        return Sight.ALL
    if not agencies_of([post.unit]) & agencies_of(everywhere):
        return Sight.NOTHING
    return Sight.INTAKE if post.role is Role.INTAKE_OFFICER else Sight.STATUS
