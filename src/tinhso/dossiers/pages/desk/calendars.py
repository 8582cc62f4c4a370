"""Working calendars: a day or the hours corrected, with what would move before, and what did after."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.dossiers import jobs
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations import recounts
from tinhso.dossiers.pages.desk.calendar_forms import KINDS, WEEK, DayForm, HoursForm, written
from tinhso.dossiers.pages.desk.visiting import visit
from tinhso.dossiers.queries import desks
from tinhso.dossiers.queries import recounts as reading
from tinhso.foundation import access, worktime
from tinhso.foundation.errors import Invalid, NotAllowed, NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import CalendarRef
from tinhso.identity import api as identity

CALENDARS = "/can-bo/lich/"
BEHIND = timedelta(days=120)
NAMES = dict(KINDS)
DAY, HOURS = "ngay", "gio"


@never_cache
@access.officer("dossiers.recount")
@require_safe
def calendars(request: HttpRequest) -> HttpResponse:
    """Which calendars there are, and the latest corrections."""
    lines = worktime.calendars()
    names = {line.code: line.name for line in lines}
    facts = {
        "title": _("Lịch làm việc"),
        "lines": [{"view": line, "above": names.get(line.parent, "")} for line in lines],
        "recounts": [_told(view) for view in reading.recounts()],
    }
    return render(request, "dossiers/desk/calendars.html", facts)


def _told(view: reading.RecountView) -> dict[str, object]:
    return {"view": view, "when": in_words(view.asked_at)}


@never_cache
@access.officer("dossiers.recount")
@require_safe
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """The days a calendar sets apart, its hours, and the ways to correct it."""
    _actor, at = visit(request)
    line = _line(code)
    week = _week(line, on=today(at))
    facts = {
        "title": line.name,
        "line": line,
        "days": [
            {
                "day": worktime.say_day(one.day),
                "kind": NAMES[one.kind.value],
                "hours": written(one.sessions),
                "view": one,
            }
            for one in worktime.set_days(CalendarRef(code), since=today(at - BEHIND))
        ],
        "week": [(name, written(week.get(number, ()))) for number, name in enumerate(WEEK)],
        "own_hours": bool(worktime.week(CalendarRef(code), on=today(at))),
        "recounts": [_told(view) for view in reading.recounts(calendar=code)],
    }
    return render(request, "dossiers/desk/calendar.html", facts)


@never_cache
@access.officer("dossiers.recount")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str, shape: str) -> HttpResponse:
    """Write a correction down, look at what it would move, then let it hold."""
    actor, at = visit(request)
    line = _line(code)
    form = _form(request, line, shape, at=at)
    looked = None
    if request.method == "POST" and form.is_valid():
        correction = form.correction(line)
        try:
            if request.POST.get("xac-nhan") == "1":
                with transaction.atomic():
                    asked = recounts.correct(correction, by=actor, at=at)
                    jobs.recount_promises.defer_at(at + recounts.SETTLES, {"recount_id": str(asked)})
                return HttpResponseRedirect(f"{CALENDARS}dieu-chinh/{asked}/")
            looked = recounts.preview(correction, by=actor, at=at)
        except Invalid as fault:
            form.add_error(None, fault.message)
    facts = {
        "title": _("Đặt riêng một ngày: %(name)s") % {"name": line.name}
        if shape == DAY
        else _("Đổi giờ làm việc: %(name)s") % {"name": line.name},
        "line": line,
        "form": form,
        "errors": bool(form.errors),
        "looked": looked,
        "examples": [
            {"code": code, "was": in_words(was), "becomes": in_words(becomes)}
            for code, was, becomes in (looked.examples if looked else ())
        ],
    }
    return render(request, "dossiers/desk/calendar_correct.html", facts, status=422 if form.errors else 200)


@never_cache
@access.officer()
@require_safe
def moved(request: HttpRequest, asked: UUID) -> HttpResponse:
    """Every promise a correction moved: all of them for who corrects calendars, else the agency's own."""
    actor, at = visit(request)
    view = reading.recount(asked)
    whole = identity.somewhere(actor, "dossiers.recount", at)
    if not whole and not identity.somewhere(actor, "dossiers.list", at):
        raise NotAllowed(_("Trang này của người xử lý hồ sơ và người sửa lịch."))
    agencies = None if whole else desks.desk_of(actor, at).agencies
    own = request.GET.get("cua-toi") == "1"
    mark = request.GET.get("sau", "")
    after = int(mark) if mark.isdecimal() and len(mark) < 19 else 0
    rows = reading.moved(asked, agencies=agencies, holder=actor.id if own else None, after=after)
    query = "cua-toi=1&" if own else ""
    facts = {
        "title": view.what,
        "view": view,
        "when": in_words(view.asked_at),
        "rows": [{"view": row, "was": in_words(row.was), "becomes": in_words(row.becomes)} for row in rows],
        "own": own,
        "whole": whole,
        "next": f"?{query}sau={rows[-1].id}" if len(rows) == reading.PAGE else "",
    }
    return render(request, "dossiers/desk/moved.html", facts)


def _line(code: str) -> worktime.CalendarLine:
    found = next((line for line in worktime.calendars() if line.code == code), None)
    if found is None:
        raise NotFound(_("Không có lịch này."))
    return found


def _week(line: worktime.CalendarLine, *, on: date) -> dict[int, worktime.Sessions]:
    """The hours that hold on a day: the calendar's own, else those of the nearest one above that has any."""
    above = {each.code: each.parent for each in worktime.calendars()}
    code = line.code
    while code:
        found = worktime.week(CalendarRef(code), on=on)
        if found:
            return found
        code = above.get(code, "")
    return {}


def _form(
    request: HttpRequest, line: worktime.CalendarLine, shape: str, *, at: datetime
) -> DayForm | HoursForm:
    if shape == DAY:
        return DayForm(request.POST or None)
    if shape == HOURS:
        return HoursForm(request.POST or None, week=_week(line, on=today(at)))
    raise NotFound(_("Không có trang này."))
