"""Paper mode on the desk: slips to print, and the book of what became of each."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.counter.contracts import OfficeView, SlipState
from tinhso.counter.models import Slip
from tinhso.counter.operations import slips
from tinhso.counter.pages.desk.visiting import offices_of, visit
from tinhso.counter.printing import slip_sheet
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.moments import local
from tinhso.ui.api import paging

BOOK = "/can-bo/quay/phieu-giay/"
PAGE = 50


@never_cache
@access.officer("counter.print_slips")
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """The office's slips, the newest first; a POST prints new ones as PDF."""
    actor, at = visit(request)
    office = next(iter(offices_of(actor, at)), None)
    if office is None:
        return render(request, "counter/desk/none.html", {"title": _("Phiếu tiếp nhận giấy")})
    fault = ""
    if request.method == "POST":
        typed = request.POST.get("count", "").strip()
        try:
            made = slips.print_slips(
                office_id=office.id, count=int(typed) if typed.isdecimal() else 0, by=actor, at=at
            )
        except Invalid as refusal:
            fault = refusal.message
        else:
            sheet = slip_sheet(made, office=office, at=at)
            return pdf(sheet, name=f"phieu-{made[0]}-{made[-1]}.pdf")
    facts = {
        "title": _("Phiếu tiếp nhận giấy"),
        "office": office,
        "fault": fault,
        "errors": bool(fault),
        **_rows(office, paging.before(request)),
    }
    return render(request, "counter/desk/slips.html", facts, status=422 if fault else 200)


def _rows(office: OfficeView, before: UUID | None) -> dict[str, object]:
    rows = Slip.objects.filter(office_id=office.id).order_by("-id")
    if before is not None:
        rows = rows.filter(id__lt=before)
    shown, last = paging.cut(list(rows[: PAGE + 1]), PAGE)
    return {
        "rows": [
            {
                "slip": row,
                "blank": row.state == SlipState.BLANK.value,
                "state": SlipState(row.state).label,
                "printed": _when(row.printed_at),
                "received": _when(row.received_at),
                "entered": _when(row.entered_at),
            }
            for row in shown
        ],
        "next": paging.following(BOOK, last and last.id),
    }


def _when(at: datetime | None) -> str:
    return f"{local(at):%H:%M %d/%m/%Y}" if at else ""


@never_cache
@access.officer("counter.spoil_slip")
@require_POST
def spoil(request: HttpRequest, slip: UUID) -> HttpResponse:
    """Strike a blank slip."""
    actor, at = visit(request)
    slips.spoil(slip_id=slip, because=request.POST.get("vi-sao", ""), by=actor, at=at)
    return HttpResponseRedirect(BOOK)
