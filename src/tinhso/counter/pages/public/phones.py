"""Phones: how long the line is, a number with the door's code, and one's own place in the line."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.counter import rules
from tinhso.counter.contracts import Need, NotAtTheDoor, TicketState, TooManyTickets
from tinhso.counter.models import Ticket
from tinhso.counter.operations import tickets
from tinhso.counter.pages import words
from tinhso.counter.queries import board as boards
from tinhso.counter.queries import line, places
from tinhso.foundation import access, moments
from tinhso.foundation.moments import today

HERS = "who holds the ticket's address sees its place in the line and no person"


@never_cache
@access.anyone(reason="how long the line is; a number only with the code at the door, limited per address")
@require_http_methods(["GET", "HEAD", "POST"])
def office(request: HttpRequest, slug: str) -> HttpResponse:
    """The office's line, and the form that takes a number for who stands at its door."""
    row, at = places.office_row(slug), moments.now()
    expected = line.would_wait(row, at=at)
    services = places.services(row.id)
    facts: dict[str, Any] = {
        "title": _("Lấy số: %(office)s") % {"office": row.name},
        "office": row,
        "services": [
            {"value": one.letter, "text": one.name, "hint": {"text": words.wait(expected.get(one.id), at=at)}}
            for one in services
        ],
        "needs": [
            {"value": need.value or "khong", "text": need.label}
            for need in (Need.NONE, *rules.priority_needs(on=today(at)))
        ],
        "code": request.POST.get("ma", "") or request.GET.get("ma", "")[:20],
        "letter": request.POST.get("viec", ""),
        "need": request.POST.get("dien", "khong"),
        "faults": {},
    }
    if request.method != "POST":
        return render(request, "counter/public/office.html", facts)
    chosen = next((service for service in services if service.letter == facts["letter"]), None)
    status = 422
    if chosen is None:
        facts["faults"]["viec"] = _("Hãy chọn việc ông/bà cần làm.")
    else:
        try:
            ticket = tickets.take_by_phone(
                service_id=chosen.id,
                need=line.need_of(facts["need"]),
                code=facts["code"],
                address=str(request.META.get("REMOTE_ADDR", "")),
                at=at,
            )
        except (NotAtTheDoor, TooManyTickets) as fault:
            facts["faults"]["ma"], status = fault.message, fault.status
        else:
            return HttpResponseRedirect(f"/so/{ticket.token}/")
    facts |= {"errors": True, "links": [{"text": v, "href": f"#{k}"} for k, v in facts["faults"].items()]}
    return render(request, "counter/public/office.html", facts, status=status)


@never_cache
@access.anyone(reason=HERS)
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """One's own number: how many stand before, when it is near, to which window it is called."""
    ticket, at = boards.ticket_of(token), moments.now()
    facts = {
        "title": _("Số %(number)s") % {"number": str(ticket)},
        "office": ticket.office,
        "ticket": boards.view(ticket),
        "piece": f"/so/{token}/?phan=1",
        **_standing(ticket, at=at),
    }
    name = "mine_piece" if "phan" in request.GET else "mine"
    return render(request, f"counter/public/{name}.html", facts)


def _standing(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """What the page says now: a heading, a sentence, and whether to come near."""
    state = TicketState(ticket.state)
    if ticket.day != today(at):
        return {"heading": _("Số này đã hết ngày"), "said": _("Số thứ tự chỉ dùng trong ngày lấy số.")}
    if state is TicketState.WAITING:
        place = line.places(ticket.office, at=at)[ticket.id]
        near = _("Sắp đến lượt. Mời ông/bà đến gần quầy.")
        return {
            "heading": words.ahead(place),
            "said": near if place.near else _("Có thể ngồi chờ; trang này tự báo khi sắp đến lượt."),
            "wait": words.wait(place.at, at=at),
            "near": place.near,
            "waits": True,
        }
    window = ticket.window.number if ticket.window else 0
    words_of: dict[TicketState, dict[str, Any]] = {
        TicketState.CALLED: {
            "heading": _("Mời ông/bà đến quầy số %(window)s") % {"window": window},
            "said": _("Đã gọi số này lúc %(at)s.") % {"at": words.clock(ticket.called_at)},
            "near": True,
        },
        TicketState.SERVING: {
            "heading": _("Đang phục vụ ở quầy số %(window)s") % {"window": window},
            "said": "",
        },
        TicketState.HELD: {
            "heading": _("Số đang được giữ"),
            "said": _("Khi có đủ giấy tờ, ông/bà quay lại quầy, không phải lấy số mới."),
        },
        TicketState.NO_SHOW: {
            "heading": _("Đã gọi mà không thấy ông/bà"),
            "said": _("Hãy báo cán bộ ở quầy để được gọi lại, không phải lấy số mới."),
        },
        TicketState.DONE: {"heading": _("Đã xong"), "said": _("Cảm ơn ông/bà đã đến.")},
        TicketState.GONE: {"heading": _("Ông/bà đã bỏ số này"), "said": _("Muốn làm tiếp, hãy lấy số mới.")},
    }
    return words_of[state]


@never_cache
@access.anyone(reason=HERS)
@require_POST
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """Give the number back."""
    ticket = boards.ticket_of(token)
    tickets.leave(ticket_id=ticket.id, at=moments.now())
    return HttpResponseRedirect(f"/so/{token}/")
