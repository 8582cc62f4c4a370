"""What lets an officer see beyond their step: inspections that run, openings that last; and their lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.foundation import moments
from tinhso.foundation.refs import SubjectRef
from tinhso.identity.authorisation.holding import Held, agencies_of, held
from tinhso.identity.authorisation.witnesses import WITNESSES, may_witness, watchers
from tinhso.identity.contracts import InspectionView, OpeningView, Role
from tinhso.identity.models import Inspection, Opening
from tinhso.identity.queries.officers import officer_names

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
    """Openings that the reader made or may know of, newest first. Two queries, and three at most to say
    who must witness what waits."""
    posts = held(reader, at)
    rows = Opening.objects.order_by("-id").select_related("officer", "witness")
    if not any(post.role is Role.ADMINISTRATOR for post in posts):
        watched = agencies_of(post.unit for post in posts if post.role in WITNESSES)
        rows = rows.filter(Q(officer_id=reader) | Q(agency_id__in=watched))
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows[:PAGE])
    near = watchers((row.agency_id for row in found if row.witness_id is None), at)
    names = officer_names(list({one for officers in near.values() for one in officers}))
    return tuple(_opening(row, posts, near, names, reader=reader, at=at) for row in found)


def _opening(
    row: Opening,
    posts: Iterable[Held],
    near: Mapping[UUID, frozenset[UUID]],
    names: Mapping[UUID, str],
    *,
    reader: UUID,
    at: datetime,
) -> OpeningView:
    by_whom = near.get(row.agency_id, frozenset())
    waits = row.witness_id is None
    asks = (
        waits
        and row.officer_id != reader
        and may_witness(posts, agency=row.agency_id, opener=row.officer_id, near=by_whom)
    )
    others = by_whom - {row.officer_id, reader} if waits and not asks else ()
    return OpeningView(
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
        asks=asks,
        awaited=tuple(sorted(names[one] for one in others if one in names)),
    )
