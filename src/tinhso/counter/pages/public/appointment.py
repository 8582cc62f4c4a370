"""One's own appointment: receipt with QR code, another time, giving it back, saying that one is there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.counter import calendar_file
from tinhso.counter.appointment_contracts import (
    BookingState,
    SlotTaken,
    TooEarly,
    TooLate,
    TooManyBookings,
)
from tinhso.counter.appointment_notices import in_words
from tinhso.counter.contracts import NotAtTheDoor
from tinhso.counter.models import Booking
from tinhso.counter.operations import bookings
from tinhso.counter.pages.public.choosing import ROOT, free_days, free_times
from tinhso.counter.queries import bookings as booked
from tinhso.counter.queries import openings
from tinhso.foundation import access, moments, paper, worktime
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import SYSTEM

HERS = "who holds the appointment's address may change it; the page names no person"
OFFERED = 3


@never_cache
@access.anyone(reason=HERS)
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """How it stands. A POST takes another time (`gio`), or says with the door's code that one is there."""
    booking, at = booked.booking_of(token), moments.now()
    fault: Unable | None = None
    if request.method == "POST":
        try:
            return _done(request, booking, at=at)
        except (SlotTaken, TooEarly, TooLate, TooManyBookings, NotAtTheDoor) as refusal:
            fault = refusal
            booking = booked.booking_of(token)
    return render(
        request,
        "counter/public/appointment.html",
        _facts(request, booking, fault, at=at),
        status=fault.status if fault else 200,
    )


def _done(request: HttpRequest, booking: Booking, *, at: datetime) -> HttpResponse:
    if "gio" in request.POST:
        bookings.change(booking_id=booking.id, starts_at=_moment(request.POST["gio"]), at=at)
        return HttpResponseRedirect(f"/lich-hen/{booking.token}/?da-doi=1")
    ticket = bookings.check_in_by_phone(booking_id=booking.id, typed=request.POST.get("ma", "")[:20], at=at)
    return HttpResponseRedirect(f"/so/{ticket.token}/")


def _facts(request: HttpRequest, booking: Booking, fault: Unable | None, *, at: datetime) -> dict[str, Any]:
    state = BookingState(booking.state)
    headings = {
        BookingState.BOOKED: _("Lịch hẹn của ông/bà"),
        BookingState.DISPLACED: _("Ông/bà cần chọn giờ khác"),
        BookingState.ARRIVED: _("Ông/bà đã đến"),
        BookingState.ABSENT: _("Lịch hẹn đã qua"),
        BookingState.CANCELLED: _("Lịch hẹn đã huỷ"),
    }
    displaced = state is BookingState.DISPLACED
    return {
        "title": headings[state],
        "booking": booking,
        "address": f"/lich-hen/{booking.token}/",
        "rows": _rows(booking),
        "done": _done_words(request) if not fault else "",
        "state": state,
        "qr": paper.qr(f"{settings.ORIGIN}/lich-hen/{booking.token}/", fluid=True) if state.is_open else "",
        "offers": _offers(booking, at=at) if displaced else [],
        "may_change": state.is_open and _may_change(booking, at=at),
        "is_open": state.is_open,
        "comes": state is BookingState.BOOKED and today(booking.starts_at) == today(at),
        "ma": request.POST.get("ma", ""),
        "fault": fault.message if fault else "",
        "links": [{"text": fault.message, "href": "#gio" if isinstance(fault, SlotTaken) else "#ma"}]
        if fault
        else [],
        "errors": fault is not None,
        "book_again": f"{ROOT}{booking.office.slug}/{booking.service.letter}/",
    }


def _rows(booking: Booking) -> list[dict[str, Any]]:
    told = [
        (_("Giờ hẹn"), in_words(booking.starts_at)),
        (_("Nơi đến"), booking.office.name),
        (_("Việc"), booking.service.name),
        (_("Mã hẹn"), str(booking)),
    ]
    if booking.reason:
        told.append((_("Lý do"), booking.reason))
    return [{"key": {"text": key}, "value": {"text": value}} for key, value in told]


def _done_words(request: HttpRequest) -> str:
    if "da-doi" in request.GET:
        return _("Đã đổi giờ hẹn. Mã hẹn giữ nguyên.")
    if "da-co" in request.GET:
        return _("Ông/bà đã có lịch hẹn cho việc này. Muốn giờ khác, hãy đổi giờ ở đây.")
    return ""


def _offers(booking: Booking, *, at: datetime) -> list[dict[str, str]]:
    """The next free times that could still be changed once taken."""
    since = at + timedelta(minutes=booking.opening.cancel_minutes)
    return [
        {"moment": local(slot.starts_at).isoformat(timespec="minutes"), "text": in_words(slot.starts_at)}
        for slot in openings.next_free(booking.service, at=since, most=OFFERED)
    ]


def _may_change(booking: Booking, *, at: datetime) -> bool:
    try:
        bookings.refuse_late(booking, by=SYSTEM, at=at)
    except TooLate:
        return False
    return True


def _moment(typed: str) -> datetime:
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Invalid(_("Không đọc được giờ đã chọn. Hãy chọn lại."))
    return found


@never_cache
@access.anyone(reason=HERS)
@require_safe
def other_day(request: HttpRequest, token: str) -> HttpResponse:
    """Another time: the days."""
    booking, at = booked.booking_of(token), moments.now()
    root = f"/lich-hen/{token}/doi/"
    facts = {
        "title": _("Đổi sang ngày nào?"),
        "service": booking.service,
        "office": booking.office,
        "back": f"/lich-hen/{token}/",
        **free_days(booking.service, root=root, at=at),
    }
    return render(request, "counter/public/days.html", facts)


@never_cache
@access.anyone(reason=HERS)
@require_safe
def other_time(request: HttpRequest, token: str, day: date) -> HttpResponse:
    """Another time: the times of a day; one touch takes it."""
    booking, at = booked.booking_of(token), moments.now()
    facts = {
        "title": _("Đổi sang mấy giờ %(day)s?") % {"day": worktime.say_day(day)},
        "service": booking.service,
        "office": booking.office,
        "back": f"/lich-hen/{token}/doi/",
        **free_times(booking.service, day, at=at),
        "post": f"/lich-hen/{token}/",
    }
    return render(request, "counter/public/times.html", facts)


@never_cache
@access.anyone(reason=HERS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Give the time back, after one question."""
    booking = booked.booking_of(token)
    if request.method == "POST":
        bookings.cancel(booking_id=booking.id, at=moments.now())
        return HttpResponseRedirect(f"/lich-hen/{token}/")
    facts = {
        "title": _("Huỷ lịch hẹn này?"),
        "rows": _rows(booking),
        "back": f"/lich-hen/{token}/",
    }
    return render(request, "counter/public/cancel.html", facts)


@never_cache
@access.anyone(reason=HERS)
@require_safe
def file(request: HttpRequest, token: str) -> HttpResponse:
    """The appointment for the calendar of a phone."""
    answer = HttpResponse(
        calendar_file.written(booked.booking_of(token), at=moments.now()),
        content_type="text/calendar; charset=utf-8",
    )
    answer["Content-Disposition"] = 'attachment; filename="lich-hen.ics"'
    return answer
