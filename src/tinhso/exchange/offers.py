"""What is on offer: services that somebody may ask for, or still has."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from tinhso.exchange.contracts import PlanStatus
from tinhso.exchange.models import Plan, Service

ON_OFFER = (PlanStatus.PUBLISHED, PlanStatus.DEPRECATED)


def offered() -> QuerySet[Service]:
    """Services with a plan that is open or goes on for those who have it, each once, with their subsystem."""
    plans = Plan.objects.filter(service=OuterRef("pk"), status__in=ON_OFFER)
    return Service.objects.select_related("subsystem").filter(Exists(plans))
