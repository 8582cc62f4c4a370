"""A person reports that a prefilled fact is wrong: read it, answer it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import reports
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity import api as identity


@never_cache
@access.officer("dossiers.settle_report")
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One report. Looking at it leaves a trace that the person reads."""
    by, at = identity.actor_of(request), moments.now()
    found = reports.read(report_id, by=by, at=at)
    fault, answer = "", request.POST.get("tra_loi", "")
    if request.method == "POST":
        try:
            reports.settle(report_id=report_id, answer=answer, by=by, at=at)
        except (Invalid, Conflict) as refused:
            fault = refused.message
        else:
            return HttpResponseRedirect(request.path)
    facts = {
        "title": _("Tin báo sai thông tin"),
        "errors": bool(fault),
        "links": [("tra_loi", fault)] if fault else [],
        "fault": fault,
        "answer": answer,
        "report": found,
        "rows": [
            (_("Người báo"), found.person),
            (_("Mục trên tờ khai"), found.label),
            (_("Nguồn"), found.origin),
            (_("Đang ghi"), found.shown),
            (_("Người dân nói đúng ra là"), found.said),
            (_("Báo lúc"), in_words(found.reported_at)),
        ],
        "settled": in_words(found.settled_at),
    }
    return render(request, "dossiers/desk/report.html", facts, status=422 if fault else 200)
