"""Stored calendars: read whole, turned into pure ones, kept until someone changes them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.foundation import acts, ids, legal, transactions
from tinhso.foundation.errors import Invalid
from tinhso.foundation.refs import SYSTEM, ActorRef, CalendarRef
from tinhso.foundation.remembered import Remembered
from tinhso.foundation.worktime.calendars import Calendar, DayKind, Hours, Override, Sessions, build
from tinhso.foundation.worktime.contracts import UnknownCalendar
from tinhso.foundation.worktime.models import CalendarDay, CalendarHours, WorkCalendar
from tinhso.foundation.worktime.national import national_days

NATIONAL = CalendarRef("vn")
FIRST_YEAR, LAST_YEAR = 2015, 2045
KEPT_BUILT = 400

KEEP = acts.declare("foundation.keep_calendar", "Lập lịch làm việc", subject="calendar")
SET_HOURS = acts.declare("foundation.set_calendar_hours", "Đặt giờ làm việc", subject="calendar")
SET_DAY = acts.declare("foundation.set_calendar_day", "Đặt ngày nghỉ, ngày làm việc", subject="calendar")
CLEAR_DAY = acts.declare("foundation.clear_calendar_day", "Bỏ ngày đặt riêng", subject="calendar")

Week = dict[int, Sessions]
Edition = tuple[str | None, UUID]


def _read_editions() -> dict[str, Edition]:
    rows = WorkCalendar.objects.values_list("code", "parent_id", "edition")
    return {code: (parent, edition) for code, parent, edition in rows}


_EDITIONS: Remembered[dict[str, Edition]] = Remembered(_read_editions)
_BUILT: OrderedDict[tuple[tuple[str, UUID], ...], Calendar] = OrderedDict()


def calendar(ref: CalendarRef) -> Calendar:
    """The calendar of a reference, ready to count with. Raises UnknownCalendar."""
    chain = _chain(ref.code, _EDITIONS())
    found = _BUILT.get(chain)
    if found is None:
        found = _BUILT[chain] = _build([code for code, _edition in chain])
        while len(_BUILT) > KEPT_BUILT:
            _BUILT.popitem(last=False)
    return found


def forget() -> None:
    """Read the calendars again at the next question; for tools that change the tables from outside."""
    _EDITIONS.forget()


def cut_off(*, on: date) -> time:
    """The clock time after which same-day work moves on, by the law of that day. Raises NoLegalValue."""
    found: time = legal.value("cut_off_time", on=on)
    return found


def _chain(code: str, editions: dict[str, Edition]) -> tuple[tuple[str, UUID], ...]:
    chain: list[tuple[str, UUID]] = []
    following: str | None = code
    while following is not None and all(following != known for known, _edition in chain):
        if following not in editions:
            raise UnknownCalendar(_("Không có lịch làm việc “%(code)s”.") % {"code": code}, code=code)
        parent, edition = editions[following]
        chain.append((following, edition))
        following = parent
    return tuple(chain)


def _build(codes: list[str]) -> Calendar:
    hours: dict[str, list[Hours]] = {code: [] for code in codes}
    for row in CalendarHours.objects.filter(calendar__in=codes):
        hours[row.calendar_id].append(Hours(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to))
    days: dict[str, dict[date, Override]] = {code: {} for code in codes}
    for day in CalendarDay.objects.filter(calendar__in=codes):
        sessions = tuple((opens, closes) for opens, closes in day.sessions)
        days[day.calendar_id][day.day] = Override(DayKind(day.kind), day.name, sessions)
    national = national_days(FIRST_YEAR, LAST_YEAR)
    return build(
        code=codes[0],
        first=date(FIRST_YEAR, 1, 1),
        last=date(LAST_YEAR, 12, 31),
        hours=[hours[code] for code in codes],
        holidays=national.off,
        make_up_days=national.make_up,
        overrides=[days[code] for code in codes],
    )


def keep_calendar(
    ref: CalendarRef, *, name: str, by: ActorRef, at: datetime, parent: CalendarRef | None = NATIONAL
) -> None:
    """Keep a calendar, or rename or move an existing one under another parent. Safe to repeat.

    Raises UnknownCalendar for a missing parent, Invalid when it would become its own ancestor.
    """
    with transactions.act(KEEP, by=by, at=at) as work:
        if parent is not None:
            above = [code for code, _edition in _chain(parent.code, _read_editions())]
            if ref.code in above:
                raise Invalid(_("Lịch không thể nằm dưới chính nó."), code=ref.code)
        WorkCalendar.objects.update_or_create(
            code=ref.code,
            defaults={"name": name, "parent_id": parent.code if parent else None, "edition": ids.new_id()},
        )
        _EDITIONS.changed()
        work.record(calendar=ref.code, name=name, parent=parent.code if parent else None)


def set_hours(ref: CalendarRef, *, week: Week, valid_from: date, by: ActorRef, at: datetime) -> None:
    """Let office hours hold from a day on; those before end on that day and stay for the past.

    `week` maps weekdays (0 = Monday) to sessions in minutes of the day. Hours set earlier for a later
    beginning are replaced. Raises UnknownCalendar, Invalid for sessions that overlap or leave the day.
    """
    for sessions in week.values():
        _check_sessions(sessions)
    with transactions.act(SET_HOURS, by=by, at=at) as work:
        _touch(ref)
        rows = CalendarHours.objects.filter(calendar=ref.code)
        rows.filter(valid_from__gte=valid_from).delete()
        rows.exclude(valid_to__lte=valid_from).update(valid_to=valid_from)
        CalendarHours.objects.bulk_create(
            CalendarHours(
                calendar_id=ref.code, weekday=weekday, opens=opens, closes=closes, valid_from=valid_from
            )
            for weekday, sessions in week.items()
            for opens, closes in sessions
        )
        work.record(
            calendar=ref.code,
            valid_from=valid_from.isoformat(),
            week={str(weekday): [list(each) for each in sessions] for weekday, sessions in week.items()},
        )


def set_day(
    ref: CalendarRef,
    day: date,
    *,
    kind: DayKind,
    name: str,
    by: ActorRef,
    at: datetime,
    sessions: Sessions = (),
    legal_basis: str = "",
) -> None:
    """Close, open or shorten one day. Promises already given do not change by it.

    Raises UnknownCalendar, Invalid when sessions are missing, superfluous, overlap or leave the day.
    """
    if (kind is DayKind.HOURS) != bool(sessions):
        raise Invalid(
            _("Hãy ghi giờ làm việc của ngày này."), faults={"sessions": _("Hãy ghi giờ làm việc.")}
        )
    _check_sessions(sessions)
    with transactions.act(SET_DAY, by=by, at=at) as work:
        _touch(ref)
        CalendarDay.objects.update_or_create(
            calendar_id=ref.code,
            day=day,
            defaults={
                "kind": kind,
                "name": name,
                "sessions": [list(each) for each in sessions],
                "legal_basis": legal_basis,
            },
        )
        work.record(calendar=ref.code, day=day.isoformat(), kind=kind, name=name, basis=legal_basis)


def clear_day(ref: CalendarRef, day: date, *, by: ActorRef, at: datetime) -> None:
    """Let a day follow the rule again. Raises UnknownCalendar."""
    with transactions.act(CLEAR_DAY, by=by, at=at) as work:
        _touch(ref)
        CalendarDay.objects.filter(calendar=ref.code, day=day).delete()
        work.record(calendar=ref.code, day=day.isoformat())


def load(*, at: datetime) -> None:
    """Keep the national calendar with the usual office hours, unless it is there already."""
    with transaction.atomic():
        if WorkCalendar.objects.filter(code=NATIONAL.code).exists():
            return
        keep_calendar(NATIONAL, name="Lịch làm việc chung", parent=None, by=SYSTEM, at=at)
        usual: Sessions = ((7 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 17 * 60 + 30))
        usual_week = dict.fromkeys(range(5), usual)
        set_hours(NATIONAL, week=usual_week, valid_from=date(FIRST_YEAR, 1, 1), by=SYSTEM, at=at)


def _touch(ref: CalendarRef) -> None:
    if not WorkCalendar.objects.filter(code=ref.code).update(edition=ids.new_id()):
        raise UnknownCalendar(_("Không có lịch làm việc “%(code)s”.") % {"code": ref.code}, code=ref.code)
    _EDITIONS.changed()


def _check_sessions(sessions: Iterable[tuple[int, int]]) -> None:
    end = 0
    for opens, closes in sorted(sessions):
        if not end <= opens < closes <= 24 * 60:
            raise Invalid(_("Các buổi làm việc phải nằm trong ngày và không chồng lên nhau."))
        end = closes
