"""Originals of a dossier: taken at the counter, given back, left."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, Sum

from tinhso.dossiers.contracts import PaperForm
from tinhso.dossiers.models import OriginalsReturn, SubmittedPaper
from tinhso.dossiers.outcomes import Original, ReturnView


def originals(dossier_id: UUID) -> tuple[Original, ...]:
    """Every paper of which originals were taken, replaced ones too. One query."""
    rows = (
        SubmittedPaper.objects.filter(dossier_id=dossier_id)
        .filter(Q(form=PaperForm.ORIGINAL.value) | Q(originals__gte=1))
        .annotate(back=Sum("returned__count"))
        .order_by("given_at", "id")
    )
    return tuple(
        Original(
            paper=row.id,
            name=row.name,
            taken=max(row.originals, 1),
            returned=row.back or 0,
        )
        for row in rows
    )


def returns(dossier_id: UUID) -> tuple[ReturnView, ...]:
    """What was given back, latest first. Two queries."""
    rows = OriginalsReturn.objects.filter(dossier_id=dossier_id).prefetch_related("papers__paper")
    return tuple(
        ReturnView(
            at=row.at,
            by=row.by_name,
            to_name=row.to_name,
            to_proof=row.to_proof,
            signed_for=row.signed_for,
            note=row.note,
            papers=tuple((one.paper.name, one.count) for one in row.papers.all()),
        )
        for row in rows.order_by("-at", "-id")
    )
