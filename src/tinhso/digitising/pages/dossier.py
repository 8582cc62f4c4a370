"""The papers of one dossier: which must be digitised, sending scans of one, separator sheets."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.digitising import printing
from tinhso.digitising.contracts import Way
from tinhso.digitising.operations import scans
from tinhso.digitising.pages.sending import FIELD, whole
from tinhso.digitising.pages.visiting import OF_DOSSIER, SCAN, Visit, visit
from tinhso.digitising.pages.words import lines
from tinhso.digitising.queries import scans as reading
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, files, moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.files.serving import pdf

NATIONAL = "kho-quoc-gia"


@never_cache
@access.officer("digitising.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: HttpRequest, code: str) -> HttpResponse:
    """The papers; a POST sends scans of one of them, or with `viec=kho-quoc-gia` its file from there."""
    here = visit(request)
    view = _view(code, here)
    if request.method != "POST":
        return _drawn(request, here, view, {})
    paper = request.POST.get("giay", "")
    sent = files.sent(request, FIELD, kinds_of=files.SCAN_KINDS, by=here.actor, at=here.at)
    fault = " ".join(sent.faults)
    if not sent.files and not fault:
        fault = _("Hãy chọn ít nhất một tệp quét.")
    if fault:
        return _drawn(request, here, view, {paper: fault})
    ids = [stored.id for stored in sent.files]
    try:
        if request.POST.get("viec") == NATIONAL:
            if len(ids) > 1:
                raise Invalid(_("Kho quốc gia cấp mỗi giấy tờ một tệp. Hãy chọn một tệp."))
            dossiers.take_from_national(
                dossier_id=view.row.id, paper=paper, file_id=ids[0], by=here.actor, at=here.at
            )
            return HttpResponseRedirect(f"{OF_DOSSIER}{view.row.code}/")
        made = scans.receive(
            unit=here.unit,
            file_ids=ids,
            parts=whole(ids, dossier=view.row.id, paper=paper, at=here.at),
            way=Way.UPLOAD,
            by=here.actor,
            at=here.at,
        )
    except Unable as refused:
        return _drawn(request, here, view, {paper: refused.message})
    return HttpResponseRedirect(f"{SCAN}{made[0]}/")


@never_cache
@access.officer("digitising.receive")
@require_safe
def separators(request: HttpRequest, code: str) -> HttpResponse:
    """Separator sheets for the papers that are on paper still."""
    here = visit(request)
    view = _view(code, here)
    bare = [(paper.code, paper.name) for paper in view.papers if paper.current and paper.file_id is None]
    every = [(paper.code, paper.name) for paper in view.papers if paper.current]
    made = printing.separators(view.row.code, bare or every, applicant=view.row.applicant_name, at=here.at)
    return pdf(made, name=f"to-ngan-{view.row.code}.pdf")


def _view(code: str, here: Visit) -> dossiers.DossierView:
    """Raises NotFound for a dossier that the officer does not see."""
    return dossiers.read(dossiers.find(code), by=here.actor, at=here.at, purpose=_("Số hóa giấy tờ"))


def _drawn(
    request: HttpRequest, here: Visit, view: dossiers.DossierView, faults: dict[str, str]
) -> HttpResponse:
    found = lines(view, on=moments.today(view.row.submitted_at))
    facts = {
        "title": _("Số hóa giấy tờ của %(code)s") % {"code": view.row.code},
        "row": view.row,
        "papers": [
            {"line": line, "id": f"tep-{number}", "fault": faults.get(line.code, "")}
            for number, line in enumerate(found)
        ],
        "missing": sum(1 for line in found if line.missing),
        "errors": bool(faults),
        "links": [
            {"text": faults[line.code], "href": f"#tep-{number}"}
            for number, line in enumerate(found)
            if line.code in faults
        ],
        "waiting": [
            {"scan": scan, "href": f"{SCAN}{scan.id}/"}
            for scan in reading.of_dossier(view.row.id)
            if scan.file_id is None and scan.unit in here.units
        ],
        "national": NATIONAL,
    }
    return render(request, "digitising/dossier.html", facts, status=422 if faults else 200)
