"""A prefilled answer is wrong at its source: what the person says goes to the office that will use it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tinhso.dossiers.operations import reports
from tinhso.dossiers.pages.public.filing import Filing, show, step
from tinhso.forms import api as forms
from tinhso.foundation.errors import Conflict, Invalid, NotFound


@step
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, filing: Filing, path: str) -> HttpResponse:
    """What is written, where it came from, and what it should be."""
    form = filing.version.form_version_id
    rows = forms.summary(form, filing.draft.answers, at=filing.at) if form else ()
    row = next((one for one in rows if one.path == path and path in filing.draft.origins), None)
    if row is None:
        raise NotFound(_("Mục này do ông/bà tự ghi: hãy sửa ngay trên tờ khai."))
    said, fault, done = request.POST.get("dung_ra", ""), "", False
    back = f"{filing.root}phan/{row.page}/"
    if request.method == "POST":
        try:
            reports.report(
                draft_id=filing.draft.id,
                path=path,
                label=row.label,
                shown=row.value,
                said=said,
                by=filing.by,
                at=filing.at,
            )
        except (Invalid, Conflict) as refused:
            fault = refused.message
        else:
            return HttpResponseRedirect(f"{request.path}?xong=1")
    done = "xong" in request.GET
    return show(
        request,
        "report_done" if done else "report",
        status=422 if fault else 200,
        title=_("Đã báo") if done else _("Báo thông tin điền sẵn bị sai"),
        errors=bool(fault),
        fault=fault,
        links=[("dung_ra", fault)] if fault else [],
        said=said,
        row=row,
        origin=filing.draft.origins[path],
        back=back,
    )
