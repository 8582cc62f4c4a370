"""Machines at the office, opened by its key: the kiosk where numbers are taken, and the call board."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.counter import doors, rules
from tinhso.counter.contracts import Need, Taken
from tinhso.counter.models import Office
from tinhso.counter.operations import tickets
from tinhso.counter.pages import words
from tinhso.counter.queries import board as boards
from tinhso.counter.queries import line, places
from tinhso.foundation import access, moments, paper
from tinhso.foundation.moments import local, today

KEY = "the office's key in the address opens it; it shows numbers and windows, no person"


@never_cache
@access.anyone(reason=KEY)
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Choose what one comes for, then whether one has a right to come first; the number follows."""
    office, at = places.machine_row(slug, key), moments.now()
    services = places.services(office.id)
    letter = request.POST.get("viec", "") or request.GET.get("viec", "")
    chosen = next((service for service in services if service.letter == letter), None)
    if request.method == "POST" and chosen is not None:
        need = line.need_of(request.POST.get("dien", ""))
        ticket = tickets.take(service_id=chosen.id, need=need, taken=Taken.KIOSK, at=at)
        return HttpResponseRedirect(f"/quay/{slug}/{key}/phieu/{ticket.token}/")
    facts = {
        "title": chosen.name if chosen else _("Lấy số thứ tự"),
        "office": office,
        "services": _offered(office, at=at),
        "chosen": chosen,
        "needs": [Need.NONE, *rules.priority_needs(on=today(at))],
        "qr": paper.qr(_phone_address(office, on_day=doors.code(office, on=today(at))), fluid=True),
        "code": doors.code(office, on=today(at)),
        "arrive": f"/quay/{slug}/{key}/den-hen/",
    }
    return render(request, "counter/public/kiosk.html", facts)


def _offered(office: Office, *, at: datetime) -> list[dict[str, str]]:
    expected = line.would_wait(office, at=at)
    return [
        {"letter": one.letter, "name": one.name, "wait": words.wait(expected.get(one.id), at=at)}
        for one in places.services(office.id)
    ]


def _phone_address(office: Office, *, on_day: str) -> str:
    return f"{settings.ORIGIN}/quay/{office.slug}/?ma={on_day}"


@never_cache
@access.anyone(reason=KEY)
@require_safe
def printed(request: HttpRequest, slug: str, key: str, token: str) -> HttpResponse:
    """The number just taken: shown large, printed on a roll of 80 mm, then the kiosk starts again."""
    office, at = places.machine_row(slug, key), moments.now()
    ticket = boards.ticket_of(token)
    place = line.places(office, at=at).get(ticket.id)
    facts = {
        "title": _("Số %(number)s") % {"number": str(ticket)},
        "office": office,
        "ticket": boards.view(ticket),
        "taken": f"{local(ticket.taken_at):%H:%M %d/%m/%Y}",
        "ahead": words.ahead(place) if place else "",
        "wait": words.wait(place.at, at=at) if place else "",
        "qr": paper.qr(f"{settings.ORIGIN}/so/{ticket.token}/", fluid=True),
        "back": f"/quay/{slug}/{key}/lay-so/",
    }
    return render(request, "counter/public/printed.html", facts)


@never_cache
@access.anyone(reason=KEY)
@require_safe
def board(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """The call board, for days on a large screen; `phan=1` is the part that renews itself."""
    office, at = places.machine_row(slug, key), moments.now()
    code = doors.code(office, on=today(at))
    shown = boards.board(office, at=at)
    facts = {
        "title": _("Bảng gọi số"),
        "office": office,
        "board": shown,
        "booked": [(number, words.clock(hour)) for number, hour in shown.booked],
        "clock": words.clock(at),
        "code": code,
        "qr": paper.qr(_phone_address(office, on_day=code), fluid=True),
        "piece": request.path + "?phan=1",
    }
    name = "board_piece" if "phan" in request.GET else "board"
    return render(request, f"counter/public/{name}.html", facts)
