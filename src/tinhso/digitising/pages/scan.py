"""One scan: its pages turned, moved, left out; then into a dossier by one touch, or dropped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.digitising.contracts import Page, ScanState, ScanView, TextState
from tinhso.digitising.hints import hints
from tinhso.digitising.operations import scans
from tinhso.digitising.operations.scans import Facts
from tinhso.digitising.pages.visiting import HOME, OF_DOSSIER, SCAN, Visit, visit
from tinhso.digitising.pages.words import lines
from tinhso.digitising.queries import scans as reading
from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, files, moments
from tinhso.foundation.errors import Invalid, NotFound, Unable
from tinhso.foundation.moments import local
from tinhso.foundation.text import fold
from tinhso.identity import api as identity
from tinhso.ui.api import DateBoxes, DateField

SIDE = 900
MOVES = {"len": -1, "xuong": 1}
TURNS = {"trai": 270, "phai": 90}


@never_cache
@access.officer("digitising.receive")
@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest, scan_id: UUID) -> HttpResponse:
    """The scan. A POST `viec` is one of: a page's `trai|phai|len|xuong|bo-trang:N`, `dua`, `chon`, `bo`."""
    here = visit(request)
    view = reading.scan(scan_id, units=here.units)
    if request.method != "POST":
        return _drawn(request, here, view, {})
    act, _colon, which = request.POST.get("viec", "").partition(":")
    try:
        if act == "dua":
            return _attached(request, here, view, which)
        if act == "bo":
            scans.drop(scan_id=view.id, because=request.POST.get("vi-sao", ""), by=here.actor, at=here.at)
            return HttpResponseRedirect(f"{HOME}?xong=bo")
        if act != "chon":
            pages = moved(view.pages, act, which)
            scans.arrange(scan_id=view.id, pages=pages, by=here.actor, at=here.at)
            return HttpResponseRedirect(f"{SCAN}{view.id}/#trang-{which}")
    except Invalid as fault:
        return _drawn(request, here, view, fault.faults or {"": fault.message})
    except Unable as fault:
        return _drawn(request, here, reading.scan(scan_id), {"": fault.message}, status=fault.status)
    return _drawn(request, here, view, {})


@access.officer("digitising.receive")
@require_safe
def picture(request: HttpRequest, scan_id: UUID, source: int, page: int) -> HttpResponseBase:
    """A picture of one page, turned as `xoay` says."""
    here = visit(request)
    view = reading.scan(scan_id, units=here.units)
    if source >= len(view.sources):
        raise NotFound(_("Bản quét không có trang này. Hãy mở lại trang."))
    turn = {"90": 90, "180": 180, "270": 270}.get(request.GET.get("xoay", ""), 0)
    made = files.page_picture(view.sources[source], page=page, turn=turn, side=SIDE, at=here.at)
    answer = HttpResponse(made, content_type="image/jpeg")
    answer["Cache-Control"] = "private, max-age=600"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def moved(pages: tuple[Page, ...], act: str, which: str) -> list[Page]:
    """The pages after one of them (from 1) was turned, moved up or down, or left out. Raises Invalid."""
    found = list(pages)
    place = int(which) - 1 if which.isdecimal() and len(which) < 5 else -1
    if not 0 <= place < len(found):
        raise Invalid(_("Bản quét không có trang này. Hãy mở lại trang."))
    if act in TURNS:
        found[place] = replace(found[place], turn=(found[place].turn + TURNS[act]) % 360)
    elif act in MOVES:
        target = min(max(place + MOVES[act], 0), len(found) - 1)
        found.insert(target, found.pop(place))
    elif act == "bo-trang":
        found.pop(place)
    return found


def _attached(request: HttpRequest, here: Visit, view: ScanView, which: str) -> HttpResponse:
    """Into the paper named by the button (`CODE/paper`), or chosen in the form."""
    code, _slash, paper = which.partition("/")
    code = code or request.POST.get("ma", "")
    paper = paper or request.POST.get("giay", "")
    if not code.strip():
        fault = _("Hãy nhập mã hồ sơ, hoặc chọn hồ sơ ở danh sách bên cạnh.")
        raise Invalid(fault, faults={"ma": fault})
    try:
        dossier_id = dossiers.find(code)
    except NotFound as unknown:
        raise Invalid(unknown.message, faults={"ma": unknown.message}) from None
    issued, last = _day(request, "cap"), _day(request, "het")
    facts = Facts(
        number=request.POST.get("so", ""),
        issuer=request.POST.get("noi-cap", ""),
        issued_on=issued,
        valid_to=last + timedelta(days=1) if last and last < date.max else None,
    )
    scans.attach(scan_id=view.id, dossier_id=dossier_id, paper=paper, facts=facts, by=here.actor, at=here.at)
    return HttpResponseRedirect(f"{OF_DOSSIER}{code.strip().upper()}/")


