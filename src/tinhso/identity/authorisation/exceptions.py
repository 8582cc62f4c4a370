"""What lets an officer see beyond their step: inspections that run, openings that last; and their lists."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.foundation import moments
from tinhso.foundation.refs import SubjectRef
from tinhso.identity.authorisation.holding import agencies_of, held
from tinhso.identity.contracts import InspectionView, OpeningView, Role
from tinhso.identity.models import Inspection, Opening

PAGE = 50


def inspected_by(officer_id: UUID, agencies: Iterable[UUID], at: datetime) -> str:
    """The number of the decision by which the officer inspects one of the agencies; empty for none."""
    running = Inspection.objects.filter(
        officer_id=officer_id, agency_id__in=list(agencies), period__contains=moments.today(at)
    )
    return running.order_by("valid_from", "id").values_list("decision", flat=True).first() or ""


def opened_for(officer_id: UUID, subject: SubjectRef, at: datetime) -> str:
    """The reason for which the officer has opened the subject and still may see it; empty for none."""
    standing = Opening.objects.filter(
        officer_id=officer_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        opened_at__lte=at,
        ends_at__gt=at,
    )
    return standing.order_by("-id").values_list("reason", flat=True).first() or ""


def inspection(id: UUID, *, officer_id: UUID, at: datetime) -> InspectionView | None:
    """A running inspection of this officer."""
    row = Inspection.objects.filter(id=id, officer_id=officer_id, period__contains=moments.today(at)).first()
    return next(iter(_inspections([row]))) if row else None


def inspections(*, officer_id: UUID | None = None) -> tuple[InspectionView, ...]:
    """Inspections, the latest given first; only one officer's when named. Two queries."""
    rows = Inspection.objects.order_by("-id")
    if officer_id is not None:
        rows = rows.filter(officer_id=officer_id)
    return _inspections(rows.select_related("officer")[:PAGE])


def _inspections(rows: Iterable[Inspection]) -> tuple[InspectionView, ...]:
    return tuple(
        InspectionView(
            id=row.id,
            officer=row.officer_id,
            officer_name=row.officer.full_name,
            agency=row.agency_id,
            decision=row.decision,
            about=row.about,
            valid_from=row.valid_from,
            valid_to=row.valid_to or row.valid_from,
        )
        for row in rows
    )


def openings(*, reader: UUID, at: datetime, before: UUID | None = None) -> tuple[OpeningView, ...]:
    """Openings that the reader made or may witness, newest first. Two queries."""
    posts = held(reader, at)
    rows = Opening.objects.order_by("-id").select_related("officer", "witness")
    if not any(post.role is Role.ADMINISTRATOR for post in posts):
        watched = agencies_of(post.unit for post in posts if post.role in (Role.SUPERVISOR, Role.LEADER))
        rows = rows.filter(Q(officer_id=reader) | Q(agency_id__in=watched))
    if before is not None:
        rows = rows.filter(id__lt=before)
    return tuple(
        OpeningView(
            id=row.id,
            label=row.label,
            link=row.link if row.officer_id == reader and row.ends_at and row.ends_at > at else "",
            officer_name=row.officer.full_name,
            reason=row.reason,
            asked_at=row.asked_at,
            opened_at=row.opened_at,
            ends_at=row.ends_at,
            witness_name=row.witness.full_name if row.witness else "",
            agreed=row.agreed,
            asks=row.witness_id is None and row.officer_id != reader,
        )
        for row in rows[:PAGE]
    )
