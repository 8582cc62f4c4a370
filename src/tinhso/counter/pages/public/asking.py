"""The kiosk where people ask how their dossier stands: by the code, or by scanning the receipt's QR.

Who holds a code sees the status and the promised date. Who also knows four digits of its people sees who
handles it, when it came in, and whose it is, masked. The page begins again after a minute.
"""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.counter.models import Office
from tinhso.counter.operations.slips import dossier_of
from tinhso.counter.queries import places
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.foundation.errors import NotFound

SCANNED = re.compile(r"^https?://[^/]+/ho-so/([^/?#]+)")
LONGEST = 200


@never_cache
@access.anyone(reason="the office's key opens it; a code gives step and dates of a dossier, no person")
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The question, or the answer to it. Asked by POST, so that codes stay out of logs."""
    office = places.machine_row(slug, key)
    typed = request.POST.get("ma", "")[:LONGEST].strip()
    facts: dict[str, Any] = {"title": _("Hỏi hồ sơ"), "office": office, "code": typed, "fault": ""}
    facts["focus"] = {"autofocus": "autofocus"}
    if request.method != "POST":
        return render(request, "counter/public/asking.html", facts)
    address, at = str(request.META.get("REMOTE_ADDR", "")), moments.now()
    try:
        with dossiers.guarded(typed, address=address, at=at):
            row = _found(typed, office)
    except NotFound:
        fault = _("Không có hồ sơ mang mã này. Hãy quét mã trên giấy hẹn, hoặc hỏi cán bộ ở quầy.")
        return _refused(request, facts, fault, status=422)
    except dossiers.TooManyLookups as many:
        return _refused(request, facts, many.message, status=many.status)
    facts |= {
        "found": row.code,
        "status": dossiers.status_words(row.status, row.flags),
        "due": dossiers.in_words(row.due_at) if row.accepted_at and not row.finished_at else "",
        "finished": dossiers.in_words(row.finished_at),
    }
    digits = request.POST.get("so", "")[:LONGEST].strip()
    if not digits:
        return render(request, "counter/public/asking.html", facts)
    try:
        seen = dossiers.glimpse(code=row.code, digits=digits, address=address, at=at)
    except (dossiers.NotTheirs, dossiers.TooManyLookups) as refused:
        return _refused(request, facts, refused.message, status=refused.status)
    facts |= {"more": seen, "sent": dossiers.in_words(row.submitted_at)}
    return render(request, "counter/public/asking.html", facts)


def _refused(request: HttpRequest, facts: dict[str, Any], fault: str, *, status: int) -> HttpResponse:
    return render(
        request, "counter/public/asking.html", {**facts, "fault": fault, "errors": True}, status=status
    )


def _found(typed: str, office: Office) -> dossiers.DossierRow:
    """The dossier of a code, a scanned address, or a paper slip of this office. Raises NotFound."""
    scanned = SCANNED.match(typed)
    code = scanned[1] if scanned else typed
    if not code or not code.isprintable():
        raise NotFound(_("Không có hồ sơ nào mang mã này."))
    id = dossier_of(code, office=office) or dossiers.find(code)
    return dossiers.rows([id])[id]
