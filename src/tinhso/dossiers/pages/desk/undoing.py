"""After an act: one line of success, and "Hoàn tác" (H) while the act can be taken back."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.dossiers.faults import Stale, WrongTurn
from tinhso.dossiers.operations import undoing
from tinhso.dossiers.pages.desk import offers
from tinhso.dossiers.pages.desk.visiting import LIST, came_from, visit
from tinhso.dossiers.queries.reading import find
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid


@access.officer("dossiers.undo")
@require_POST
def undo(request: HttpRequest, code: str) -> HttpResponse:
    """Take the last act back and open its dossier; too late, or somebody was first: a page says so, 409."""
    actor, at = visit(request)
    came = came_from(request)
    dossier_id = find(code)
    try:
        undoing.undo(dossier_id=dossier_id, by=actor, at=at)
    except (Invalid, Stale, WrongTurn) as refused:
        facts = {"title": _("Không hoàn tác được"), "sentence": refused.message, "code": code, "came": came}
        return render(request, "dossiers/desk/undo_refused.html", facts, status=409)
    said = urlencode({"xong": offers.UNDONE, "ma": code})
    return HttpResponseRedirect(f"{LIST}{code}/?{came.query}&{said}")
