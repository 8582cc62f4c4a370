"""Reads of absences and delegations that run or are to come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from tinhso.identity.contracts import AbsenceView, DelegationView, Role
from tinhso.identity.models import Absence, Delegation
from tinhso.identity.queries.officers import officer_names

PAGE = 50
Mark = tuple[datetime, UUID]
Shown = AbsenceView | DelegationView


def absences(
    officers: Collection[UUID], *, at: datetime, after: Mark | None = None
) -> tuple[AbsenceView, ...]:
    """Absences of these officers that are not over, the one that begins first on top; a page by keyset.

    Three queries.
    """
    rows = Absence.objects.filter(officer_id__in=officers, ends_at__gt=at)
    if after is not None:
        rows = rows.filter(begins_at__gte=after[0]).exclude(begins_at=after[0], id__lte=after[1])
    found = list(rows.order_by("begins_at", "id")[:PAGE])
    given = Delegation.objects.filter(absence__in=[row.id for row in found])
    deputies = dict(given.values_list("absence_id", "deputy_id"))
    names = officer_names([row.officer_id for row in found] + list(deputies.values()))
    return tuple(
        AbsenceView(
            id=row.id,
            officer=row.officer_id,
            officer_name=names.get(row.officer_id, ""),
            begins_at=row.begins_at,
            ends_at=row.ends_at,
            reason=row.reason,
            deputy=deputies.get(row.id),
            deputy_name=names.get(deputies[row.id], "") if row.id in deputies else "",
        )
        for row in found
    )


def delegations(
    officers: Collection[UUID], *, at: datetime, after: Mark | None = None
) -> tuple[DelegationView, ...]:
    """Delegations by a paper, by or to these officers, that are not over; a page by keyset. Two queries."""
    rows = Delegation.objects.filter(absence=None, ends_at__gt=at)
    rows = rows.filter(Q(delegator_id__in=officers) | Q(deputy_id__in=officers))
    if after is not None:
        rows = rows.filter(begins_at__gte=after[0]).exclude(begins_at=after[0], id__lte=after[1])
    found = list(rows.order_by("begins_at", "id")[:PAGE])
    names = officer_names([id for row in found for id in (row.delegator_id, row.deputy_id)])
    return tuple(
        DelegationView(
            id=row.id,
            delegator=row.delegator_id,
            delegator_name=names.get(row.delegator_id, ""),
            deputy=row.deputy_id,
            deputy_name=names.get(row.deputy_id, ""),
            role=Role(row.role),
            unit=row.unit_id,
            acts=tuple(row.acts),
            basis=row.basis,
            begins_at=row.begins_at,
            ends_at=row.ends_at,
        )
        for row in found
    )
