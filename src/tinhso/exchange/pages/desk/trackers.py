"""Registers that a person's page asks who used their data: those that are asked, a new one, rest."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.exchange.diagnosing import trying
from tinhso.exchange.models import Tracker
from tinhso.exchange.pages.desk import diagnostics
from tinhso.exchange.pages.visiting import faults_of, shown_faults, typed, visit
from tinhso.exchange.usage import trackers
from tinhso.foundation import access
from tinhso.foundation.errors import NotFound, Unable
from tinhso.ui.api import paging

HOME = "/can-bo/truc/noi-giu-du-lieu/"
ON_A_PAGE = 50


@never_cache
@access.officer("exchange.add_tracker")
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The registers, newest first, and a new one."""
    (actor, at), faults, status = visit(request), dict[str, str](), 200
    words = {name: text.strip() for name, text in typed(request, ("ten", "dich-vu")).items()}
    if request.method == "POST":
        try:
            trackers.add(service=words["dich-vu"], name=words["ten"], by=actor, at=at)
        except Unable as refused:
            faults, status = faults_of(refused, otherwise="dich-vu"), refused.status
        else:
            return HttpResponseRedirect(HOME)
    before = paging.before(request)
    rows = Tracker.objects.filter(id__lt=before) if before else Tracker.objects.all()
    shown, last = paging.cut(list(rows.order_by("-id")[: ON_A_PAGE + 1]), ON_A_PAGE)
    known = trying.registers([one.service for one in shown if one.ended_at is None])
    stands = {service: diagnostics.shown(one) for service, one in known.items()}
    facts = {
        "title": _("Nơi giữ dữ liệu"),
        "rows": [(one, stands.get(one.service)) for one in shown],
        "tried": request.GET.get("thu", ""),
        "next": paging.following(HOME, last and last.id),
        "name": words["ten"],
        "service": words["dich-vu"],
        **shown_faults(faults),
    }
    return render(request, "exchange/desk/trackers.html", facts, status=status)


@never_cache
@access.officer("exchange.add_tracker")
@require_POST
def act(request: HttpRequest, tracker_id: UUID) -> HttpResponse:
    """Ask one no more, or again; try one now."""
    (actor, at), name = visit(request), request.POST.get("viec", "")
    if name == "dung":
        trackers.pause(tracker_id, by=actor, at=at)
    elif name == "thu":
        trying.try_register(tracker_id, by=actor, at=at)
        return HttpResponseRedirect(f"{HOME}?thu={tracker_id}#n-{tracker_id}")
    elif name == "hoi-lai":
        trackers.resume(tracker_id, by=actor, at=at)
    else:
        raise NotFound(_("Không có việc này."))
    return HttpResponseRedirect(HOME)
