"""Where a dossier stands, for whoever holds its code and knows four digits of its people."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.dossiers import marks
from tinhso.dossiers.faults import NotTheirs, TooManyLookups
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.pages.public import telling
from tinhso.dossiers.pages.public.filing import show
from tinhso.dossiers.queries.lookup import glimpse
from tinhso.foundation import access, moments
from tinhso.foundation.text import format_money


@never_cache
@access.anyone(reason="a code and four digits give status and dates only, masked and rate-limited")
@require_http_methods(["GET", "HEAD", "POST"])
def lookup(request: HttpRequest) -> HttpResponse:
    """The question and its answer, on one page. Asked by POST, so that digits stay out of logs."""
    code = request.POST.get("ma", "") or request.GET.get("ma", "")
    facts: dict[str, Any] = {"title": _("Tra cứu hồ sơ"), "code": code[:60]}
    if request.method != "POST":
        return show(request, "lookup", **facts)
    faults = {
        field: sentence
        for field, sentence in (
            ("ma", _("Hãy nhập mã hồ sơ, ví dụ H33.12-220405-0001.")),
            ("so", _("Hãy nhập 4 số cuối của số điện thoại hoặc số căn cước đã ghi trong hồ sơ.")),
        )
        if not request.POST.get(field, "").strip()
    }
    status = 422
    if not faults:
        try:
            found = glimpse(
                code=code,
                digits=request.POST["so"],
                address=str(request.META.get("REMOTE_ADDR", "")),
                at=moments.now(),
            )
        except (NotTheirs, TooManyLookups) as fault:
            faults, status = {"ma": fault.message}, fault.status
        else:
            return show(
                request,
                "lookup_found",
                title=_("Hồ sơ %(code)s") % {"code": found.row.code},
                row=found.row,
                applicant=found.applicant,
                status_words=marks.status_words(found.row.status, found.row.flags),
                now=telling.now(found.row),
                sent=in_words(found.row.submitted_at),
                due=in_words(found.row.due_at) if found.row.accepted_at else "",
                finished=in_words(found.row.finished_at),
                left=format_money(found.owed.left) if found.owed else "",
                pay=found.owed.href if found.owed else "",
                waits=found.owed.waits if found.owed else False,
            )
    return show(
        request, "lookup", status=status, errors=True, links=list(faults.items()), faults=faults, **facts
    )
