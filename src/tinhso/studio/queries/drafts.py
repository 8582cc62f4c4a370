"""Drafts and their parts as they stand, and how a part came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.studio.contracts import (
    Body,
    Closing,
    DraftLine,
    DraftState,
    DraftView,
    PartName,
    PartView,
    UnknownDraft,
)
from tinhso.studio.models import Draft, Part, Revision

PAGE = 50


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One saving of a part."""

    id: UUID
    part: PartName
    number: int
    aside: bool
    by: str
    at: datetime


def draft(draft_id: UUID) -> DraftView:
    """A draft with its parts. Raises UnknownDraft. Two queries."""
    row = Draft.objects.filter(id=draft_id).first()
    if row is None:
        raise UnknownDraft(_("Không có bản soạn này. Hãy xem lại danh sách bản đang soạn."))
    return seen(row, {part.name: part for part in row.parts.all()})


def seen(row: Draft, parts: Mapping[str, Part]) -> DraftView:
    """A draft's row and its parts' rows as others read them."""
    return DraftView(
        id=row.id,
        code=row.code,
        title=row.title,
        state=DraftState(row.state),
        base=row.base_id,
        version=row.version_id,
        authors=frozenset(row.authors),
        started_by=row.started_by,
        started_at=row.started_at,
        parts={
            name: PartView(
                name=name,
                body=parts[name].body,
                revision=parts[name].revision,
                changed_by=parts[name].changed_by,
                changed_at=parts[name].changed_at,
            )
            for name in PartName
        },
        closed=Closing(row.closed_by, row.closed_at) if row.closed_at else None,
    )


def open_draft(code: str) -> UUID | None:
    """The open draft of a procedure."""
    return Draft.objects.filter(code=code, state=DraftState.OPEN).values_list("id", flat=True).first()


def behind(version_id: UUID) -> UUID | None:
    """The draft that a version was published from; None when it was not made here."""
    return Draft.objects.filter(version_id=version_id).values_list("id", flat=True).first()


def with_examples() -> frozenset[UUID]:
    """Versions published from here whose example runs were kept with them. One query."""
    rows = Part.objects.filter(
        name=PartName.EXAMPLES, draft__state=DraftState.PUBLISHED, body__examples__0__isnull=False
    )
    return frozenset(rows.values_list("draft__version_id", flat=True))


def open_drafts(*, before: tuple[datetime, UUID] | None = None, limit: int = PAGE) -> tuple[DraftLine, ...]:
    """Open drafts, the last changed first, after the one last seen. One query."""
    rows = Draft.objects.filter(state=DraftState.OPEN).order_by("-changed_at", "-id")
    if before is not None:
        changed, last = before
        rows = rows.filter(changed_at__lte=changed).exclude(changed_at=changed, id__gte=last)
    return tuple(
        DraftLine(row.id, row.code, row.title, DraftState(row.state), row.started_by, row.changed_at)
        for row in rows[:limit]
    )


def revisions(draft_id: UUID, *, limit: int = PAGE) -> tuple[RevisionLine, ...]:
    """Who saved which part when, newest first. One query."""
    rows = Revision.objects.filter(part__draft_id=draft_id).order_by("-at", "-id").select_related("part")
    return tuple(
        RevisionLine(row.id, PartName(row.part.name), row.number, row.aside, row.by, row.at)
        for row in rows.defer("body", "part__body")[:limit]
    )


@dataclass(frozen=True, slots=True)
class Saved:
    """One saving of a part with what was saved."""

    line: RevisionLine
    body: Body


def revision(draft_id: UUID, revision_id: UUID) -> Saved:
    """What was saved once. Raises UnknownDraft."""
    row = Revision.objects.filter(id=revision_id, part__draft_id=draft_id).select_related("part").first()
    if row is None:
        raise UnknownDraft(_("Không có lần lưu này."))
    line = RevisionLine(row.id, PartName(row.part.name), row.number, row.aside, row.by, row.at)
    return Saved(line, row.body)
