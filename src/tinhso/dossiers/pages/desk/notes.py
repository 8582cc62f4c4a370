"""Small things around a dossier that answer at once: note drafts, who else looks, taking from the basket."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.dossiers.operations import routing
from tinhso.dossiers.pages.desk import drafting
from tinhso.dossiers.pages.desk.lines import line
from tinhso.dossiers.pages.desk.offers import BY_SLUG, TAKEN
from tinhso.dossiers.pages.desk.shapes import shape_of
from tinhso.dossiers.pages.desk.visiting import came_from, visit
from tinhso.dossiers.queries import desks, presence
from tinhso.dossiers.queries.reading import find, row
from tinhso.dossiers.queries.undoing import undoable
from tinhso.foundation import access
from tinhso.foundation.errors import NotAllowed, NotFound
from tinhso.identity import api as identity


@access.officer("dossiers.read")
@require_POST
def keep_draft(request: HttpRequest, code: str, slug: str) -> HttpResponse:
    """Keep the form of an act while it is written; an empty one is forgotten."""
    actor, at = visit(request)
    seen = row(find(code), by=actor, at=at)
    if actor.id is None:
        raise NotAllowed(_("Hãy đăng nhập lại."))
    if slug not in BY_SLUG:
        raise NotFound(_("Không có việc này trên hồ sơ."))
    if not drafting.keep(request, dossier=seen.id, officer=actor.id, slug=slug, at=at):
        return HttpResponse(status=204)
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
        "others": presence.seen(seen.id, by=actor, at=at, writing=None),
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
        came = came_from(request)
        return HttpResponseRedirect(f"{came.href}&xong={TAKEN}&ma={before.code}")
    after = row(before.id, by=actor, at=at)
    came, desk = came_from(request), desks.desk_of(actor, at)
    facts = {
        "line": line(after, at=at),
        "ticks": identity.Role.INTAKE_OFFICER in desk.roles,
        "take": True,
        "query": came.query,
        "columns": shape_of(came, desk).columns,
        "undo": undoable(after.code, officer=actor.id, at=at),
    }
    return render(request, "dossiers/desk/row.html", facts)
