"""Disputes of persons about uses of their data: those that wait, and answering one."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.directory import api as directory
from tinhso.exchange.queries import agreements as queries
from tinhso.exchange.usage import disputing
from tinhso.exchange.usage.disputing import HOME
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import read
from tinhso.identity import api as identity


@never_cache
@access.officer("exchange.answer_dispute")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Disputes that wait, the most pressing first."""
    return _listed(request)


def _listed(request: HttpRequest, *, fault: Unable | None = None, of: UUID | None = None) -> HttpResponse:
    actor, at = identity.actor_of(request), moments.now()
    seen = queries.sight(actor, at=at)
    found, more = disputing.open_ones(units=seen.owned(), after=_mark(request.GET.get("sau", "")))
    if found:
        identity.look_at_list(
            actor,
            query="phan-anh",
            count=len(found),
            purpose=_("Trả lời phản ánh dùng dữ liệu"),
            at=at,
        )
    units = directory.units({one.unit_id for one in found if one.unit_id})
    names = directory.names([unit.agency_id for unit in units.values()]) if units else {}
    facts = {
        "title": _("Phản ánh dùng dữ liệu"),
        "home": HOME,
        "rows": [
            {
                "one": one,
                "used_at": moments.local(datetime.fromisoformat(one.entry.at)),
                "late": one.due_at <= at,
                "owner": names[units[one.unit_id].agency_id] if one.unit_id in units else "",
                "fault": fault.message if fault and one.id == of else "",
                "typed": request.POST.get("tra-loi", "")[: disputing.LONGEST] if one.id == of else "",
            }
            for one in found
        ],
        "next": f"{HOME}?{urlencode({'sau': f'{more[0].isoformat()}~{more[1]}'})}" if more else "",
    }
    return render(request, "exchange/desk/disputes.html", facts, status=fault.status if fault else 200)


def _mark(given: str) -> tuple[datetime, UUID] | None:
    """Where a page before ended; anything else begins anew."""
    moment, _tilde, last = given.partition("~")
    try:
        found, id = datetime.fromisoformat(moment), read(last)
    except ValueError:
        return None
    return (found, id) if id and found.tzinfo else None


@never_cache
@access.officer("exchange.answer_dispute")
@require_POST
def answer(request: HttpRequest, dispute_id: UUID) -> HttpResponse:
    """Answer one in words that the person reads."""
    words = request.POST.get("tra-loi", "")
    try:
        disputing.answer(dispute_id, words=words, by=identity.actor_of(request), at=moments.now())
    except Unable as refusal:
        if refusal.status in (403, 404):
            raise
        return _listed(request, fault=refusal, of=dispute_id)
    return HttpResponseRedirect(HOME)


urlpatterns = [
    path("can-bo/truc/phan-anh/", listed, name="disputes"),
    path("can-bo/truc/phan-anh/<uuid:dispute_id>/", answer, name="dispute-answer"),
]
