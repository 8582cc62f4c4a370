"""Asking for erasure: what goes at once, what the law keeps and until when."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.foundation.refs import OwnerRef
from tinhso.identity import api as identity


@never_cache
@access.person()
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Say it in words first; erase when the person ticks that they have read it and nothing is under way."""
    actor, at = identity.actor_of(request), moments.now()
    kept = dossiers.retained(OwnerRef("person", actor.id)) if actor.id else ()
    under_way = [one for one in kept if one.open]
    fault = ""
    if request.method == "POST" and actor.id is not None:
        if under_way:
            fault = _("Còn hồ sơ đang giải quyết. Hãy chờ có kết quả hoặc rút hồ sơ rồi xóa.")
        elif request.POST.get("da-doc") != "1":
            fault = _("Hãy đánh dấu là đã đọc những gì được giữ lại.")
        else:
            identity.erase(person_id=actor.id, by=actor, at=at)
            return render(request, "public/erased.html", {"title": _("Đã xóa dữ liệu"), "kept": kept})
    facts = {
        "title": _("Xóa dữ liệu của tôi"),
        "kept": kept,
        "under_way": under_way,
        "fault": [{"text": fault, "href": "#da-doc"}] if fault else [],
        "errors": bool(fault),
    }
    return render(request, "public/erase.html", facts, status=422 if fault else 200)
