"""Subsystems that speak through this server, with what hangs on each."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tinhso.exchange.contracts import AgreementStatus
from tinhso.exchange.models import Agreement, ClientCertificate, Group, Right, Service, Subsystem

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One subsystem of a list, with how many services and certificates of its are in use."""

    row: Subsystem
    open_services: int
    certificates: int


@dataclass(frozen=True, slots=True)
class Hanging:
    """What ceases to work with a subsystem: how many of each."""

    open_services: int
    agreements: int
    certificates: int
    groups: int
    rights: int


def listed(
    *, typed: str = "", ended: bool = False, before: UUID | None = None
) -> tuple[list[Line], UUID | None]:
    """A page of them, newest first; after what the next one begins. One query."""
    rows = Subsystem.objects.filter(ended_at__isnull=not ended)
    if typed:
        rows = rows.filter(Q(name__icontains=typed) | Q(identifier__icontains=typed))
    if before is not None:
        rows = rows.filter(id__lt=before)
    counted = rows.annotate(
        open_services=_count(Service.objects.filter(enabled=True)),
        certificates_now=_count(ClientCertificate.objects.filter(removed_at=None)),
    )
    found = list(counted.order_by("-id")[: ON_A_PAGE + 1])
    lines = [Line(row, row.open_services, row.certificates_now) for row in found[:ON_A_PAGE]]
    return lines, found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None


def _count(rows: QuerySet[Service] | QuerySet[ClientCertificate]) -> Coalesce:
    of_one = rows.filter(subsystem=OuterRef("pk")).order_by().values("subsystem")
    return Coalesce(Subquery(of_one.annotate(count=Count("pk")).values("count")), 0)


def hanging(row: Subsystem) -> Hanging:
    """What ceases to work when the subsystem is taken away. Five queries."""
    agreements = Agreement.objects.filter(status=AgreementStatus.ACCEPTED, plan__service__subsystem=row)
    return Hanging(
        open_services=Service.objects.filter(subsystem=row, enabled=True).count(),
        agreements=agreements.count(),
        certificates=ClientCertificate.objects.filter(subsystem=row, removed_at=None).count(),
        groups=Group.objects.filter(owner=row).count(),
        rights=Right.objects.filter(subject=row.identifier, ended_at=None).count(),
    )
