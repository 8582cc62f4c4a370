"""Reads of the vault."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.foundation.refs import OwnerRef
from tinhso.vault.contracts import DocumentView, Source
from tinhso.vault.models import Document


def documents(
    owner: OwnerRef,
    *,
    kind: str = "",
    before: datetime | None = None,
    before_id: UUID | None = None,
    limit: int = 50,
) -> tuple[DocumentView, ...]:
    """An owner's documents, newest first. One query.

    `before` and `before_id`, of the last document shown, continue an earlier page; without the id,
    documents kept at that very moment are left out.
    """
    rows = Document.objects.filter(owner_kind=owner.kind, owner_id=owner.id)
    if kind:
        rows = rows.filter(kind=kind)
    if before and before_id:
        rows = rows.filter(kept_at__lte=before)
        rows = rows.filter(Q(kept_at__lt=before) | Q(id__lt=before_id))
    elif before:
        rows = rows.filter(kept_at__lt=before)
    return tuple(_view(row) for row in rows.order_by("-kept_at", "-id")[:limit])


def document(document_id: UUID, *, owner: OwnerRef) -> DocumentView | None:
    """One document if it is this owner's."""
    row = Document.objects.filter(id=document_id, owner_kind=owner.kind, owner_id=owner.id).first()
    return _view(row) if row else None


def _view(row: Document) -> DocumentView:
    return DocumentView(
        id=row.id,
        kind=row.kind,
        title=row.title,
        number=row.number,
        issuer=row.issuer,
        source=Source(row.source),
        file_id=row.file_id,
        sha256=row.sha256,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        kept_at=row.kept_at,
        about_kind=row.about_kind,
        about_id=row.about_id,
    )
