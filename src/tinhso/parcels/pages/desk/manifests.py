"""A list of parcels for the postman: made, printed, signed, handed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound, Unable
from tinhso.foundation.files.serving import pdf
from tinhso.parcels import printing
from tinhso.parcels.models import Manifest
from tinhso.parcels.operations import handing
from tinhso.parcels.pages.desk.day import drawn
from tinhso.parcels.pages.desk.visiting import HOME, look, units_of, visit
from tinhso.parcels.queries.lists import lines


@never_cache
@access.officer("parcels.hand")
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """Put the chosen parcels on one list."""
    actor, at = visit(request)
    try:
        made = handing.make(keys=request.POST.getlist("khoa"), by=actor, at=at)
    except Unable as refusal:
        return drawn(request, fault=refusal.message, status=refusal.status)
    return HttpResponseRedirect(f"{HOME}bang-ke/{made}/")


@never_cache
@access.officer("parcels.hand")
@require_http_methods(["GET", "HEAD", "POST"])
def manifest(request: HttpRequest, manifest_id: UUID) -> HttpResponse:
    """The list; a POST says which postman signed and took it."""
    actor, at = visit(request)
    found, fault = _own(request, manifest_id), ""
    typed = request.POST.get("buu-ta", "")
    if request.method == "POST":
        try:
            handing.hand(manifest_id=manifest_id, postman=typed, by=actor, at=at)
        except Invalid as refusal:
            fault = refusal.message
        else:
            return HttpResponseRedirect(f"{HOME}bang-ke/{manifest_id}/")
    shown = lines(found.parcels.order_by("ordered_at", "id"))
    look(request, shown, query=found.number)
    facts = {
        "title": _("Bảng kê %(number)s") % {"number": found.number},
        "manifest": found,
        "lines": shown,
        "fault": fault,
        "errors": bool(fault),
        "typed": typed,
    }
    return render(request, "parcels/desk/manifest.html", facts, status=422 if fault else 200)


@never_cache
@access.officer("parcels.hand")
@require_safe
def printed(request: HttpRequest, manifest_id: UUID) -> HttpResponse:
    """The list as PDF, to be signed by both."""
    found = _own(request, manifest_id)
    shown = lines(found.parcels.order_by("ordered_at", "id"))
    look(request, shown, query=found.number)
    made = printing.manifest(found, shown, at=visit(request)[1])
    return pdf(made, name=f"{found.number}.pdf")


def _own(request: HttpRequest, manifest_id: UUID) -> Manifest:
    found = Manifest.objects.filter(id=manifest_id, unit_id__in=units_of(*visit(request))).first()
    if found is None:
        raise NotFound(_("Không có bảng kê này."))
    return found
