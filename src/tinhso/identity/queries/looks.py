"""Who has looked at a person's data."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.identity.contracts import LookView
from tinhso.identity.models import Look

PAGE = 50


def looks_at(
    person_id: UUID, *, at: datetime, before: int | None = None, limit: int = PAGE
) -> tuple[tuple[LookView, ...], int | None]:
    """Looks at one person, newest first, and the mark from which the next page goes on (None: no more).

    Looks that a legal rule hides for now are left out until their day. One query.
    """
    rows = Look.objects.filter(Q(shown_from=None) | Q(shown_from__lte=at), person_id=person_id)
    if before is not None:
        rows = rows.filter(id__lt=before)
    found = list(rows.order_by("-id")[: limit + 1])
    page = found[:limit]
    more = page[-1].id if len(found) > limit else None
    return tuple(_view(row) for row in page), more


def looks_between(
    person_id: UUID, *, since: datetime, until: datetime, at: datetime, limit: int
) -> tuple[int, tuple[LookView, ...]]:
    """How many looks at one person there were in [since, until), and the newest of them. Two queries."""
    rows = Look.objects.filter(
        Q(shown_from=None) | Q(shown_from__lte=at), person_id=person_id, at__gte=since, at__lt=until
    )
    return rows.count(), tuple(_view(row) for row in rows.order_by("-at", "-id")[:limit])


def first_look(*, at: datetime) -> datetime:
    """When looks began to be kept; `at` while there is none. One query."""
    return Look.objects.order_by("id").values_list("at", flat=True).first() or at


def _view(row: Look) -> LookView:
    return LookView(
        at=row.at,
        actor_name=row.actor_name,
        unit_id=row.unit_id,
        purpose=row.purpose,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
    )
