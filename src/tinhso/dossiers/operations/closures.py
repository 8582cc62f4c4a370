"""Closing one office for days, as for a flood, and opening it after all.

The days become overrides of the office's own working calendar, under the one it shared until then. What is
promised from now on counts them; what was promised already is counted anew, as after any correction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.dossiers.models import Closure
from tinhso.dossiers.operations import recounts
from tinhso.foundation import legal, transactions, worktime
from tinhso.foundation.errors import Invalid
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SYSTEM, ActorRef, CalendarRef, SubjectRef

ACT = "dossiers.close_office"


@dataclass(frozen=True, slots=True)
class Closed:
    """The days closed now, and the count asked for, whose job is the page's; None when no day changed."""

    days: tuple[date, ...]
    recount: UUID | None


def close(*, agency_id: UUID, first: date, last: date, reason: str, by: ActorRef, at: datetime) -> Closed:
    """Close an agency's office from the first to the last day, both included.

    Days off anyway stay as they are. Raises Invalid without a reason, for days gone by, and for more days at
    once than the legal value `closure_days_most`.
    """
    faults = {}
    if not reason.strip():
        faults["reason"] = _("Hãy ghi lý do đóng cửa; người dân đọc được.")
    if first < today(at):
        faults["first"] = _("Ngày đóng cửa phải từ hôm nay trở đi.")
    if last < first:
        faults["last"] = _("Ngày cuối phải từ ngày đầu trở đi.")
    elif (last - first).days >= (most := legal.integer("closure_days_most", on=today(at))):
        faults["last"] = _("Mỗi lần chỉ đóng cửa được nhiều nhất %(most)d ngày.") % {"most": most}
    if faults:
        raise Invalid(_("Chưa đóng cửa được. Hãy sửa các mục được nêu."), faults=faults)
    with transactions.act(ACT, by=by, at=at, on=subject(agency_id, at=at)) as work:
        ref = _own_calendar(agency_id, at=at)
        calendar = worktime.calendar(ref)
        working = [
            day
            for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
            if calendar.works_on(day)
        ]
        for day in working:
            worktime.set_day(ref, day, kind=worktime.DayKind.CLOSED, name=reason.strip(), by=SYSTEM, at=at)
        Closure.objects.bulk_create(
            Closure(agency_id=agency_id, day=day, reason=reason.strip(), closed_by=by.name, closed_at=at)
            for day in working
        )
        work.record(calendar=ref.code, days=[day.isoformat() for day in working])
        what = _("Đóng cửa đột xuất: %(reason)s") % {"reason": reason.strip()}
        recount = _counted_anew(agency_id, ref, what=what, by=by, at=at) if working else None
    return Closed(tuple(working), recount)


def lift(*, agency_id: UUID, day: date, by: ActorRef, at: datetime) -> UUID:
    """Open after all on a day that was closed; the count asked for. Raises Invalid when it is not closed."""
    with transactions.act(ACT, by=by, at=at, on=subject(agency_id, at=at)) as work:
        if not Closure.objects.filter(agency_id=agency_id, day=day, lifted_at=None).update(lifted_at=at):
            raise Invalid(_("Ngày này không đóng cửa. Hãy mở lại trang."))
        ref = directory.agency(agency_id, today(at)).calendar
        worktime.clear_day(ref, day, by=SYSTEM, at=at)
        work.record(calendar=ref.code, lifted=day.isoformat())
        what = _("Mở cửa lại ngày %(day)s") % {"day": f"{day:%d/%m/%Y}"}
        return _counted_anew(agency_id, ref, what=what, by=by, at=at)


def _counted_anew(agency_id: UUID, ref: CalendarRef, *, what: str, by: ActorRef, at: datetime) -> UUID:
    return recounts.ask(ref, name=directory.agency(agency_id, today(at)).name, what=what, by=by, at=at)


def subject(agency_id: UUID, *, at: datetime) -> SubjectRef:
    """The office as identity judges it: the units of its agency."""
    units = tuple(unit.id for unit in directory.units_of(agency_id, today(at)))
    return SubjectRef(kind="agency", id=agency_id, units=units)


def _own_calendar(agency_id: UUID, *, at: datetime) -> CalendarRef:
    """The office's own calendar, made under the one it shared so far."""
    agency = directory.agency(agency_id, today(at))
    own = CalendarRef(f"co-quan-{agency.code}")
    if agency.calendar != own:
        worktime.keep_calendar(own, name=agency.name, parent=agency.calendar, by=SYSTEM, at=at)
        directory.give_calendar(agency_id=agency_id, calendar=own, by=SYSTEM, at=at)
    return own
