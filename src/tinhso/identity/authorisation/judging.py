"""May this actor do this act to this subject at this moment? Deny by default.

| actor | allowed when a line of the act's grants …
|---|---|
| system | always |
| anybody | has `itself` and the subject is their own account |
| nobody | never |
| person | has `owner` or `filer` and they stand so to the subject (`speaking`); or has `person` |
| officer | names a role they hold, or stand in for, within its scope; with `handler`, hold the subject |
| machine | its token names the act, and the subject lies in the token's agency |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.acts import acts
from tinhso.foundation.errors import NotAllowed
from tinhso.foundation.refs import ActorKind, ActorRef, SubjectRef
from tinhso.identity.authorisation.grants import delegable, lines
from tinhso.identity.authorisation.holding import Held, agencies_of, held
from tinhso.identity.authorisation.speaking import reach
from tinhso.identity.contracts import Grant, Scope
from tinhso.identity.queries import tokens


def can(actor: ActorRef, act: str, subject: SubjectRef | None, at: datetime) -> bool:
    """Whether the actor may do the act to the subject (None: an act that creates its subject)."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    if actor.id is None:
        return False
    if subject and subject.kind == "account" and subject.id == actor.id:
        return any(line.itself for line in lines(act))
    if actor.kind is ActorKind.PERSON:
        return _person_can(actor.id, act, subject, at)
    if actor.kind is ActorKind.OFFICER:
        return acting_as(actor, act, subject, at) is not None
    if actor.kind is ActorKind.MACHINE:
        return _machine_can(actor.id, act, subject, at)
    return False


def require(actor: ActorRef, act: str, subject: SubjectRef | None, at: datetime) -> None:
    """Return when allowed. Raises NotAllowed with a sentence that names the act."""
    if not can(actor, act, subject, at):
        label = acts.get(act).label if act in acts else act
        raise NotAllowed(
            _("Tài khoản này không có quyền “%(act)s” ở đây. Nếu cần, hãy hỏi người quản trị đơn vị.")
            % {"act": label},
            act=act,
        )


def allowed(
    officer: ActorRef, acts: Iterable[str], subject: SubjectRef | None, at: datetime
) -> frozenset[str]:
    """Those of the acts that an officer may do to the subject. One query, however many acts."""
    if officer.id is None or officer.kind is not ActorKind.OFFICER:
        return frozenset()
    posts = held(officer.id, at)
    if officer.on_behalf_of is not None:
        posts = tuple(post for post in posts if post.on_behalf_of == officer.on_behalf_of)
    return frozenset(
        act
        for act in acts
        if any(_allows(line, post, officer.id, subject) for post in posts for line in lines(act))
    )


def allowed_on(officer: ActorRef, act: str, subjects: Iterable[SubjectRef], at: datetime) -> frozenset[UUID]:
    """Those of the subjects to which an officer may do the act, by id. One query, however many subjects."""
    if officer.id is None or officer.kind is not ActorKind.OFFICER:
        return frozenset()
    posts = held(officer.id, at)
    if officer.on_behalf_of is not None:
        posts = tuple(post for post in posts if post.on_behalf_of == officer.on_behalf_of)
    return frozenset(
        subject.id
        for subject in subjects
        if any(_allows(line, post, officer.id, subject) for post in posts for line in lines(act))
    )


def acting_as(actor: ActorRef, act: str, subject: SubjectRef | None, at: datetime) -> ActorRef | None:
    """The officer with the unit, and the delegator if any, by whose post the act is allowed; else None.

    Own posts count before delegated ones. An actor that already says for whom it acts is held to that.
    """
    if actor.id is None or actor.kind is not ActorKind.OFFICER:
        return None
    posts = held(actor.id, at)
    if actor.on_behalf_of is not None:
        posts = tuple(post for post in posts if post.on_behalf_of == actor.on_behalf_of)
    for post in posts:
        if any(_allows(line, post, actor.id, subject) for line in lines(act)):
            return replace(actor, unit=post.unit, on_behalf_of=post.on_behalf_of)
    return None


def _allows(line: Grant, post: Held, officer_id: UUID, subject: SubjectRef | None) -> bool:
    if post.role not in line.roles or (post.acts and line.act in delegable and line.act not in post.acts):
        return False
    if subject is None:
        return True
    if not _classed(line, subject):
        return False
    if line.handler and subject.handlers and not {officer_id, post.on_behalf_of} & set(subject.handlers):
        return False
    if line.scope is Scope.PROVINCE:
        return True
    if line.scope is Scope.UNIT:
        return post.unit in subject.units
    return bool(agencies_of([post.unit]) & agencies_of(subject.units))


def _classed(line: Grant, subject: SubjectRef) -> bool:
    return not line.classifications or subject.classification in line.classifications


def _person_can(person_id: UUID, act: str, subject: SubjectRef | None, at: datetime) -> bool:
    if subject is None:
        return any(line.person for line in lines(act))
    fitting = [line for line in lines(act) if (line.owner or line.filer) and _classed(line, subject)]
    if not fitting or (subject.owner is None and not subject.joint):
        return False
    standing = reach(person_id, subject, at)
    return any((line.owner and standing.owns) or (line.filer and standing.files) for line in fitting)


def _machine_can(token_id: UUID, act: str, subject: SubjectRef | None, at: datetime) -> bool:
    token = tokens.standing(token_id, at)
    if token is None or not tokens.names(token.acts, act):
        return False
    if token.agency_id is None:
        return True
    return subject is not None and token.agency_id in agencies_of(subject.units)


class Judge:
    """Answers foundation's port."""

    def require(self, *, by: ActorRef, act: str, on: SubjectRef | None, at: datetime) -> None:
        """Return when allowed. Raises NotAllowed."""
        require(by, act, on, at)


def somewhere(actor: ActorRef, act: str, at: datetime) -> bool:
    """Whether the actor may do the act to anything at all: what opens a page, not a subject."""
    if actor.kind is ActorKind.OFFICER and actor.id is not None:
        roles = frozenset(role for line in lines(act) for role in line.roles)
        return any(
            post.role in roles and not (post.acts and act in delegable and act not in post.acts)
            for post in held(actor.id, at)
        )
    if actor.kind is ActorKind.MACHINE and actor.id is not None:
        token = tokens.standing(actor.id, at)
        return token is not None and tokens.names(token.acts, act)
    return False
