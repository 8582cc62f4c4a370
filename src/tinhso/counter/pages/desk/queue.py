"""The window: whose turn it is, one key for each thing that can happen, and the line beside it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from tinhso.counter import rules
from tinhso.counter.contracts import Need, OfficeView, Taken, TicketState, TicketView
from tinhso.counter.models import Office, Ticket
from tinhso.counter.operations import calling, tickets
from tinhso.counter.operations import places as seats
from tinhso.counter.pages import words
from tinhso.counter.pages.desk import appointments
from tinhso.counter.pages.desk.visiting import HOME, back, offices_of, said, visit
from tinhso.counter.queries import board as boards
from tinhso.counter.queries import line, places
from tinhso.foundation import access, ids
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef

ASIDE = (TicketState.HELD, TicketState.NO_SHOW)


@never_cache
@access.officer("counter.call")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The officer's window; without a seat, the windows to choose from. `phan=hang` is the line alone."""
    actor, at = visit(request)
    offices = offices_of(actor, at)
    if not offices:
        return render(request, "counter/desk/none.html", {"title": _("Hàng chờ")})
    office = next((one for one in offices if one.slug == request.GET.get("noi")), offices[0])
    windows = places.windows(office.id)
    seat = next((window for window in windows if window.officer == actor.id), None)
    facts: dict[str, Any] = {
        "title": _("Hàng chờ"),
        "office": office,
        "offices": offices,
        "windows": windows,
        "seat": seat,
        "services": places.services(office.id),
        **_lines(office, at=at),
    }
    if request.GET.get("phan") == "hang":
        return render(request, "counter/desk/queue_lines.html", facts)
    facts |= said(request)
    current = boards.at_window(seat.id) if seat else None
    facts |= {"current": current, "current_tag": _tag(current.state) if current else ""}
    facts["served"] = boards.served_today(seat.id, at=at) if seat else 0
    facts["coming"] = appointments.coming(office, at=at)
    facts["needs"] = [Need.NONE, *rules.priority_needs(on=today(at))]
    return render(request, "counter/desk/queue.html", facts)


def _tag(state: TicketState) -> str:
    return f"govuk-tag--{state.colour}"


def _lines(office: OfficeView, *, at: datetime) -> dict[str, Any]:
    row = Office.objects.get(id=office.id)
    found = line.places(row, at=at)
    waiting = boards.tickets(office.id, at=at, states=[TicketState.WAITING])
    counts = boards.counts(office.id, at=at)
    return {
        "waiting": sorted((_line(one, found, at=at) for one in waiting), key=lambda one: one["order"]),
        "aside": [_line(one, found, at=at) for one in boards.tickets(office.id, at=at, states=ASIDE)],
        "counts": [
            {"text": f"{state.label}: {counts[state]}", "classes": _tag(state)}
            for state in TicketState
            if counts[state]
        ],
        "now": words.clock(at),
    }


def _line(one: TicketView, found: dict[UUID, Any], *, at: datetime) -> dict[str, Any]:
    place = found.get(one.id)
    return {
        "ticket": one,
        "since": words.clock(one.taken_at),
        "appointed": words.clock(one.appointed_at),
        "minutes": int((at - one.taken_at).total_seconds() // 60),
        "expected": words.clock(place.at) if place else "",
        "order": (place is None or place.at is None, (place and place.at) or at, one.taken_at),
    }


@never_cache
@access.officer("counter.sit")
@require_POST
def sit(request: HttpRequest, window: UUID) -> HttpResponse:
    """Sit down at a window."""
    actor, at = visit(request)
    return _done(request, lambda: seats.sit(window_id=window, by=actor, at=at))


@never_cache
@access.officer("counter.sit")
@require_POST
def stand_up(request: HttpRequest, office: UUID) -> HttpResponse:
    """Leave the window."""
    actor, at = visit(request)
    return _done(request, lambda: seats.stand_up(office_id=office, by=actor, at=at))


@never_cache
@access.officer("counter.take_ticket")
@require_POST
def take(request: HttpRequest, office: UUID) -> HttpResponse:
    """Take a number for somebody who cannot do it alone."""
    actor, at = visit(request)
    letter = request.POST.get("viec", "")
    service = next((one for one in places.services(office) if one.letter == letter), None)
    if service is None:
        return _back(request, _("Hãy chọn việc để lấy số."))
    need = line.need_of(request.POST.get("dien", ""))
    return _done(
        request, lambda: tickets.take(service_id=service.id, need=need, taken=Taken.OFFICER, by=actor, at=at)
    )


@never_cache
@access.officer("counter.call")
@require_POST
def call(request: HttpRequest, window: UUID) -> HttpResponse:
    """Call the next number, or the one that was pointed at."""
    actor, at = visit(request)
    chosen = ids.read(request.POST.get("so", ""))
    if chosen:
        return _done(request, lambda: calling.call_this(ticket_id=chosen, window_id=window, by=actor, at=at))
    return _done(request, lambda: calling.call_next(window_id=window, by=actor, at=at))


TURNS: dict[str, Callable[..., object]] = {
    "goi-lai": calling.recall,
    "bat-dau": calling.begin,
    "xong": calling.finish,
    "vang": calling.no_show,
    "giu": calling.hold,
    "vao-hang": calling.line_up,
    "bo": tickets.leave,
}


@never_cache
@access.officer("counter.call")
@require_POST
def turn(request: HttpRequest, ticket: UUID, act: str) -> HttpResponse:
    """One of the things that happen to a number."""
    actor, at = visit(request)
    if act == "chuyen":
        return _transfer(request, ticket, actor=actor, at=at)
    do = TURNS.get(act)
    if do is None:
        return _back(request, _("Không có việc này."))
    return _done(request, lambda: do(ticket_id=ticket, by=actor, at=at))


def _transfer(request: HttpRequest, ticket: UUID, *, actor: ActorRef, at: datetime) -> HttpResponse:
    service = ids.read(request.POST.get("sang", ""))
    if service is None or not Ticket.objects.filter(id=ticket).exists():
        return _back(request, _("Hãy chọn việc để chuyển số sang."))
    return _done(request, lambda: calling.transfer(ticket_id=ticket, service_id=service, by=actor, at=at))


def _done(request: HttpRequest, do: Callable[[], object]) -> HttpResponse:
    """Do it and return to the window; what stands against it is said there."""
    try:
        do()
    except Unable as fault:
        if fault.status == 403:
            raise
        return _back(request, fault.message)
    return HttpResponseRedirect(HOME)


def _back(request: HttpRequest, fault: str) -> HttpResponse:
    return back(request, HOME, fault=fault)
