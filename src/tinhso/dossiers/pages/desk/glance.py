"""A dossier at a glance, beside its list: what it is, where it stands, its papers, its last news."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.pages.desk.lines import said
from tinhso.dossiers.pages.desk.screen import around, papers
from tinhso.dossiers.pages.desk.visiting import came_from, visit
from tinhso.dossiers.permissions import ACTS
from tinhso.dossiers.queries.reading import find, read
from tinhso.foundation import access

NEWS = 4


@never_cache
@access.officer("dossiers.read")
@require_safe
def glance(request: HttpRequest, code: str) -> HttpResponse:
    """One dossier as a piece of a page, or as a page without a script. Leaves a trace like the whole one."""
    actor, at = visit(request)
    view = read(find(code), by=actor, at=at, purpose=_("Xem nhanh hồ sơ"))
    facts = around(view, actor=actor, at=at, came=came_from(request))
    facts |= {
        "papers": papers(view),
        "news": [
            {
                "title": _(ACTS[entry.act]) if entry.act in ACTS else entry.act,
                "when": said(entry.at, at=at),
                "at": entry.at,
                "by": entry.actor,
                "text": entry.note,
            }
            for entry in view.history[:NEWS]
        ],
    }
    piece = request.headers.get("HX-Request") == "true"
    template = "dossiers/desk/glance_piece.html" if piece else "dossiers/desk/glance.html"
    return render(request, template, facts)
