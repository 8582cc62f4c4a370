"""Who has used an owner's documents."""

from __future__ import annotations

from uuid import UUID

from tinhso.foundation.refs import OwnerRef
from tinhso.vault.contracts import UseKind, UseView
from tinhso.vault.models import Use

PAGE = 30


def uses(
    owner: OwnerRef, *, document: UUID | None = None, before: UUID | None = None, limit: int = PAGE
) -> tuple[tuple[UseView, ...], UUID | None]:
    """Uses of an owner's documents, or of one, newest first, and the mark of the next page. One query."""
    rows = Use.objects.filter(owner_id=owner.id)
    if document is not None:
        rows = rows.filter(document_id=document)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    shown = found[:limit]
    more = shown[-1].id if len(found) > limit else None
    return tuple(_view(row) for row in shown), more


def _view(row: Use) -> UseView:
    return UseView(
        id=row.id,
        at=row.at,
        kind=UseKind(row.kind),
        document=row.document_id,
        title=row.title,
        who=row.who,
        unit=row.unit_id,
        why=row.why,
        address=row.address,
    )
