"""Documents of an owner, and what is known of a document by its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.foundation.refs import OwnerRef, SubjectRef
from tinhso.foundation.text import search_text
from tinhso.vault.contracts import DocumentView, Source, State
from tinhso.vault.models import Document


def subject_of(document_id: UUID, owner: OwnerRef, *, units: tuple[UUID, ...] = ()) -> SubjectRef:
    """A document as identity judges it, for whoever works in these units."""
    return SubjectRef(kind="vault", id=document_id, owner=owner, units=units)


def documents(
    owner: OwnerRef,
    *,
    kinds: Iterable[str] = (),
    q: str = "",
    state: State | None = None,
    on: date | None = None,
    before: datetime | None = None,
    before_id: UUID | None = None,
    limit: int = 50,
) -> tuple[DocumentView, ...]:
    """An owner's documents, newest first. One query.

    Narrowed to some kinds, to words of title, number or issuer in any writing, to a state on a legal day
    (`on` is needed with `state`). `before` and `before_id`, of the last document shown, continue an earlier
    page; without the id, documents kept at that very moment are left out.
    """
    rows = Document.objects.filter(owner_kind=owner.kind, owner_id=owner.id, twin=False)
    wanted = tuple(kinds)
    if wanted:
        rows = rows.filter(kind__in=wanted)
    for word in search_text(q).split()[:8]:
        rows = rows.filter(sought__contains=word)
    if state is not None and on is not None:
        rows = _in_state(rows, state, on)
    if before and before_id:
        rows = rows.filter(kept_at__lte=before)
        rows = rows.filter(Q(kept_at__lt=before) | Q(id__lt=before_id))
    elif before:
        rows = rows.filter(kept_at__lt=before)
    return tuple(view(row) for row in rows.order_by("-kept_at", "-id")[:limit])


def _in_state(rows: QuerySet[Document], state: State, on: date) -> QuerySet[Document]:
    if state is State.REPLACED:
        return rows.filter(replaced_at__isnull=False)
    if state is State.REVOKED:
        return rows.filter(revoked_at__isnull=False)
    standing = rows.filter(revoked_at=None, replaced_at=None)
    if state is State.EXPIRED:
        return standing.filter(valid_to__lte=on)
    return standing.filter(Q(valid_to=None) | Q(valid_to__gt=on))


def document(document_id: UUID, *, owner: OwnerRef) -> DocumentView | None:
    """One document if it is this owner's."""
    row = Document.objects.filter(id=document_id, owner_kind=owner.kind, owner_id=owner.id).first()
    return view(row) if row else None


def held(owner: OwnerRef, hashes: Iterable[str]) -> frozenset[str]:
    """Those of the hashes whose bytes lie in an owner's vault. One query."""
    rows = Document.objects.filter(owner_kind=owner.kind, owner_id=owner.id, sha256__in=list(hashes))
    return frozenset(rows.values_list("sha256", flat=True))


def by_ids(ids: Iterable[UUID]) -> dict[UUID, DocumentView]:
    """Documents by id, whoever owns them, for those who see the dossier they are used in.

    One query, none when nothing is asked.
    """
    wanted = list(ids)
    return {row.id: view(row) for row in Document.objects.filter(id__in=wanted)} if wanted else {}


def about(subject: SubjectRef) -> tuple[DocumentView, ...]:
    """Every document that came of one subject, in whichever vault, oldest first."""
    rows = Document.objects.filter(about_id=subject.id, about_kind=subject.kind)
    return tuple(view(row) for row in rows.order_by("kept_at", "id"))


def of_bytes(sha256: str) -> DocumentView | None:
    """A document that an agency put into a vault, by its bytes; one that ended goes before one that stands.

    For checking a file that somebody holds: the view names its owner's documents to nobody.
    """
    rows = Document.objects.filter(sha256=sha256).exclude(source=Source.UPLOADED)
    found = sorted(rows[:20], key=lambda row: (row.revoked_at is None, row.replaced_at is None))
    return view(found[0]) if found else None


def view(row: Document) -> DocumentView:
    """The row as other rooms see it."""
    return DocumentView(
        id=row.id,
        owner=OwnerRef(row.owner_kind, row.owner_id),
        kind=row.kind,
        title=row.title,
        number=row.number,
        issuer=row.issuer,
        source=Source(row.source),
        file_id=row.file_id,
        sha256=row.sha256,
        issued_on=row.issued_on,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        kept_at=row.kept_at,
        about_kind=row.about_kind,
        about_id=row.about_id,
        ended_at=row.revoked_at or row.replaced_at,
        ended_because=row.revoked_because,
        replaced_by=row.replaced_by_id,
    )
