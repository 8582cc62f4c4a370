"""Diagnostics: each system that exchange stands on, what is wrong, what to do, and a button to try now."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.exchange import configuration
from tinhso.exchange.contracts import Cause, DependencyKind
from tinhso.exchange.diagnosing import expiring, remedies, trying
from tinhso.exchange.models import Dependency
from tinhso.foundation import access, moments
from tinhso.identity import api as identity

HOME = "/can-bo/truc/chan-doan/"
SOON_DAYS = 60
GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"


@dataclass(frozen=True, slots=True)
class Shown:
    """One dependency as people read it."""

    row: Dependency
    kind: str
    colour: str
    state: str
    remedy: str


@never_cache
@access.officer("exchange.see_diagnostics")
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Everything at a look; troubles first."""
    at = moments.now()
    held = configuration.held()
    rows = [shown(row) for row in Dependency.objects.filter(gone_at=None)]
    order = {RED: 0, YELLOW: 1, GREY: 2, GREEN: 3}
    rows.sort(key=lambda one: (order[one.colour], list(DependencyKind).index(DependencyKind(one.row.kind))))
    bad = sum(one.colour == RED for one in rows)
    ends = [(one, one.days(at=at), _end_colour(one.days(at=at))) for one in expiring.endings(held)]
    facts = {
        "title": _("Chẩn đoán trục chia sẻ"),
        "rows": rows,
        "bad": bad,
        "held": held,
        "endings": ends,
        "tried": request.GET.get("thu", ""),
        "never": not rows,
    }
    return render(request, "exchange/desk/diagnostics.html", facts)


@never_cache
@access.officer("exchange.try_dependency")
@require_POST
def attempt(request: HttpRequest, dependency_id: UUID) -> HttpResponse:
    """Try one now and show it."""
    tried = trying.try_one(dependency_id, by=identity.actor_of(request), at=moments.now())
    return redirect(f"{HOME}?thu={tried.id}#d-{tried.id}")


@never_cache
@access.officer("exchange.try_dependency")
@require_POST
def attempt_all(request: HttpRequest) -> HttpResponse:
    """Try everything now."""
    trying.try_all(at=moments.now())
    return redirect(HOME)


def shown(row: Dependency) -> Shown:
    """How one stands, and what to do."""
    kind = DependencyKind(row.kind)
    if row.cause:
        cause = Cause(row.cause)
        return Shown(
            row, str(remedies.KINDS[kind]), RED, str(remedies.CAUSES[cause]), remedies.remedy(kind, cause)
        )
    if row.succeeded_at is None:
        return Shown(row, str(remedies.KINDS[kind]), GREY, _("Chưa thử lần nào"), "")
    return Shown(row, str(remedies.KINDS[kind]), GREEN, _("Tốt"), "")


def _end_colour(days: int) -> str:
    if days < 0:
        return RED
    return YELLOW if days < SOON_DAYS else GREEN
