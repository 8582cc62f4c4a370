"""Closing a period, opening it again, reminding, and the files of a report."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files.serving import pdf, served
from tinhso.identity import api as identity
from tinhso.supervision import printing
from tinhso.supervision.operations import closing as closings
from tinhso.supervision.operations import reminding
from tinhso.supervision.pages.asking import REPORTS, asked_of
from tinhso.supervision.pages.reports import opened, page
from tinhso.supervision.queries import reports as queries
from tinhso.supervision.queries.reach import reach

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@access.officer("supervision.close_report")
@require_POST
def close(request: HttpRequest, word: str) -> HttpResponse:
    """Keep the figures of an agency and period as they are; the PDF is made and sealed afterwards."""
    by, at = identity.actor_of(request), moments.now()
    seen = opened(request, word, at=at)
    closings.close(form=seen.form, agency=seen.agency, period=seen.asked.period, by=by, at=at)
    return HttpResponseRedirect(seen.href(linh_vuc="", thu_tuc=""))


@never_cache
@access.officer("supervision.reopen_report")
@require_POST
def reopen(request: HttpRequest, word: str) -> HttpResponse:
    """Open a closed period again, with its ground."""
    by, at = identity.actor_of(request), moments.now()
    seen = opened(request, word, at=at)
    if seen.report.closing is None:
        raise NotFound(_("Kỳ này chưa chốt số liệu hoặc đã được mở lại. Hãy tải lại trang."))
    ground = request.POST.get("can-cu", "")
    try:
        closings.reopen(closing_id=seen.report.closing.id, ground=ground, by=by, at=at)
    except Invalid as refused:
        return page(request, word, at=at, fault=refused.message, ground=ground, status=422)
    return HttpResponseRedirect(seen.href(linh_vuc="", thu_tuc=""))


@access.officer("supervision.remind")
@require_POST
def remind(request: HttpRequest, word: str) -> HttpResponse:
    """Remind the agencies that have not closed a form yet."""
    by, at = identity.actor_of(request), moments.now()
    asked = asked_of(request.GET, reach(by, at), at=at)
    told = reminding.remind(
        form=queries.form_of(word, asked.period),
        period=asked.period,
        agencies=queries.reporting(asked.reach, at=at),
        by=by,
        at=at,
    )
    return HttpResponseRedirect(asked.href(REPORTS, co_quan="", da_nhac=str(len(told))))


@never_cache
@access.officer("supervision.watch")
@require_safe
def file(request: HttpRequest, word: str, shape: str) -> HttpResponseBase:
    """The report as a file: the sealed PDF once there is one, else as it stands."""
    if shape not in ("pdf", "xlsx"):
        raise Http404
    at = moments.now()
    seen = opened(request, word, at=at)
    closing = seen.report.closing
    name = f"{printing.name_of(seen.report)}.{shape}"
    if shape == "pdf" and closing and closing.file and not seen.part:
        return served(closing.file, name=name)
    sheet = printing.of_report(seen.report, agency=seen.agency, at=at)
    if shape == "pdf":
        return pdf(printing.pdf(sheet, at=at), name=name)
    return _spreadsheet(printing.xlsx(sheet), name=name)


def _spreadsheet(body: bytes, *, name: str) -> HttpResponse:
    answer = HttpResponse(body, content_type=XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@never_cache
@access.officer("supervision.watch")
@require_safe
def earlier(request: HttpRequest, closing_id: UUID) -> HttpResponseBase:
    """The report of a closing as PDF, though it does not stand any more."""
    at = moments.now()
    closing = queries.closing(closing_id)
    if closing.agency not in reach(identity.actor_of(request), at).agencies:
        raise NotFound(_("Không tìm thấy lần chốt số liệu này. Hãy mở lại từ trang báo cáo."))
    sheet = printing.of_closing(closing)
    name = f"{printing.name_of(sheet.report)}.pdf"
    if closing.file:
        return served(closing.file, name=name)
    return pdf(printing.pdf(sheet, at=closing.closed_at), name=name)
