"""The hand-over book of a day, on the screen and on paper to be signed; labels for folders."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.counter import printing
from tinhso.counter.models import HandOver
from tinhso.counter.operations import handing
from tinhso.counter.pages import words
from tinhso.counter.pages.desk.visiting import units_of, visit
from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access
from tinhso.foundation.errors import Invalid, NotFound
from tinhso.foundation.files.serving import pdf
from tinhso.foundation.moments import today
from tinhso.identity import api as identity

BOOK = "/can-bo/quay/so-tra/"
MOST_LABELS = 96


@never_cache
@access.officer("counter.name_receiver")
@require_safe
def book(request: HttpRequest) -> HttpResponse:
    """What was handed over on a day; `in=1` gives the page to be signed as PDF. One trace for the list."""
    actor, at = visit(request)
    units = units_of(actor, at)
    day = _day(request.GET.get("ngay", "")) or today(at)
    rows = list(HandOver.objects.filter(unit_id__in=units, day=day).order_by("handed_at", "id"))
    found = dossiers.rows([row.dossier_id for row in rows])
    lines = [
        {
            "id": row.id,
            "dossier": found[row.dossier_id],
            "at": words.clock(row.handed_at),
            "by": row.handed_by,
            "receiver": row.receiver or found[row.dossier_id].applicant_name,
            "paper": row.receiver_paper,
        }
        for row in rows
    ]
    identity.look_at_list(
        actor, query=urlencode({"ngay": day.isoformat()}), count=len(rows), purpose=_("Sổ trả kết quả"), at=at
    )
    if request.GET.get("in"):
        unit = next(iter(directory.units(units).values()))
        made = printing.hand_over_book(lines, unit=unit.name, day=day, at=at)
        return pdf(made, name=f"so-tra-{day}.pdf")
    facts = {"title": _("Sổ trả kết quả"), "lines": lines, "day": day}
    return render(request, "counter/desk/handing.html", facts)


@never_cache
@access.officer("counter.name_receiver")
@require_POST
def receiver(request: HttpRequest, line: UUID) -> HttpResponse:
    """Write who took it."""
    actor, at = visit(request)
    given: dict[str, Any] = {
        "receiver": request.POST.get("nguoi-nhan", ""),
        "paper": request.POST.get("giay", ""),
    }
    handing.name_receiver(hand_over_id=line, by=actor, at=at, **given)
    day = _day(request.POST.get("ngay", ""))
    return HttpResponseRedirect(f"{BOOK}?ngay={day.isoformat()}" if day else BOOK)


@never_cache
@access.officer("dossiers.list")
@require_http_methods(["GET", "HEAD", "POST"])
def labels(request: HttpRequest) -> HttpResponse:
    """Labels with QR of the agency's dossiers: a sheet of 24, or one by one for a label printer."""
    actor, at = visit(request)
    typed = request.POST.get("ma", "") or request.GET.get("ma", "")
    facts = {"title": _("In nhãn hồ sơ"), "codes": typed, "fault": "", "errors": False}
    if request.method != "POST":
        return render(request, "counter/desk/labels.html", facts)
    try:
        rows = _rows(typed, agencies=set(dossiers.desk_of(actor, at).agencies))
    except (Invalid, NotFound) as fault:
        facts |= {"fault": fault.message, "errors": True}
        return render(request, "counter/desk/labels.html", facts, status=422)
    identity.look_at_list(
        actor, query=urlencode({"n": len(rows)}), count=len(rows), purpose=_("In nhãn hồ sơ"), at=at
    )
    single = request.POST.get("kieu") == "cuon"
    return pdf(printing.labels(rows, single=single, at=at), name="nhan-ho-so.pdf")


def _rows(typed: str, *, agencies: set[UUID]) -> list[dossiers.DossierRow]:
    """The dossiers of typed codes, in their order. Raises Invalid, NotFound."""
    codes = list(dict.fromkeys(typed.replace(",", " ").upper().split()))
    if not 1 <= len(codes) <= MOST_LABELS:
        raise Invalid(_("Hãy nhập từ 1 đến %(most)d mã hồ sơ, mỗi dòng một mã.") % {"most": MOST_LABELS})
    ids = [dossiers.find(code) for code in codes]
    found = dossiers.rows(ids)
    if any(row.agency not in agencies for row in found.values()):
        raise NotFound(_("Có mã không phải hồ sơ của cơ quan này. Hãy xem lại các mã."))
    return [found[each] for each in ids]


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
