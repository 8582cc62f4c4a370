"""Reads of what people are still writing: of one owner, and how many there are."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from tinhso.dossiers.contracts import Applicant, DraftPaperView, DraftView
from tinhso.dossiers.models import Draft
from tinhso.dossiers.queries.counts import Among
from tinhso.foundation.moments import midnight
from tinhso.foundation.refs import OwnerRef
from tinhso.procedures import api as procedures


def drafts(owner: OwnerRef, *, limit: int = 50) -> tuple[DraftView, ...]:
    """An owner's filings under way, last saved first, with their files. Two queries."""
    rows = (
        Draft.objects.filter(owner_id=owner.id, owner_kind=owner.kind, dossier=None)
        .prefetch_related("papers")
        .order_by("-saved_at")[:limit]
    )
    return tuple(view(row) for row in rows)


def under_way(owner: OwnerRef, *, procedure: str) -> DraftView | None:
    """The owner's open draft of a procedure by its code, whichever version it was begun with."""
    found = drafts(owner)
    codes = procedures.briefs([draft.version for draft in found])
    return next((draft for draft in found if codes[draft.version].code == procedure), None)


def last_sent(owner: OwnerRef, *, procedure: str) -> UUID | None:
    """The dossier that came of the owner's latest draft of a procedure."""
    rows = Draft.objects.filter(owner_id=owner.id, owner_kind=owner.kind, dossier__isnull=False)
    found = list(rows.order_by("-saved_at").values_list("procedure_version_id", "dossier_id")[:20])
    codes = procedures.briefs([version for version, _dossier in found])
    return next((dossier for version, dossier in found if codes[version].code == procedure), None)


def unsent(among: Among, *, since: date, until: date) -> int:
    """How many filings were begun from a day up to another and not sent. One query.

    One without an agency yet counts only where all agencies are looked at; drafts given up are deleted with
    time, so figures of long ago fall.
    """
    rows = Draft.objects.filter(
        dossier=None,
        started_at__gte=midnight(since),
        started_at__lt=midnight(until),
    )
    if among.versions is not None:
        rows = rows.filter(procedure_version__in=among.versions)
    if not among.everywhere:
        rows = rows.filter(agency__in=among.agencies)
    return rows.count()


def earlier(owner: OwnerRef, *, procedure: str) -> DraftView | None:
    """What the owner sent last of a procedure for themselves alone. Three queries."""
    rows = Draft.objects.filter(
        owner_id=owner.id, owner_kind=owner.kind, dossier__isnull=False, relation=None, members=[]
    )
    found = list(rows.prefetch_related("papers").order_by("-saved_at")[:20])
    codes = procedures.briefs([row.procedure_version_id for row in found])
    return next((view(row) for row in found if codes[row.procedure_version_id].code == procedure), None)


def view(row: Draft) -> DraftView:
    """The draft as other rooms see it."""
    return DraftView(
        id=row.id,
        owner=OwnerRef(row.owner_kind, row.owner_id),
        version=row.procedure_version_id,
        agency=row.agency_id,
        collect=row.collect_id,
        post=row.post,
        answers=row.answers,
        origins=row.origins,
        saved_at=row.saved_at,
        papers=tuple(
            DraftPaperView(code=paper.code, file_id=paper.file_id, document=paper.document)
            for paper in sorted(row.papers.all(), key=lambda paper: (paper.attached_at, paper.id))
        ),
        dossier=row.dossier_id,
        relation=row.relation,
        members=tuple(Applicant(**member) for member in row.members),
        renewed_from=row.renewed_from_id,
    )
