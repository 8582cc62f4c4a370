"""Appointments of a day beside the queue, booking for somebody who calls, and those who lost their time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tinhso.counter.appointment_contracts import (
    AlreadyBooked,
    Booker,
    BookingState,
    BookingView,
    NoSuchBooking,
    SlotTaken,
)
from tinhso.counter.contracts import OfficeView, Taken
from tinhso.counter.models import Booking, Service
from tinhso.counter.operations import bookings
from tinhso.counter.pages import words
from tinhso.counter.pages.desk.visiting import HOME, back, offices_seen, said, visit
from tinhso.counter.pages.public.choosing import free_times
from tinhso.counter.queries import bookings as booked
from tinhso.counter.queries import openings, places
from tinhso.foundation import access, ids, worktime
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.text import Unreadable
from tinhso.identity import api as identity

DAY_VIEW = f"{HOME}lich-hen/"
SHOWN = 6
DECADE = timedelta(days=3650)


@never_cache
@access.officer("counter.see_bookings")
@require_safe
def day_view(request: HttpRequest) -> HttpResponse:
    """Who comes when, for what, and to which windows."""
    actor, at = visit(request)
    offices = offices_seen(actor, at)
    if not offices:
        return render(request, "counter/desk/none.html", {"title": _("Lịch hẹn")})
    office = next((one for one in offices if one.slug == request.GET.get("noi")), offices[0])
    day = _day(request.GET.get("ngay", ""), at=at)
    rows = booked.of_day(office.id, day=day)
    letter = request.GET.get("viec", "")[:1]
    shown = [row for row in rows if letter in ("", row.service_letter)]
    _trace(actor, office, day, len(shown), at=at)
    windows = _windows(office)
    facts = {
        "title": _("Lịch hẹn"),
        "office": office,
        "offices": offices,
        "day": day,
        "day_words": worktime.say_day(day),
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1),
        "is_today": day == today(at),
        "services": _counted(rows),
        "letter": letter,
        "rows": [_row(row, windows, day=day, at=at) for row in shown],
        "displaced": len(booked.displaced([one.id for one in offices])),
        **said(request),
    }
    return render(request, "counter/desk/appointments.html", facts)


@never_cache
@access.officer("counter.see_bookings")
@require_safe
def displaced(request: HttpRequest) -> HttpResponse:
    """Those who lost their time to a closed day and have not chosen another."""
    actor, at = visit(request)
    offices = offices_seen(actor, at)
    rows = booked.displaced([one.id for one in offices])
    for office in offices:
        _trace(actor, office, None, sum(row.office == office.id for row in rows), at=at)
    facts = {
        "title": _("Lịch hẹn phải đổi giờ"),
        "rows": [{"booking": row, "was": _when(row)} for row in rows],
    }
    return render(request, "counter/desk/displaced.html", facts)


@never_cache
@access.officer("counter.book")
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """Book for somebody who calls; with `doi`, another time for a booking there is."""
    actor, at = visit(request)
    offered = _offered(actor, at)
    moved = _moved(request, actor, at)
    if not offered:
        return render(request, "counter/desk/none.html", {"title": _("Đặt lịch hẹn giúp")})
    asked = request.POST.get("viec", "") or request.GET.get("viec", "")
    service = moved.service if moved else next((one for one in offered if str(one.id) == asked), offered[0])
    given = openings.times(service, at=at)
    free = [day for day, slots in given.items() if any(slot.free for slot in slots)]
    day = _day(request.POST.get("ngay", "") or request.GET.get("ngay", ""), at=at)
    day = day if day in free or not free else free[0]
    facts: dict[str, Any] = {
        "title": _("Đổi giờ hẹn") if moved else _("Đặt lịch hẹn giúp"),
        "services": offered,
        "service": service,
        "moved": moved,
        "moved_when": words.day_and_clock(moved.starts_at) if moved else "",
        "days": [{"value": one.isoformat(), "text": worktime.say_day(one)} for one in free],
        "day": day.isoformat(),
        "times": _radios(service, day, at=at),
        "given": {name: request.POST.get(name, "")[:120] for name in ("gio", "ten", "so")},
        "faults": {},
    }
    if request.method != "POST":
        return render(request, "counter/desk/book.html", facts)
    try:
        booking = _book(service, moved, facts["given"], by=actor, at=at)
    except (Invalid, SlotTaken, AlreadyBooked) as fault:
        facts["faults"] = (fault.faults if isinstance(fault, Invalid) else {}) or {"gio": fault.message}
        facts |= {
            "errors": True,
            "links": [{"text": v, "href": f"#{k}"} for k, v in facts["faults"].items()],
        }
        return render(request, "counter/desk/book.html", facts, status=fault.status)
    done = _("Đã hẹn %(when)s, mã %(code)s.") % {
        "when": words.day_and_clock(booking.starts_at),
        "code": str(booking),
    }
    return _to_day(request, booking, done=done)


def _book(
    service: Service, moved: Booking | None, given: dict[str, str], *, by: ActorRef, at: datetime
) -> Booking:
    try:
        starts_at = datetime.fromisoformat(given["gio"])
    except ValueError:
        fault = _("Hãy chọn giờ hẹn.")
        raise Invalid(fault, faults={"gio": fault}) from None
    if moved is not None:
        bookings.change(booking_id=moved.id, starts_at=starts_at, by=by, at=at)
        moved.refresh_from_db()
        return moved
    if not given["so"].strip():
        fault = _("Hãy ghi số điện thoại của người hẹn.")
        raise Invalid(fault, faults={"so": fault})
    try:
        who = Booker(name=given["ten"].strip(), phone=given["so"].strip())
        return bookings.book(service_id=service.id, starts_at=starts_at, who=who, by=by, at=at)
    except Unreadable as unreadable:
        raise Invalid(unreadable.message, faults={"so": unreadable.message}) from None


@never_cache
@access.officer("counter.check_in")
@require_POST
def check_in(request: HttpRequest, booking: UUID) -> HttpResponse:
    """The person stands at the counter: they get their number."""
    actor, at = visit(request)
    row = _row_of(booking)
    try:
        ticket = bookings.check_in(booking_id=booking, taken=Taken.APPOINTMENT, by=actor, at=at)
    except Unable as fault:
        if fault.status == 403:
            raise
        return _to_day(request, row, fault=fault.message)
    return _to_day(request, row, done=_("Đã nhận, số %(number)s.") % {"number": str(ticket)})


@never_cache
@access.officer("counter.cancel")
@require_POST
def cancel(request: HttpRequest, booking: UUID) -> HttpResponse:
    """Cancel, with the reason the person reads."""
    actor, at = visit(request)
    row = _row_of(booking)
    reason = request.POST.get("vi-sao", "")[:300]
    try:
        bookings.cancel(booking_id=booking, reason=reason, by=actor, at=at)
    except Unable as fault:
        if fault.status == 403:
            raise
        return _to_day(request, row, fault=fault.message)
    return _to_day(request, row, done=_("Đã huỷ lịch hẹn %(code)s và báo người hẹn.") % {"code": str(row)})


def coming(office: OfficeView, *, at: datetime) -> list[dict[str, Any]]:
    """The next appointments of today, for the queue's page. Two queries."""
    rows = booked.of_day(office.id, day=today(at))
    open_ones = [row for row in rows if row.state is BookingState.BOOKED]
    return [{"booking": row, "clock": words.clock(row.starts_at)} for row in open_ones[:SHOWN]]


