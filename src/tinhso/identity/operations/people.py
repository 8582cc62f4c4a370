"""Persons and organisations: registered by a sign-in, at a counter, or by a machine; erased on demand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, text, transactions
from tinhso.foundation.errors import Conflict
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, OwnerRef, SubjectRef
from tinhso.identity import personal
from tinhso.identity.contracts import PersonErased
from tinhso.identity.models import Merge, Organisation, Person, SignIn
from tinhso.identity.queries.people import Contact, numbered, sealed_contact


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a person who is registered; empty means not given."""

    full_name: str
    personal_id: str = ""
    birth_date: date | None = None
    gender: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


def register_person(*, facts: PersonFacts, source: str, level: int = 0, by: ActorRef, at: datetime) -> UUID:
    """The person with that personal identifier, made when unknown; without one, always a new person.

    A person already known keeps their data: only `source="e-id"` brings them up to date, and the number of an
    account that was merged leads to the one that stays, which keeps its own. Two who register
    the same person at once get the same id. Raises Unreadable for an identifier that cannot be.
    """
    number = text.personal_id(facts.personal_id) if facts.personal_id else ""
    hashed = personal.personal_id_hash(number) if number else None
    if hashed is not None and source != "e-id":
        known_id = numbered(hashed)
        if known_id is not None:
            return known_id
    try:
        with transaction.atomic():
            return _found_or_made(facts, number, hashed, source=source, level=level, by=by, at=at)
    except Conflict as twin:
        if "personal_id_hash" not in str(twin.facts.get("constraint", "")):
            raise
    with transaction.atomic():
        return _found_or_made(facts, number, hashed, source=source, level=level, by=by, at=at)


def _found_or_made(
    facts: PersonFacts,
    number: str,
    hashed: bytes | None,
    *,
    source: str,
    level: int,
    by: ActorRef,
    at: datetime,
) -> UUID:
    if hashed is not None:
        known = Person.objects.select_for_update().filter(personal_id_hash=hashed).first()
        if known is not None:
            if known.merged_into_id is not None:
                return known.merged_into_id
            if source == "e-id":
                _refresh(known, facts, number, source=source, level=level, by=by, at=at)
            return known.id
    return _make(facts, number, hashed, source=source, level=level, by=by, at=at)


def _make(
    facts: PersonFacts,
    number: str,
    hashed: bytes | None,
    *,
    source: str,
    level: int,
    by: ActorRef,
    at: datetime,
) -> UUID:
    row = Person(id=new_id(), personal_id_hash=hashed, source=source, created_at=at)
    _fill(row, facts, number, level=level, at=at)
    with transactions.act("identity.register_person", by=by, at=at, on=SubjectRef("person", row.id)) as work:
        row.save(force_insert=True)
        work.record(source=source, level=level)
    return row.id


def _refresh(
    row: Person, facts: PersonFacts, number: str, *, source: str, level: int, by: ActorRef, at: datetime
) -> None:
    before = (row.full_name, row.birth_date, row.gender, row.assurance_level)
    contact = sealed_contact(row)
    _fill(row, facts, number, level=level, at=at)
    if before == (row.full_name, row.birth_date, row.gender, row.assurance_level) and contact == Contact(
        number, facts.phone, facts.email, facts.address
    ):
        return
    row.source = source
    with transactions.act("identity.register_person", by=by, at=at, on=SubjectRef("person", row.id)) as work:
        row.save()
        work.record(source=source, level=level, refreshed=True)


def _fill(row: Person, facts: PersonFacts, number: str, *, level: int, at: datetime) -> None:
    row.full_name = text.normal(facts.full_name)
    row.sort = text.name_sort_key(facts.full_name)
    row.birth_date = facts.birth_date
    row.gender = facts.gender
    phone = personal.phone_or_none(facts.phone)
    row.phone_hash = personal.phone_hash(phone) if phone else None
    contact = Contact(number, facts.phone, facts.email, facts.address)
    row.sealed = crypto.seal(row.id, msgspec.json.encode(contact))
    row.assurance_level = level
    row.updated_at = at


def register_organisation(*, tax_code: str, name: str, by: ActorRef, at: datetime) -> UUID:
    """The organisation with that tax code, made when unknown, its name brought up to date."""
    with transaction.atomic():
        row = Organisation.objects.select_for_update().filter(tax_code=tax_code).first()
        if row is not None and row.name == text.normal(name):
            return row.id
        if row is None:
            row = Organisation(id=new_id(), tax_code=tax_code, created_at=at)
        row.name, row.sort = text.normal(name), text.sort_key(name)
        on = SubjectRef("organisation", row.id)
        with transactions.act("identity.register_organisation", by=by, at=at, on=on) as work:
            row.save()
            work.record(tax_code=tax_code)
        return row.id


def erase(*, person_id: UUID, by: ActorRef, at: datetime) -> None:
    """Destroy the person's key and look-up hashes, and end their sign-ins; rows say "Đã xóa" for the name.

    A merge under way ends first, so that what it brings goes too. Raises Conflict for one that was merged.
    """
    on = SubjectRef("person", person_id, owner=OwnerRef("person", person_id))
    with transactions.act("identity.erase_person", by=by, at=at, on=on) as work:
        row = Person.objects.select_for_update().filter(id=person_id).first()
        if row is not None and row.merged_into_id is not None:
            raise Conflict(
                _(
                    "Tài khoản này đã được gộp vào tài khoản khác của ông/bà."
                    " Hãy đăng nhập lại rồi yêu cầu xóa."
                )
            )
        accounts = Q(id=person_id) | Q(merged_into_id=person_id)
        theirs = [*Person.objects.filter(accounts).values_list("id", flat=True)]
        Person.objects.filter(id__in=theirs).update(
            full_name=_("Đã xóa"),
            sort="",
            birth_date=None,
            gender="",
            personal_id_hash=None,
            phone_hash=None,
            sealed=None,
            erased_at=at,
            updated_at=at,
        )
        crypto.erase(person_id, at=at)
        signed_in = SignIn.objects.filter(person_id=person_id)
        signed_in.filter(ended_at=None).update(ended_at=at, ended_because="erased")
        signed_in.update(actor_name=_("Đã xóa"), id_token="", address="", agent="")
        Merge.objects.filter(loser_id__in=theirs).update(loser_name=_("Đã xóa"), number="")
        work.emit(PersonErased(person_id, at))
