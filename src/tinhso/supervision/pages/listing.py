"""The dossiers behind a figure: by keyset, with where the time of each went. No applicant is named here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, ids, moments, worktime
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorRef
from tinhso.identity import api as identity
from tinhso.supervision.pages.asking import HAPPENED, LIST, LYING, NOBODY, PLACE, REPORTED, Asked, asked_of
from tinhso.supervision.pages.overview import ENDS, FLOWS, STANDS
from tinhso.supervision.queries.reach import reach
from tinhso.supervision.queries.reports import counted_days, subject

PAGE = 50
COLUMNS = ("han", "ma", "thu-tuc", "buoc", "giu", "don-vi", "nhan")
FIGURES = {
    dossiers.Figure.ONLINE: gettext_noop("Tiếp nhận trực tuyến"),
    dossiers.Figure.DIRECT: gettext_noop("Tiếp nhận trực tiếp, bưu chính"),
    dossiers.Figure.CARRIED: gettext_noop("Từ kỳ trước"),
    dossiers.Figure.EARLY: gettext_noop("Giải quyết trước hạn"),
    dossiers.Figure.ON_TIME: gettext_noop("Giải quyết đúng hạn"),
    dossiers.Figure.LATE: gettext_noop("Giải quyết quá hạn"),
    dossiers.Figure.IN_TIME: gettext_noop("Đang giải quyết, trong hạn"),
    dossiers.Figure.OVERDUE: gettext_noop("Đang giải quyết, quá hạn"),
}
MOST_STAYS = 4


@dataclass(frozen=True, slots=True)
class Told:
    """A line with the words that say where its time went."""

    line: dossiers.Line
    went: tuple[str, ...]


@never_cache
@access.officer("supervision.watch")
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """One page of what a figure counted. Raises NotFound for a figure that is none, or of no one agency."""
    actor, at = identity.actor_of(request), moments.now()
    asked = asked_of(request.GET, reach(actor, at), at=at)
    narrow, label = behind(request.GET, asked, at=at)
    found = dossiers.page(narrow, limit=PAGE, after=request.GET.get("sau", ""))
    identity.look_at_list(
        actor,
        query=request.GET.urlencode()[:200],
        count=len(found.rows),
        purpose=asked.reach.because or _("Theo dõi giải quyết hồ sơ"),
        at=at,
    )
    here = {name: request.GET[name] for name in ("muc", "buoc", "giu") if name in request.GET}
    facts = {
        "title": label,
        "about": about(asked, here),
        "back": asked.href(PLACE),
        "lines": _told(found.rows, asked, at=at),
        "columns": COLUMNS,
        "next": asked.href(LIST, **here, sau=found.after) if found.after else "",
        "export": f"/can-bo/xuat/moi/?nguon=supervision.list&{urlencode(asked.pairs | here)}",
        "first": asked.href(LIST, **here) if request.GET.get("sau") else "",
        "apologise": _apologise(actor, asked, here, at=at),
    }
    return render(request, "supervision/listing.html", facts)


def _apologise(actor: ActorRef, asked: Asked, here: Mapping[str, str], *, at: datetime) -> str:
    """Where letters of apology for late dossiers are written in one act; empty for who may not write them.

    The address is that of the desk's own list of the same dossiers. Two queries at most.
    """
    if here.get("muc") != dossiers.Standing.LATE or asked.agency is None:
        return ""
    if not identity.allowed(actor, ["dossiers.apologise"], subject(asked.agency, at=at), at):
        return ""
    chosen = {"xem": "co-quan", "han": "tre", **asked.pairs, **here}
    for word in ("muc", "ky", "co-quan"):
        chosen.pop(word, None)
    return f"/can-bo/ho-so/xin-loi-hang-loat/?{urlencode(chosen)}"


def behind(given: QueryDict, asked: Asked, *, at: datetime) -> tuple[dossiers.Filter, str]:
    """What a figure counted, and its words. Raises NotFound for no figure, or of no one agency."""
    word = given.get("muc", "")
    if asked.agency is None:
        raise NotFound(_("Hãy chọn một cơ quan rồi mở danh sách."))
    holder = given.get("giu", "")
    lying = word.startswith(LYING) and asked.unit is not None
    word = word.removeprefix(LYING) if lying else word
    part = dossiers.Part(
        agency=None if lying else asked.agency,
        units=(asked.unit,) if asked.unit else (),
        versions=asked.versions(),
        step_name=given.get("buoc", "")[:200],
        holder=ids.read(holder),
        untaken=holder == NOBODY,
    )
    if word in frozenset(dossiers.Standing):
        kind = dossiers.Standing(word)
        also = {
            dossiers.Standing.UNANSWERED: _("Quá hạn trả lời tiếp nhận"),
            dossiers.Standing.PASSED: _("Đang dừng, hạn cũ đã qua"),
        }
        return dossiers.open_behind(kind, part, at=at), also.get(kind) or _(STANDS[kind])
    if word.startswith(REPORTED):
        return _reported(word.removeprefix(REPORTED), part, asked, at=at)
    words = {f"{HAPPENED}{measure.value}": measure for measure in (*FLOWS, *ENDS)}
    if word not in words:
        raise NotFound(_("Không có số liệu nào ở địa chỉ này. Hãy mở lại từ trang theo dõi."))
    measure = words[word]
    filters = dossiers.flow_behind([measure], part, since=asked.period.since, until=asked.period.until)
    return filters, f"{_((FLOWS | ENDS)[measure])}: {asked.period.label}"


def _reported(word: str, part: dossiers.Part, asked: Asked, *, at: datetime) -> tuple[dossiers.Filter, str]:
    """What a column of a report counted, by the figures it adds up."""
    try:
        figures = [dossiers.Figure(each) for each in word.split(".")]
        since, until = counted_days(asked.period, at=at)
        found = dossiers.balance_behind(figures, part, since=since, until=until)
    except ValueError:
        raise NotFound(_("Không có số liệu nào ở địa chỉ này. Hãy mở lại từ trang báo cáo.")) from None
    names = " + ".join(_(FIGURES[figure]) for figure in figures)
    return found, f"{names}: {asked.period.label}"


def about(asked: Asked, here: Mapping[str, str]) -> str:
    """Whose dossiers these are, in words. One query at most."""
    places = [asked.reach.agencies[asked.agency]] if asked.agency else []
    if asked.unit:
        places.append(directory.names([asked.unit]).get(asked.unit, ""))
    if step := here.get("buoc"):
        places.append(_("bước “%(step)s”") % {"step": step})
    if here.get("giu") == NOBODY:
        places.append(_("chưa ai giữ"))
    elif holder := ids.read(here.get("giu", "")):
        places.append(identity.names([holder]).get(holder, ""))
    return " · ".join(place for place in places if place)


def _told(rows: tuple[dossiers.DossierRow, ...], asked: Asked, *, at: datetime) -> list[Told]:
    pasts = dossiers.pasts([row.id for row in rows])
    calendars: dict[UUID, worktime.Calendar] = {}
    told = []
    for line in dossiers.lines(rows, at=at):
        agency = line.row.agency
        if agency not in calendars:
            calendars[agency] = directory.working_calendar(agency, today(at))
        told.append(Told(line, _went(pasts[line.row.id], calendars[agency], at=line.row.finished_at or at)))
    return told


def _went(past: dossiers.Past, calendar: worktime.Calendar, *, at: datetime) -> tuple[str, ...]:
    """The longest stays in order, and how long the clock stood, in working time."""
    spent = [(each, worktime.working_minutes(each.began, each.ended or at, calendar)) for each in past.stays]
    longest = sorted(spent, key=lambda one: -one[1])[:MOST_STAYS]
    said = [
        _("%(step)s, %(who)s: %(time)s")
        % {"step": stay.title, "who": stay.who or _("chưa ai giữ"), "time": _said(minutes, calendar)}
        for stay, minutes in spent
        if (stay, minutes) in longest
    ]
    stood = sum(worktime.working_minutes(began, ended or at, calendar) for began, ended in past.stood)
    if past.stood:
        said.append(_("đồng hồ dừng %(time)s") % {"time": _said(stood, calendar)})
    return tuple(said)


def _said(minutes: int, calendar: worktime.Calendar) -> str:
    """Working time in words: minutes, hours, or days of the calendar's length."""
    day = max(60, calendar.day_minutes)
    if minutes < 60:
        return _("%(number)d phút") % {"number": minutes}
    if minutes < day:
        return _("%(number)d giờ") % {"number": minutes // 60}
    return _("%(number)d ngày làm việc") % {"number": minutes // day}