def _day(request: HttpRequest, name: str) -> date | None:
    """A legal day typed into three boxes. Raises Invalid."""
    try:
        typed = DateBoxes().value_from_datadict(request.POST, request.FILES, name)
        found: date | None = DateField(required=False).clean(typed)
    except ValidationError as fault:
        raise Invalid(fault.messages[0], faults={name: fault.messages[0]}) from None
    return found


def _drawn(
    request: HttpRequest, here: Visit, view: ScanView, faults: dict[str, str], *, status: int = 422
) -> HttpResponse:
    chosen, chosen_fault = _chosen(request, here, view)
    faults = faults | ({"ma": chosen_fault} if chosen_fault and "ma" not in faults else {})
    read = hints(page for pages in view.texts for page in pages)
    typed = {
        "so": request.POST.get("so", read.number),
        "noi_cap": request.POST.get("noi-cap", read.issuer),
        "ma": request.POST.get("ma", chosen.row.code if chosen else ""),
        "vi_sao": request.POST.get("vi-sao", ""),
    }
    issued = read.day.split("/") if read.day else ["", "", ""]
    parts = ("day", "month", "year")
    q = request.GET.get("q", "").strip()[:100]
    facts: dict[str, Any] = {
        "title": _("Bản quét %(name)s") % {"name": view.name},
        "scan": view,
        "open": view.state is ScanState.TRAY,
        "came": f"{local(view.received_at):%H:%M %d/%m/%Y}",
        "pages": [
            {
                "number": number,
                "url": f"{SCAN}{view.id}/trang/{page.source}/{page.page}/?xoay={page.turn}",
                "first": number == 1,
                "last": number == len(view.pages),
            }
            for number, page in enumerate(view.pages, start=1)
        ],
        "chosen": chosen.row if chosen else None,
        "papers": lines(chosen, on=moments.today(chosen.row.submitted_at)) if chosen else [],
        "near": [] if chosen or view.state is not ScanState.TRAY else _near(here),
        "typed": typed,
        "issued": {part: request.POST.get(f"cap-{part}", issued[n]) for n, part in enumerate(parts)},
        "until": {part: request.POST.get(f"het-{part}", "") for part in parts},
        "hinted": bool(read.number or read.day or read.issuer),
        "text": view.text_state.label,
        "readable": view.text_state is TextState.READ,
        "q": q,
        "hits": _hits(view, q),
        "faults": {name.replace("-", "_"): sentence for name, sentence in faults.items()},
        "errors": bool(faults),
        "links": [
            {"text": sentence, "href": f"#{TARGETS.get(name, name)}"} if name else {"text": sentence}
            for name, sentence in faults.items()
        ],
    }
    return render(request, "digitising/scan.html", facts, status=status if faults else 200)


TARGETS = {"cap": "cap-day", "het": "het-day"}


def _chosen(request: HttpRequest, here: Visit, view: ScanView) -> tuple[dossiers.DossierView | None, str]:
    """The dossier the scan is aimed at: typed, or told by a label; with a fault when it is not to be had."""
    code = request.POST.get("ma", "").strip() or request.GET.get("ma", "").strip()
    if view.state is not ScanState.TRAY:
        return None, ""
    try:
        dossier_id = dossiers.find(code) if code else view.dossier
        if dossier_id is None:
            return None, ""
        return dossiers.read(dossier_id, by=here.actor, at=here.at, purpose=_("Số hóa giấy tờ")), ""
    except Unable as refused:
        return None, refused.message


def _near(here: Visit) -> list[dict[str, Any]]:
    """Dossiers at hand with papers still without a file: each a touch away."""
    found = dossiers.on_paper(agency=directory.units([here.unit])[here.unit].agency_id)
    if found:
        identity.look_at_list(
            here.actor, query="", count=len(found), purpose=_("Gán bản quét vào hồ sơ"), at=here.at
        )
    return [
        {"code": one.code, "applicant": one.applicant, "papers": one.papers} for one in found if one.papers
    ]


def _hits(view: ScanView, q: str) -> list[dict[str, Any]]:
    """Pages of the scan on which the words stand, with the line."""
    if not q:
        return []
    wanted = fold(q)
    return [
        {"number": number, "line": line.strip()}
        for number, page in enumerate(view.pages, start=1)
        if page.source < len(view.texts) and page.page < len(view.texts[page.source])
        for line in view.texts[page.source][page.page].splitlines()
        if wanted in fold(line)
    ][:20]
