"""Keeping documents."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import OwnerRef, SubjectRef
from tinhso.vault.contracts import Source
from tinhso.vault.models import Document


def keep(
    *,
    owner: OwnerRef,
    file_id: UUID,
    sha256: str,
    kind: str,
    title: str,
    issuer: str,
    source: Source,
    number: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
    about: SubjectRef | None = None,
    at: datetime,
) -> UUID:
    """Put a document into an owner's vault, inside the act that made it; returns its id.

    Keeping the same bytes about the same subject again changes nothing and gives the first id. `valid_to`
    is the first day on which it no longer holds. Raises IntegrityError for an owner, a hash or a period that
    cannot be.
    """
    kept, _made = Document.objects.get_or_create(
        owner_id=owner.id,
        source=source.value,
        about_kind=about.kind if about else "",
        about_id=about.id if about else None,
        sha256=sha256,
        defaults={
            "id": new_id(),
            "owner_kind": owner.kind,
            "file_id": file_id,
            "kind": kind,
            "title": title,
            "number": number,
            "issuer": issuer,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "kept_at": at,
        },
    )
    return kept.id
