"""Booking the chosen time: one touch for who is signed in, else a phone number and a one-time code."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tinhso.counter.appointment_contracts import (
    AlreadyBooked,
    Booker,
    NoSuchBooking,
    SlotTaken,
    TooManyBookings,
    WrongCode,
)
from tinhso.counter.appointment_notices import in_words
from tinhso.counter.models import Booking, PhoneCheck, Service
from tinhso.counter.operations import bookings, phone_checks
from tinhso.counter.pages.public.choosing import ROOT, moment_of, service_of
from tinhso.foundation import access, moments
from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.moments import local
from tinhso.foundation.refs import ActorKind
from tinhso.foundation.text import mask
from tinhso.identity import api as identity
from tinhso.notify import api as notify

HERS = "a phone shows itself by a one-time code before it books; limited per phone and address"


@never_cache
@access.anyone(reason=HERS)
@require_http_methods(["GET", "HEAD", "POST"])
def who(request: HttpRequest, slug: str, letter: str, day: date, clock: str) -> HttpResponse:
    """Who comes. Signed in, or with a phone that has shown itself, one touch books."""
    at, service, starts_at = moments.now(), service_of(slug, letter), moment_of(day, clock)
    actor = identity.actor_of(request)
    person = identity.person(actor.id) if actor.kind is ActorKind.PERSON and actor.id else None
    check = _confirmed(request, service, at=at)
    facts: dict[str, Any] = {
        "title": _("Xem lại rồi đặt lịch hẹn") if person or check else _("Ai đến theo lịch hẹn?"),
        "service": service,
        "office": service.office,
        "when": in_words(starts_at),
        "back": f"{ROOT}{slug}/{letter}/{day.isoformat()}/",
        "known": person.full_name if person else phone_checks.booker(check).name if check else "",
        "sign_in": f"/dang-nhap/?{urlencode({'tiep': request.path})}",
        "by_phone": notify.Channel.SMS in notify.offered(),
        "name": request.POST.get("ten", "")[:120],
        "phone": request.POST.get("so", "")[:30],
        "faults": {},
    }
    if request.method != "POST":
        return render(request, "counter/public/who.html", facts)
    try:
        if person:
            booker = Booker(
                person.full_name, person.phone, person.email, person=person.id, language=_language()
            )
            booking = bookings.book(service_id=service.id, starts_at=starts_at, who=booker, by=actor, at=at)
            return _to(booking)
        if check:
            return _to(phone_checks.book(token=check.token, starts_at=starts_at, at=at))
        wish = phone_checks.Wish(service.id, starts_at, facts["name"], facts["phone"], _language())
        token = phone_checks.ask(wish, address=str(request.META.get("REMOTE_ADDR", "")), at=at)
        return HttpResponseRedirect(f"{ROOT}ma/{token}/")
    except (SlotTaken, AlreadyBooked) as other:
        return _elsewhere(other, service, starts_at, check)
    except (Invalid, TooManyBookings) as fault:
        return _again(request, "who", facts, fault, field="so")


@never_cache
@access.anyone(reason=HERS)
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, token: str) -> HttpResponse:
    """The code that came by message; the right one books."""
    at = moments.now()
    check = phone_checks.check_of(token, at=at)
    service = check.service
    facts: dict[str, Any] = {
        "title": _("Nhập mã trong tin nhắn"),
        "service": service,
        "office": service.office,
        "when": in_words(check.starts_at),
        "phone": mask(phone_checks.booker(check).phone),
        "back": f"{_times(service, check.starts_at)}{local(check.starts_at):%H%M}/",
        "faults": {},
    }
    if request.method != "POST":
        return render(request, "counter/public/code.html", facts)
    try:
        check = phone_checks.confirm(token=token, typed=request.POST.get("ma", "")[:20], at=at)
        return _to(phone_checks.book(token=token, at=at))
    except (SlotTaken, AlreadyBooked) as other:
        return _elsewhere(other, service, check.starts_at, check)
    except (WrongCode, TooManyBookings) as fault:
        return _again(request, "code", facts, fault, field="ma")


def _confirmed(request: HttpRequest, service: Service, *, at: datetime) -> PhoneCheck | None:
    """The phone that has shown itself a moment ago for this service, when one came here from a time that was
    gone.
    """
    token = request.GET.get("ma", "")
    try:
        found = phone_checks.check_of(token, at=at) if token else None
    except NoSuchBooking:
        return None
    return found if found and found.confirmed_at and found.service_id == service.id else None


def _to(booking: Booking) -> HttpResponse:
    return HttpResponseRedirect(f"/lich-hen/{booking.token}/")


def _times(service: Service, starts_at: datetime) -> str:
    return f"{ROOT}{service.office.slug}/{service.letter}/{local(starts_at):%Y-%m-%d}/"


def _elsewhere(
    fault: SlotTaken | AlreadyBooked, service: Service, starts_at: datetime, check: PhoneCheck | None
) -> HttpResponse:
    """A time that is gone leads to the day's others, a second booking to the first."""
    if isinstance(fault, AlreadyBooked):
        if not fault.token:
            raise fault
        return HttpResponseRedirect(f"/lich-hen/{fault.token}/?da-co=1")
    asked = {"het-cho": "1"} | ({"ma": check.token} if check else {})
    return HttpResponseRedirect(f"{_times(service, starts_at)}?{urlencode(asked)}")


def _again(
    request: HttpRequest, page: str, facts: dict[str, Any], fault: Unable, *, field: str
) -> HttpResponse:
    faults = fault.faults if isinstance(fault, Invalid) and fault.faults else {field: fault.message}
    facts |= {
        "faults": faults,
        "errors": True,
        "links": [{"text": words, "href": f"#{name}"} for name, words in faults.items()],
    }
    return render(request, f"counter/public/{page}.html", facts, status=fault.status)


def _language() -> str:
    spoken = get_language() or ""
    return "" if spoken == "vi" else spoken
