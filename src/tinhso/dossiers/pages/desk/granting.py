"""What waits for a leader's decision: later promises that officers ask for, the most urgent first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers.notices import in_words
from tinhso.dossiers.pages.desk.visiting import LIST, visit
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries.extending import awaiting
from tinhso.foundation import access

ADDRESS = "/can-bo/cho-quyet-dinh/"


@never_cache
@access.officer("dossiers.grant_extension")
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """The requests of the leader's agencies that nobody decided, each with its promise and reason."""
    actor, at = visit(request)
    desk = desks.desk_of(actor, at)
    rows = [
        {
            "code": one.code,
            "applicant": one.applicant,
            "decide": f"{LIST}{one.code}/dong-y-hen-lai/?xem=co-quan",
            "deny": f"{LIST}{one.code}/khong-hen-lai/?xem=co-quan",
            "href": f"{LIST}{one.code}/?xem=co-quan",
            "asked_by": one.view.asked_by,
            "reason": one.view.reason,
            "before": in_words(one.view.due_before),
            "late": one.view.due_before < at,
            "until": one.view.until,
        }
        for one in awaiting(desk.agencies)
    ]
    return render(
        request, "dossiers/desk/deciding.html", {"title": _("Đề nghị hẹn lại chờ quyết định"), "rows": rows}
    )