def _offered(actor: ActorRef, at: datetime) -> list[Service]:
    """The services of one's offices that give out appointments."""
    found: list[Service] = []
    for office in offices_seen(actor, at):
        for services in openings.offered(on=today(at), office=office.id).values():
            found += services
    return found


def _moved(request: HttpRequest, actor: ActorRef, at: datetime) -> Booking | None:
    """The booking that gets another time, when the officer sees its office."""
    id = ids.read(request.POST.get("doi", "") or request.GET.get("doi", ""))
    if id is None:
        return None
    row = _row_of(id)
    if row.office_id not in {one.id for one in offices_seen(actor, at)}:
        raise NoSuchBooking(_("Không có lịch hẹn này."))
    return row


def _radios(service: Service, day: date, *, at: datetime) -> list[dict[str, Any]]:
    return [
        {"value": one["moment"], "text": one["clock"]}
        for _name, slots in free_times(service, day, at=at)["parts"]
        for one in slots
    ]


def _row_of(booking: UUID) -> Booking:
    found = Booking.objects.select_related("office", "service__office").filter(id=booking).first()
    if found is None:
        raise NoSuchBooking(_("Không có lịch hẹn này."))
    return found


def _row(row: BookingView, windows: dict[UUID, list[int]], *, day: date, at: datetime) -> dict[str, Any]:
    return {
        "booking": row,
        "clock": f"{local(row.starts_at):%H:%M}–{local(row.ends_at):%H:%M}",
        "windows": ", ".join(str(number) for number in windows.get(row.service, [])),
        "tag": f"govuk-tag--{row.state.colour}",
        "may_arrive": row.state is BookingState.BOOKED and day == today(at),
        "is_open": row.state.is_open,
    }


def _counted(rows: tuple[BookingView, ...]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        line = found.setdefault(
            row.service_letter, {"letter": row.service_letter, "name": row.service_name, "count": 0}
        )
        line["count"] += 1
    return [found[letter] for letter in sorted(found)]


def _windows(office: OfficeView) -> dict[UUID, list[int]]:
    found: dict[UUID, list[int]] = defaultdict(list)
    for window in places.windows(office.id):
        for service in window.services:
            found[service].append(window.number)
    return found


def _when(row: BookingView) -> str:
    return words.day_and_clock(row.starts_at)


def _trace(actor: ActorRef, office: OfficeView, day: date | None, count: int, *, at: datetime) -> None:
    """Leave a trace of names and phones that were shown."""
    if count:
        query = f"{office.slug} {day.isoformat() if day else 'phai-doi'}"
        identity.look_at_list(actor, query=query, count=count, purpose=_("Xem lịch hẹn của cơ quan"), at=at)


def _day(typed: str, *, at: datetime) -> date:
    now = today(at)
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return now
    return found if abs(found - now) < DECADE else now


def _to_day(request: HttpRequest, booking: Booking, *, fault: str = "", done: str = "") -> HttpResponse:
    asked = {"noi": booking.office.slug, "ngay": f"{local(booking.starts_at):%Y-%m-%d}"}
    return back(request, f"{DAY_VIEW}?{urlencode(asked)}", fault=fault, done=done)
