"""People for tests and benches: officers with posts, persons, machines, and clients already signed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import count
from uuid import UUID

from django.conf import settings
from django.test import Client, RequestFactory

from tinhso.directory import api as directory
from tinhso.foundation import moments
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM, ActorKind, ActorRef, CalendarRef
from tinhso.identity import api as identity
from tinhso.identity.models import Account, Officer, Person, Post
from tinhso.identity.signin import sessions

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LONG_AGO = date(2025, 7, 1)
_numbers = count(1)


def agency(name: str = "Ban Thử nghiệm") -> UUID:
    """An agency without units; its id."""
    number = next(_numbers)
    return directory.establish(
        code=f"thu-{number}-{new_id().hex[-6:]}",
        name=f"{name} {number}",
        short_name=name,
        level=directory.AgencyLevel.PROVINCE,
        kind=directory.AgencyKind.DEPARTMENT,
        calendar=CalendarRef("an-giang"),
        valid_from=LONG_AGO,
        legal_basis="",
        by=SYSTEM,
        at=AT,
    )


def unit(agency_id: UUID | None = None, kind: directory.UnitKind = directory.UnitKind.SPECIALIST) -> UUID:
    """A unit, in a new agency unless one is given; its id."""
    number = next(_numbers)
    return directory.establish_unit(
        agency_id=agency_id or agency(),
        code=f"don-vi-{number}",
        name=f"Đơn vị {number}",
        kind=kind,
        valid_from=LONG_AGO,
        by=SYSTEM,
        at=AT,
    )


def officer(
    role: identity.Role | str = identity.Role.SPECIALIST,
    unit_id: UUID | None = None,
    *,
    name: str = "",
    roles: Iterable[identity.Role | str] = (),
) -> ActorRef:
    """An officer with one role (or several) in a unit, made without the slow password hash; as an actor."""
    number = next(_numbers)
    name = name or f"Cán Bộ {number}"
    place = unit_id or unit()
    account = Account(
        id=new_id(),
        kind=identity.AccountKind.OFFICER,
        login=f"can-bo-{number}-{new_id().hex[-6:]}",
        created_at=AT,
        password="!",
    )
    account.save(force_insert=True)
    row = Officer.objects.create(account=account, full_name=name, sort=name.lower())
    for each in tuple(roles) or (role,):
        Post.objects.create(officer=row, role=identity.Role(each), unit_id=place, valid_from=LONG_AGO)
    return ActorRef(kind=ActorKind.OFFICER, id=account.id, name=name, unit=place)


def person(name: str = "", *, personal_id: str = "", phone: str = "") -> ActorRef:
    """A person; as an actor."""
    number = next(_numbers)
    name = name or f"Người Dân {number}"
    id = identity.register_person(
        facts=identity.PersonFacts(
            full_name=name,
            personal_id=personal_id or f"091090{number:06d}",
            birth_date=date(1990, 1, 1),
            phone=phone,
        ),
        source="e-id",
        level=2,
        by=SYSTEM,
        at=AT,
    )
    return ActorRef(kind=ActorKind.PERSON, id=id, name=name)


def token(acts: Sequence[str], agency_id: UUID | None = None) -> tuple[ActorRef, str]:
    """A machine that may do these acts: as an actor, and the secret for its Authorization header."""
    id, secret = identity.create_token(
        name="máy thử", acts_allowed=acts, agency_id=agency_id, by=SYSTEM, at=AT
    )
    return ActorRef(kind=ActorKind.MACHINE, id=id, name="máy thử"), secret


def client(actor: ActorRef, *, at: datetime | None = None, agent: str = "") -> Client:
    """A browser in which this officer or person is signed in; `agent` is its User-Agent header."""
    browser = Client()
    request = RequestFactory().get("/", REMOTE_ADDR="127.0.0.1", HTTP_USER_AGENT=agent)
    request.session = browser.session
    if actor.kind is ActorKind.OFFICER:
        account = Account.objects.get(id=actor.id)
        sessions.begin_officer(request, account, factors="password+totp", at=at or moments.now())
    else:
        row = Person.objects.get(id=actor.id)
        if row.account_id is None:
            row.account = Account.objects.create(
                id=new_id(), kind=identity.AccountKind.PERSON, created_at=AT, password="!"
            )
            row.save()
        account = Account.objects.get(id=row.account_id)
        sessions.begin(
            request, account, name=row.full_name, factors="e-id", person=row, level=2, at=at or moments.now()
        )
    request.session.save()
    browser.cookies[settings.SESSION_COOKIE_NAME] = request.session.session_key or ""
    return browser


def machine(secret: str) -> Client:
    """A program that calls with this token."""
    return Client(headers={"authorization": f"Bearer {secret}"})
