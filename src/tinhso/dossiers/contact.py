"""How to reach an applicant: sealed under the account's key, or the dossier's own when there is none.

Erasing the person destroys the key: the dossier stays, its contact can no longer be read.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from uuid import UUID

import orjson
from django.db import connection

from tinhso.dossiers.contracts import Applicant
from tinhso.dossiers.models import Dossier
from tinhso.foundation import crypto
from tinhso.foundation.refs import OwnerRef
from tinhso.foundation.statements import Statement

SEALED = "SELECT contact FROM dossiers_content WHERE dossier_id = %s"
FIELDS = ("personal_id", "birth_date", "phone", "email", "address", "territory")


def closed(dossier: Dossier, applicant: Applicant) -> tuple[bytes, list[Statement]]:
    """The contact of an applicant, sealed, and what to run with it when the key is new."""
    data = written(applicant)
    if dossier.owner_id:
        return crypto.seal(dossier.owner_id, data), []
    sealed, key = crypto.seal_first(dossier.id, data)
    return sealed, [(crypto.KEEP_KEY, key)]


def written(applicant: Applicant) -> bytes:
    """The contact of an applicant as it is sealed."""
    given = {field: value for field, value in asdict(applicant).items() if field in FIELDS and value}
    return orjson.dumps(given, default=str)


def opened(dossier: Dossier, *, sealed: bytes = b"") -> Applicant:
    """The applicant of a dossier, without contact when the person was erased; `sealed` when it is at hand."""
    data = crypto.unseal_many([(_key(dossier), sealed or _sealed(dossier))])[0]
    contact = orjson.loads(data) if data else {}
    born, territory = contact.get("birth_date"), contact.get("territory")
    return Applicant(
        name=dossier.applicant_name,
        kind=dossier.applicant_kind,
        owner=OwnerRef(kind=dossier.owner_kind, id=dossier.owner_id) if dossier.owner_id else None,
        personal_id=contact.get("personal_id", ""),
        birth_date=date.fromisoformat(born) if born else None,
        phone=contact.get("phone", ""),
        email=contact.get("email", ""),
        address=contact.get("address", ""),
        territory=UUID(territory) if territory else None,
    )


def _sealed(dossier: Dossier) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(SEALED, [dossier.id])
        return bytes(cursor.fetchone()[0])


def _key(dossier: Dossier) -> UUID:
    return dossier.owner_id or dossier.id
