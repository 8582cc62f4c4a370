"""Between agencies: what was handed here, what others ask, whose turn it is; in one place by deadline."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.notices import in_words
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries import between, desks
from tinhso.foundation import access
from tinhso.identity import api as identity

PLACE = "/can-bo/lien-thong/"


@never_cache
@access.officer("dossiers.list")
@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """One of the lists. Leaves the trace of a list."""
    actor, at = visit(request)
    agencies = desks.desk_of(actor, at).agencies
    tab = between.tab_of(request.GET.get("xem", ""))
    page = between.page(tab, agencies, at=at, after=request.GET.get("sau", ""))
    identity.look_at_list(
        actor, query=f"lien-thong={tab.word}", count=len(page.rows), purpose=_("Xem hồ sơ liên thông"), at=at
    )
    counts = between.counts(agencies, at=at)
    facts = {
        "title": _("Giữa các cơ quan"),
        "tabs": [
            {
                "text": each.label,
                "href": f"{PLACE}?xem={each.word}",
                "count": counts[each.word],
                "current": each is tab,
            }
            for each in between.TABS
        ],
        "label": tab.label,
        "heading": tab.heading,
        "rows": [
            {
                "row": row,
                "due": in_words(row.due_at),
                "late": not row.stands and at > row.due_at,
            }
            for row in page.rows
        ],
        "next": f"{PLACE}?{urlencode({'xem': tab.word, 'sau': page.after})}" if page.after else "",
    }
    return render(request, "dossiers/desk/between.html", facts)
