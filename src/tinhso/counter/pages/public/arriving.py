"""The kiosk where who has an appointment says that they are there, by code or QR."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.counter.appointment_contracts import BookingState
from tinhso.counter.contracts import Taken
from tinhso.counter.operations import bookings
from tinhso.counter.queries import bookings as booked
from tinhso.counter.queries import places
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Unable

LONGEST = 200


@never_cache
@access.anyone(reason="the office's key opens it; a code gives the number of its appointment, no person")
@require_http_methods(["GET", "HEAD", "POST"])
def arrive(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Type or scan the code; the number that follows is called at the hour of the appointment."""
    office, at = places.machine_row(slug, key), moments.now()
    typed = request.POST.get("ma", "")[:LONGEST].strip()
    facts: dict[str, Any] = {
        "title": _("Tôi có lịch hẹn"),
        "office": office,
        "code": typed,
        "back": f"/quay/{slug}/{key}/lay-so/",
        "focus": {"autofocus": "autofocus"},
        "fault": "",
    }
    if request.method != "POST":
        return render(request, "counter/public/arriving.html", facts)
    booking = booked.at_office(office.id, typed) if typed.isprintable() else None
    try:
        if booking is None:
            facts["fault"] = _(
                "Không có lịch hẹn mang mã này ở đây. Hãy xem lại 8 chữ số, hoặc lấy số thường."
            )
        elif booking.state == BookingState.ARRIVED and booking.ticket is not None:
            return HttpResponseRedirect(f"/quay/{slug}/{key}/phieu/{booking.ticket.token}/")
        else:
            ticket = bookings.check_in(booking_id=booking.id, taken=Taken.APPOINTMENT, at=at)
            return HttpResponseRedirect(f"/quay/{slug}/{key}/phieu/{ticket.token}/")
    except Unable as refusal:
        facts["fault"] = refusal.message
    return render(request, "counter/public/arriving.html", {**facts, "errors": True}, status=422)
