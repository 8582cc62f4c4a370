"""Reads of persons and organisations."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from tinhso.foundation import crypto, text
from tinhso.identity import personal
from tinhso.identity.contracts import OrganisationView, PersonView, UnknownPerson
from tinhso.identity.models import Organisation, Person


class Contact(msgspec.Struct, frozen=True):
    """What is sealed under a person's key."""

    personal_id: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""


def sealed_contact(row: Person) -> Contact:
    """The person's contact data; empty when erased."""
    if row.sealed is None:
        return Contact()
    return msgspec.json.decode(crypto.unseal(row.id, bytes(row.sealed)), type=Contact)


def _view(row: Person, contact: Contact) -> PersonView:
    return PersonView(
        id=row.id,
        full_name=row.full_name,
        personal_id_masked=text.mask(contact.personal_id),
        birth_date=row.birth_date,
        gender=row.gender,
        phone=contact.phone,
        email=contact.email,
        address=contact.address,
        assurance_level=row.assurance_level,
        erased=row.erased_at is not None,
    )


def persons(ids: Iterable[UUID]) -> dict[UUID, PersonView]:
    """Persons by id. Two queries. Whoever shows one to an officer calls `look` as well."""
    rows = list(Person.objects.filter(id__in=list(ids)))
    sealed = [(row.id, bytes(row.sealed)) for row in rows if row.sealed is not None]
    opened = (
        dict(zip((id for id, _bytes in sealed), crypto.unseal_many(sealed), strict=True)) if sealed else {}
    )
    found = {}
    for row in rows:
        data = opened.get(row.id)
        contact = msgspec.json.decode(data, type=Contact) if data else Contact()
        found[row.id] = _view(row, contact)
    return found


def person(id: UUID) -> PersonView:
    """One person. Raises UnknownPerson."""
    found = persons([id]).get(id)
    if found is None:
        raise UnknownPerson(_("Không tìm thấy người này."))
    return found


def personal_id(person_id: UUID) -> str:
    """The full personal identifier, for a document that must carry it; empty when unknown or erased.

    The caller records the look.
    """
    row = Person.objects.filter(id=person_id).first()
    return sealed_contact(row).personal_id if row else ""


def find_person(raw_personal_id: str) -> UUID | None:
    """The person with that personal identifier. Raises Unreadable for one that cannot be."""
    return numbered(personal.personal_id_hash(text.personal_id(raw_personal_id)))


def numbered(hashed: bytes) -> UUID | None:
    """The person of an identifier's hash; of one merged, the person they are now."""
    rows = Person.objects.filter(personal_id_hash=hashed)
    return rows.values_list(Coalesce("merged_into_id", "id"), flat=True).first()


def organisations(ids: Iterable[UUID]) -> dict[UUID, OrganisationView]:
    """Organisations by id. One query."""
    return {
        row.id: OrganisationView(row.id, row.tax_code, row.name)
        for row in Organisation.objects.filter(id__in=list(ids))
    }


def names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Display names of persons, organisations and officers by id. One query."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, full_name FROM identity_person WHERE id = ANY(%s)"
            " UNION ALL SELECT id, name FROM identity_organisation WHERE id = ANY(%s)"
            " UNION ALL SELECT account_id, full_name FROM identity_officer WHERE account_id = ANY(%s)",
            [wanted, wanted, wanted],
        )
        return dict(cursor.fetchall())
