"""Small things around a dossier that answer at once: note drafts, who else looks, taking from the basket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers.models import NoteDraft
from tinhso.dossiers.operations import routing
from tinhso.dossiers.pages.desk.forms import LONGEST
from tinhso.dossiers.pages.desk.lines import line
from tinhso.dossiers.pages.desk.visiting import came_from, visit
from tinhso.dossiers.queries import desks, presence
from tinhso.dossiers.queries.reading import find, row
from tinhso.foundation import access
from tinhso.foundation.errors import NotAllowed


@access.officer("dossiers.note")
@require_POST
def keep_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a note while it is written; an empty one is forgotten."""
    actor, at = visit(request)
    seen = row(find(code), by=actor, at=at)
    if actor.id is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    text = request.POST.get("text", "").strip()[:LONGEST]
    if not text:
        NoteDraft.objects.filter(dossier_id=seen.id, officer=actor.id).delete()
        return HttpResponse(status=204)
    NoteDraft.objects.update_or_create(
        dossier_id=seen.id, officer=actor.id, defaults={"text": text, "saved_at": at}
    )
    return HttpResponse(_("Đã lưu nháp"), content_type="text/plain; charset=utf-8")


@never_cache
@access.officer("dossiers.open")
@require_safe
def others(request: HttpRequest, code: str) -> HttpResponse:
    """Who else has the dossier open; asked again every half minute while the page is open."""
    actor, at = visit(request)
    seen = row(find(code), by=actor, at=at)
    facts = {
        "row": seen,
        "others": presence.seen(seen.id, by=actor, at=at),
        "changed": request.GET.get("v", "") not in ("", str(seen.version)),
    }
    return render(request, "dossiers/desk/others.html", facts)


@access.officer("dossiers.assign")
@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """Take a dossier out of the basket for oneself; htmx gets its line anew."""
    actor, at = visit(request)
    before = row(find(code), by=actor, at=at)
    if actor.id is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    routing.assign(dossier_id=before.id, to=actor.id, by=actor, at=at, seen=before.version)
    if request.headers.get("HX-Request") != "true":
        return HttpResponseRedirect(came_from(request).href)
    after = row(before.id, by=actor, at=at)
    facts = {
        "line": line(after, at=at),
        "ticks": _ticks(request),
        "take": True,
        "query": came_from(request).query,
    }
    return render(request, "dossiers/desk/row.html", facts)


def _ticks(request: HttpRequest) -> bool:
    actor, at = visit(request)
    return "intake_officer" in {role.value for role in desks.desk_of(actor, at).roles}
