"""Sign-ins: begun after all factors, bound to one browser, ended by time, by the person, or by another."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorKind, ActorRef, OwnerRef, SubjectRef
from tinhso.identity import limits
from tinhso.identity.authorisation.holding import held
from tinhso.identity.contracts import AccountKind, SignInView, Visitor
from tinhso.identity.models import Account, Officer, Person, SignIn
from tinhso.identity.visiting import STRANGER

KEY = "sign_in"
SEEN_EVERY = timedelta(minutes=1)


def address_of(request: HttpRequest) -> str:
    """The visitor's network address, as the web server in front says it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def agent_of(request: HttpRequest) -> str:
    """The browser's name for itself, cut short."""
    return request.headers.get("User-Agent", "")[:300]


def _agent_hash(request: HttpRequest) -> bytes:
    return hashlib.sha256(agent_of(request).encode()).digest()


def begin(
    request: HttpRequest,
    account: Account,
    *,
    name: str,
    factors: str,
    person: Person | None = None,
    organisation_id: UUID | None = None,
    level: int = 0,
    id_token: str = "",
    tell: object | None = None,
    at: datetime,
) -> SignIn:
    """Sign the account in here, under a new session key; who was signed in here before is no more."""
    former = request.session.get(KEY)
    if former:
        SignIn.objects.filter(id=former, ended_at=None).update(ended_at=at, ended_because="replaced")
    request.session.flush()
    row = SignIn(
        id=new_id(),
        account=account,
        actor_name=name,
        person_id=person.id if person else None,
        organisation_id=organisation_id,
        assurance_level=level,
        factors=factors,
        address=address_of(request),
        agent=agent_of(request),
        agent_hash=_agent_hash(request),
        id_token=id_token,
        started_at=at,
        seen_at=at,
    )
    actor = _actor(row, request, at)
    with transactions.act("identity.sign_in", by=actor, at=at, on=_own(actor)) as work:
        row.save(force_insert=True)
        Account.objects.filter(id=account.id).update(last_login=at)
        work.record(factors=factors, level=level, sign_in=str(row.id))
        if tell is not None:
            work.emit(tell)
    request.session[KEY] = str(row.id)
    rotate_token(request)
    request.visitor = _visitor(row, actor)  # type: ignore[attr-defined]  # what visiting.visitor_of reads
    return row


def _own(actor: ActorRef) -> SubjectRef:
    """The account as a subject: it bears the id of the actor, who may always care for their own."""
    return SubjectRef("account", actor.id or UUID(int=0))


def visitor(request: HttpRequest, at: datetime) -> Visitor:
    """The visitor by the session of this request; `expired` when its sign-in has ended."""
    id = request.session.get(KEY)
    if not id:
        return STRANGER
    row = SignIn.objects.select_related("account").filter(id=id).first()
    if row is None:
        return STRANGER
    reason = _why_ended(row, request, at)
    if reason:
        if row.ended_at is None:
            SignIn.objects.filter(id=row.id, ended_at=None).update(ended_at=at, ended_because=reason)
        return Visitor(actor=STRANGER.actor, sign_in_id=row.id, expired=True)
    if at - row.seen_at >= SEEN_EVERY:
        SignIn.objects.filter(id=row.id).update(seen_at=at)
        row.seen_at = at
    return _visitor(row, _actor(row, request, at), ends_at=_ends_at(row, at))


def _ends_at(row: SignIn, at: datetime) -> datetime:
    """When it ends if nothing more is done, or when it has lasted as long as it may."""
    kind = row.account.kind
    return min(
        row.seen_at + limits.minutes(f"session_idle_{kind}", at),
        row.started_at + limits.hours(f"session_longest_{kind}", at),
    )


def _why_ended(row: SignIn, request: HttpRequest, at: datetime) -> str:
    kind = row.account.kind
    if row.ended_at is not None:
        return "ended"
    if not row.account.is_active:
        return "closed"
    if bytes(row.agent_hash) != _agent_hash(request):
        return "another browser"
    if at - row.seen_at > limits.minutes(f"session_idle_{kind}", at):
        return "idle"
    if at - row.started_at > limits.hours(f"session_longest_{kind}", at):
        return "too long"
    return ""


def _actor(row: SignIn, request: HttpRequest, at: datetime) -> ActorRef:
    if row.account.kind == AccountKind.OFFICER:
        posts = held(row.account_id, at)
        return ActorRef(
            kind=ActorKind.OFFICER,
            id=row.account_id,
            name=row.actor_name,
            unit=posts[0].unit if posts else None,
            address=address_of(request),
        )
    return ActorRef(kind=ActorKind.PERSON, id=row.person_id, name=row.actor_name, address=address_of(request))


def _visitor(row: SignIn, actor: ActorRef, *, ends_at: datetime | None = None) -> Visitor:
    applicant = None
    if row.organisation_id is not None:
        applicant = OwnerRef("organisation", row.organisation_id)
    elif row.person_id is not None:
        applicant = OwnerRef("person", row.person_id)
    return Visitor(
        actor=actor,
        applicant=applicant,
        sign_in_id=row.id,
        assurance_level=row.assurance_level,
        ends_at=ends_at,
    )


def end(*, sign_in_id: UUID, account_id: UUID, because: str, by: ActorRef, at: datetime) -> bool:
    """End one sign-in of an account; False when it had ended."""
    with transactions.act("identity.sign_out", by=by, at=at, on=_own(by)) as work:
        ended = SignIn.objects.filter(id=sign_in_id, account_id=account_id, ended_at=None).update(
            ended_at=at, ended_because=because, id_token=""
        )
        work.record(sign_in=str(sign_in_id), because=because)
    return bool(ended)


def end_others(*, account_id: UUID, keep: UUID, because: str, by: ActorRef, at: datetime) -> int:
    """End every other sign-in of an account; how many there were."""
    with transactions.act("identity.sign_out", by=by, at=at, on=_own(by)) as work:
        ended = (
            SignIn.objects.filter(account_id=account_id, ended_at=None)
            .exclude(id=keep)
            .update(ended_at=at, ended_because=because, id_token="")
        )
        work.record(because=because, count=ended)
    return ended


def standing(account_id: UUID, current: UUID | None, at: datetime) -> tuple[SignInView, ...]:
    """Where an account is signed in now, the latest first. One query."""
    kind = Account.objects.values_list("kind", flat=True).get(id=account_id)
    rows = SignIn.objects.filter(
        account_id=account_id,
        ended_at=None,
        seen_at__gt=at - limits.minutes(f"session_idle_{kind}", at),
        started_at__gt=at - limits.hours(f"session_longest_{kind}", at),
    ).order_by("-seen_at")
    return tuple(
        SignInView(
            row.id, row.address, row.agent, row.started_at, row.seen_at, row.factors, row.id == current
        )
        for row in rows
    )


def account_of(sign_in_id: UUID) -> UUID | None:
    """The account of a sign-in, ended or not."""
    return SignIn.objects.filter(id=sign_in_id).values_list("account_id", flat=True).first()


def begin_officer(request: HttpRequest, account: Account, *, factors: str, at: datetime) -> SignIn:
    """Sign an officer in after both factors."""
    name = Officer.objects.values_list("full_name", flat=True).get(account=account)
    return begin(request, account, name=name, factors=factors, at=at)


def pending(request: HttpRequest) -> Mapping[str, str]:
    """What a sign-in under way remembers between its steps."""
    found = request.session.get("signing_in")
    return found if isinstance(found, dict) else {}
