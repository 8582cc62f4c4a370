"""Choosing an appointment: office, service, day, time; each on a plain page of its own, by links alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.counter.appointment_contracts import Slot
from tinhso.counter.contracts import NoSuchOffice
from tinhso.counter.models import Service
from tinhso.counter.queries import openings, places
from tinhso.foundation import access, moments, worktime
from tinhso.foundation.moments import LOCAL, local, today
from tinhso.foundation.text import fold
from tinhso.procedures import api as procedures

ROOT = "/dat-lich/"
OPEN = "which times are free is public, as on a door; no person is named"
SEARCH_FROM = 8
NOON = time(12)
FARTHEST = timedelta(days=366)


@never_cache
@access.anyone(reason=OPEN)
@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """The offices that give out appointments, all or for one procedure."""
    at = moments.now()
    procedure, sector = _procedure(request, at=at)
    found = openings.offered(on=today(at), sector=sector)
    q = request.GET.get("q", "")[:100].strip()
    facts = {
        "title": _("Đặt lịch hẹn"),
        "procedure": procedure,
        "q": q,
        "code": request.GET.get("thu-tuc", "")[:60],
        "searchable": len(found) >= SEARCH_FROM,
        "offices": [
            {"href": f"{ROOT}{office.slug}/{_kept(request)}", "text": office.name}
            for office in found
            if fold(q) in fold(office.name)
        ],
    }
    return render(request, "counter/public/offices.html", facts)


@never_cache
@access.anyone(reason=OPEN)
@require_safe
def services(request: HttpRequest, slug: str) -> HttpResponse:
    """What one can come for; a single one is taken at once."""
    at, office = moments.now(), places.office_row(slug)
    _found, sector = _procedure(request, at=at)
    offered = openings.offered(on=today(at), office=office.id, sector=sector).get(office, [])
    if len(offered) == 1:
        return HttpResponseRedirect(f"{ROOT}{slug}/{offered[0].letter}/")
    facts = {
        "title": _("Ông/bà đến làm việc gì?"),
        "office": office,
        "back": f"{ROOT}{_kept(request)}",
        "services": [{"href": f"{ROOT}{slug}/{one.letter}/", "text": one.name} for one in offered],
    }
    return render(request, "counter/public/services.html", facts)


@never_cache
@access.anyone(reason=OPEN)
@require_safe
def days(request: HttpRequest, slug: str, letter: str) -> HttpResponse:
    """The days with free times."""
    service, at = service_of(slug, letter), moments.now()
    facts = {
        "title": _("Chọn ngày đến"),
        "service": service,
        "office": service.office,
        "back": f"{ROOT}{slug}/",
        **free_days(service, root=f"{ROOT}{slug}/{letter}/", keep=_check(request), at=at),
    }
    return render(request, "counter/public/days.html", facts)


@never_cache
@access.anyone(reason=OPEN)
@require_safe
def times(request: HttpRequest, slug: str, letter: str, day: date) -> HttpResponse:
    """The free times of a day."""
    service, at = service_of(slug, letter), moments.now()
    root, keep = f"{ROOT}{slug}/{letter}/", _check(request)
    facts = {
        "title": _("Chọn giờ đến %(day)s") % {"day": worktime.say_day(day)},
        "service": service,
        "office": service.office,
        "back": f"{root}{keep}",
        "taken": "het-cho" in request.GET,
        **free_times(service, day, at=at),
        "root": f"{root}{day.isoformat()}/",
        "keep": keep,
    }
    return render(request, "counter/public/times.html", facts)


def way(code: str, at: datetime) -> procedures.Way | None:
    """The button on a procedure's page, when some office gives out appointments for its field."""
    line = next(iter(procedures.by_codes([code], at=at)), None)
    if line is None or not openings.offered(on=today(at), sector=line.sector_slug):
        return None
    return procedures.Way(_("Đặt lịch hẹn"), f"{ROOT}?{urlencode({'thu-tuc': code})}")


def service_of(slug: str, letter: str) -> Service:
    """The service of an address. Raises NoSuchOffice."""
    found = (
        Service.objects.select_related("office").filter(office__slug=slug, letter=letter, open=True).first()
    )
    if found is None:
        raise NoSuchOffice(_("Việc này không đặt hẹn ở đây. Hãy chọn lại từ trang đặt lịch hẹn."))
    return found


def free_days(service: Service, *, root: str, keep: str = "", at: datetime) -> dict[str, Any]:
    """The days that give out times, full ones without an address."""
    given = openings.times(service, at=at)
    return {
        "days": [
            {"text": worktime.say_day(day), "free": free, "href": f"{root}{day.isoformat()}/{keep}"}
            for day, slots in given.items()
            for free in [sum(slot.free for slot in slots)]
        ]
    }


def free_times(service: Service, day: date, *, at: datetime) -> dict[str, Any]:
    """The free times of a day, before noon and after."""
    given = openings.times(service, at=at, on=day).get(day, ())
    free = [slot for slot in given if slot.free]
    morning = [slot for slot in free if local(slot.starts_at).time() < NOON]
    parts = ((_("Buổi sáng"), morning), (_("Buổi chiều"), free[len(morning) :]))
    return {"parts": [(name, _clocks(slots)) for name, slots in parts if slots]}


def _clocks(slots: Sequence[Slot]) -> list[Mapping[str, Any]]:
    return [
        {
            "clock": f"{local(slot.starts_at):%H:%M}",
            "short": f"{local(slot.starts_at):%H%M}",
            "moment": local(slot.starts_at).isoformat(timespec="minutes"),
            "free": slot.free,
        }
        for slot in slots
    ]


def moment_of(day: date, clock: str) -> datetime:
    """The moment of "0730" on a day no farther than a year from now. Raises NoSuchOffice."""
    try:
        if abs(day - today(moments.now())) > FARTHEST:
            raise ValueError("no day that anybody gives out")
        return datetime.combine(day, time(int(clock[:2]), int(clock[2:])), tzinfo=LOCAL)
    except ValueError:
        raise NoSuchOffice(_("Không có giờ này. Hãy chọn lại ngày và giờ.")) from None


def _procedure(request: HttpRequest, *, at: datetime) -> tuple[str, str]:
    """The short name and the field of the procedure one came from; empty without one."""
    code = request.GET.get("thu-tuc", "")[:60]
    line = next(iter(procedures.by_codes([code], at=at)), None) if code else None
    return (line.short_name or line.name, line.sector_slug) if line else ("", "")


def _kept(request: HttpRequest) -> str:
    code = request.GET.get("thu-tuc", "")[:60]
    return f"?{urlencode({'thu-tuc': code})}" if code else ""


def _check(request: HttpRequest) -> str:
    """The phone that has shown itself goes along to the next choice."""
    token = request.GET.get("ma", "")[:60]
    return f"?{urlencode({'ma': token})}" if token else ""
