"""The parcels of the day: what wants somebody, what waits to be sent, what waits for the postman."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access
from tinhso.foundation.errors import Unable
from tinhso.foundation.files.serving import pdf
from tinhso.parcels import printing
from tinhso.parcels.operations import sending
from tinhso.parcels.pages.desk.visiting import HOME, look, units_of, visit
from tinhso.parcels.queries import lists
from tinhso.ui.api import paging


@never_cache
@access.officer("parcels.list")
@require_safe
def day(request: HttpRequest) -> HttpResponse:
    """What there is to do now, in the order of urgency. One trace for the names."""
    return drawn(request)


def drawn(request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    """The page of the day, with what stood against an act if there is something."""
    units = units_of(*visit(request))
    trouble, waiting, ready = lists.in_trouble(units), lists.waiting(units), lists.for_postman(units)
    facts = {
        "title": _("Gửi bưu điện"),
        "fault": fault,
        "errors": bool(fault),
        "done": _said(request),
        "trouble": trouble,
        "waiting": waiting,
        "ready": ready,
        "manifests": lists.manifests(units),
    }
    look(request, [*trouble, *waiting, *ready], query="hom-nay")
    return render(request, "parcels/desk/day.html", facts, status=status)


def _said(request: HttpRequest) -> str:
    made = request.GET.get("lap", "")
    if made.isdecimal() and len(made) < 4:
        return _("Đã lập %(n)d bưu gửi; đang đặt bưu điện.") % {"n": int(made)}
    return ""


@never_cache
@access.officer("parcels.list")
@require_safe
def everything(request: HttpRequest) -> HttpResponse:
    """Every parcel of the unit, page by page."""
    found, following = lists.sent(units_of(*visit(request)), after=request.GET.get(paging.KEY, ""))
    look(request, found, query="tat-ca")
    after = paging.following(f"{HOME}tat-ca/", following)
    facts = {"title": _("Bưu gửi đã lập"), "lines": found, "next": after}
    return render(request, "parcels/desk/everything.html", facts)


@never_cache
@access.officer("parcels.prepare")
@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """Make parcels of the chosen dossiers."""
    actor, at = visit(request)
    try:
        ids = [dossiers.find(code) for code in request.POST.getlist("ma")]
        made = sending.prepare(dossier_ids=ids, by=actor, at=at)
    except Unable as refusal:
        return drawn(request, fault=refusal.message, status=refusal.status)
    return HttpResponseRedirect(f"{HOME}?lap={len(made)}")


@never_cache
@access.officer("parcels.list")
@require_safe
def labels(request: HttpRequest) -> HttpResponse:
    """Labels of the parcels that wait for the postman, or of those named by `ma`, as PDF."""
    units = units_of(*visit(request))
    wanted = set(request.GET.getlist("ma"))
    found = [
        line
        for line in lists.for_postman(units)
        if line.parcel.number and (not wanted or line.parcel.number in wanted)
    ]
    if not found:
        fault = _("Chưa bưu gửi nào có mã để in nhãn. Hãy đợi bưu điện nhận đặt rồi in.")
        return drawn(request, fault=fault, status=422)
    look(request, found, query="nhan")
    return pdf(printing.labels(found, at=visit(request)[1]), name="nhan-buu-gui.pdf")
