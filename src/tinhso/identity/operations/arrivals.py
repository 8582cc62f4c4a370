"""A person who comes back from the national e-ID: found by the e-ID account, else by the identifier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import SYSTEM
from tinhso.identity.contracts import AccountKind, SignInRefused
from tinhso.identity.models import Account, EidLink, Person
from tinhso.identity.operations.members import represent
from tinhso.identity.operations.people import PersonFacts, register_organisation, register_person
from tinhso.identity.signin.eid import Arrival


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Whom an arrival is: the person, their account, and the organisation they speak for in this sign-in."""

    person: Person
    account: Account
    organisation_id: UUID | None


def welcome(arrival: Arrival, at: datetime) -> Welcomed:
    """Link the e-ID account to its person (and organisation), and bring their data up to date.

    Raises SignInRefused when the e-ID account is linked to somebody with another identifier, Unreadable
    for an identifier that cannot be.
    """
    told = arrival.claims
    with transaction.atomic():
        link = EidLink.objects.filter(issuer=arrival.issuer, subject=arrival.subject).first()
        person_id = register_person(
            facts=PersonFacts(
                full_name=told["full_name"],
                personal_id=told["id_number"],
                birth_date=date.fromisoformat(told["birth_date"]) if told.get("birth_date") else None,
                gender=told.get("gender", ""),
                phone=told.get("phone", ""),
                email=told.get("email", ""),
                address=told.get("address", ""),
            ),
            source="e-id",
            level=arrival.level,
            by=SYSTEM,
            at=at,
        )
        if link is not None and link.person_id != person_id:
            raise SignInRefused(
                _(
                    "Tài khoản định danh này đã gắn với một số căn cước khác. Hãy gọi 1022 để được kiểm tra;"
                    " dữ liệu của ông/bà vẫn an toàn."
                )
            )
        organisation_id = _organisation(told, person_id, at)
        if link is None:
            EidLink.objects.create(
                issuer=arrival.issuer,
                subject=arrival.subject,
                person_id=person_id,
                organisation_id=organisation_id,
                linked_at=at,
            )
        person = Person.objects.select_for_update().get(id=person_id)
        return Welcomed(person=person, account=_account(person, at), organisation_id=organisation_id)


def _organisation(told: dict[str, str], person_id: UUID, at: datetime) -> UUID | None:
    if told.get("account_type") != "org":
        return None
    id = register_organisation(
        tax_code=told["org_tax_code"], name=told.get("org_name") or told["org_tax_code"], by=SYSTEM, at=at
    )
    represent(person_id=person_id, organisation_id=id, by=SYSTEM, at=at)
    return id


def _account(person: Person, at: datetime) -> Account:
    if person.account_id is not None:
        return Account.objects.get(id=person.account_id)
    account = Account(id=new_id(), kind=AccountKind.PERSON, created_at=at)
    account.set_unusable_password()
    account.save(force_insert=True)
    Person.objects.filter(id=person.id).update(account=account)
    return account
