"""The office's tray: scans that nobody has assigned yet, files still coming, and sending new ones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.digitising.contracts import ArrivalState, ScanView, Way
from tinhso.digitising.engines import engine
from tinhso.digitising.operations import folder, scans, sorting
from tinhso.digitising.pages.sending import FIELD, whole
from tinhso.digitising.pages.visiting import HOME, SCAN, Visit, visit
from tinhso.digitising.queries import scans as reading
from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, files, moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import local
from tinhso.ui.api import paging


@never_cache
@access.officer("digitising.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def tray(request: HttpRequest) -> HttpResponse:
    """The tray; a POST puts files into it, each sorted by the codes on its pages."""
    here = visit(request)
    if request.method != "POST":
        return _drawn(request, here, [])
    sent = files.sent(request, FIELD, kinds_of=files.SCAN_KINDS, by=here.actor, at=here.at)
    faults = list(sent.faults)
    if not sent.files and not faults:
        faults.append(_("Hãy chọn ít nhất một tệp quét."))
    for stored in sent.files:
        try:
            files.page_count(stored.id, at=here.at)
            parts = sorting.parts(files.page_codes(stored.id, at=here.at), unit=here.unit)
            scans.receive(
                unit=here.unit,
                file_ids=[stored.id],
                parts=parts or whole([stored.id], at=here.at),
                way=Way.UPLOAD,
                by=here.actor,
                at=here.at,
            )
        except Unable as refused:
            faults.append(refused.message)
    if faults:
        return _drawn(request, here, faults)
    return HttpResponseRedirect(HOME)


@access.officer("digitising.set_aside")
@require_POST
def set_aside(request: HttpRequest, arrival: UUID) -> HttpResponse:
    """Move a faulty file out of the scanner's folder."""
    here = visit(request)
    folder.set_aside(arrival_id=arrival, by=here.actor, at=here.at)
    return HttpResponseRedirect(HOME)


def _drawn(request: HttpRequest, here: Visit, faults: list[str]) -> HttpResponse:
    q = request.GET.get("q", "").strip()[:100]
    found, following = reading.tray(here.units, q=q, before=request.GET.get(paging.KEY, ""))
    rows = dossiers.rows({scan.dossier for scan in found if scan.dossier})
    agency = directory.units([here.unit])[here.unit].agency_id
    day = moments.today(here.at)
    counted = dossiers.digitised(agency=agency, first=day.replace(day=1), last=day)
    facts = {
        "title": _("Số hóa giấy tờ"),
        "errors": bool(faults),
        "links": [{"text": fault, "href": f"#{FIELD}"} for fault in faults],
        "fault": " ".join(faults),
        "q": q,
        "scans": [_line(scan, rows, at=here.at) for scan in found],
        "next": paging.following(HOME, following, kept={"q": q}),
        "arrivals": [
            {
                "row": arrival,
                "faulty": arrival.state is ArrivalState.FAULTY,
                "seen": f"{local(arrival.seen_at):%H:%M %d/%m}",
            }
            for arrival in reading.arrivals(here.units)
        ],
        "counted": counted,
        "reads": engine.answered,
        "done": {"dua": _("Đã đưa bản quét vào hồ sơ."), "bo": _("Đã bỏ bản quét.")}.get(
            request.GET.get("xong", ""), ""
        ),
    }
    return render(request, "digitising/tray.html", facts, status=422 if faults else 200)


def _line(scan: ScanView, rows: dict[UUID, dossiers.DossierRow], *, at: datetime) -> dict[str, object]:
    row = rows.get(scan.dossier) if scan.dossier else None
    return {
        "scan": scan,
        "href": f"{SCAN}{scan.id}/",
        "picture": f"{SCAN}{scan.id}/trang/{scan.pages[0].source}/{scan.pages[0].page}/",
        "pages": ngettext("%(n)d trang", "%(n)d trang", len(scan.pages)) % {"n": len(scan.pages)},
        "came": f"{local(scan.received_at):%H:%M %d/%m/%Y}",
        "whose": f"{row.code}, {row.applicant_name}" if row else "",
    }
