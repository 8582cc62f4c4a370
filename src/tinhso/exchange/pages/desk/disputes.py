"""Disputes of persons about uses of their data: those that wait, and answering one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.exchange.pages.desk.disputes_navigation import HOME
from tinhso.exchange.usage import disputing
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.identity import api as identity


@never_cache
@access.officer("exchange.answer_dispute")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Disputes that wait, the most pressing first."""
    return _listed(request)


def _listed(request: HttpRequest, *, fault: Unable | None = None, of: UUID | None = None) -> HttpResponse:
    at = moments.now()
    found = disputing.open_ones()
    if found:
        identity.look_at_list(
            identity.actor_of(request),
            query="phan-anh",
            count=len(found),
            purpose=_("Trả lời phản ánh dùng dữ liệu"),
            at=at,
        )
    facts = {
        "title": _("Phản ánh dùng dữ liệu"),
        "home": HOME,
        "rows": [(one, one.due_at <= at, fault.message if fault and one.id == of else "") for one in found],
    }
    return render(request, "exchange/desk/disputes.html", facts, status=fault.status if fault else 200)


@never_cache
@access.officer("exchange.answer_dispute")
@require_POST
def answer(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Answer one in words that the person reads."""
    words = request.POST.get("tra-loi", "")
    try:
        disputing.answer(dispute_id, words=words, by=identity.actor_of(request), at=moments.now())
    except Unable as refusal:
        return _listed(request, fault=refusal, of=dispute_id)
    return HttpResponseRedirect(HOME)


urlpatterns = [
    path("can-bo/truc/phan-anh/", listed, name="disputes"),
    path("can-bo/truc/phan-anh/<uuid:dispute_id>/", answer, name="dispute-answer"),
]
