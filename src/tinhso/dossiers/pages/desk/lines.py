"""A dossier as a line of the desk: lateness in word, number and shape; dates as officers say them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers import marks
from tinhso.dossiers.contracts import DossierRow, Status
from tinhso.dossiers.notices import in_words
from tinhso.foundation import worktime
from tinhso.foundation.moments import local, today

FLAGS = {
    "supplement_back": ("file-check", gettext_noop("Bổ sung đã về")),
    "supplement_part": ("file-check", gettext_noop("Bổ sung đã về một phần")),
    "asked_again": ("alert-triangle", gettext_noop("Yêu cầu bổ sung quá số lần")),
    "extension_asked": ("clock", gettext_noop("Chờ quyết định hẹn lại")),
    "originals": ("files", gettext_noop("Bản gốc ở quầy")),
    marks.AWAITED: ("arrow-right", gettext_noop("Chờ xác nhận bàn giao")),
    marks.CROSSED: ("map-pin", gettext_noop("Nơi khác tiếp nhận hoặc trả")),
    marks.UNBILLED: ("alert-triangle", gettext_noop("Chưa lập khoản thu")),
    marks.PAID: ("circle-check", gettext_noop("Đã trả phí")),
    marks.POSTED: ("mail", gettext_noop("Trả qua bưu điện")),
    marks.ASKED: ("message-dots", gettext_noop("Đang hỏi ý kiến")),
    marks.BUNDLED: ("files", gettext_noop("Trong nhóm nộp một lần")),
    marks.REBASED: ("file-check", gettext_noop("Vừa chuyển phiên bản mới")),
    marks.LACKING: ("alert-triangle", gettext_noop("Thiếu theo phiên bản mới")),
    marks.PHASED: ("building", gettext_noop("Liên thông nhiều cơ quan")),
    "late_entry": ("clock", gettext_noop("Nhập sau từ phiếu giấy")),
    "paid": ("receipt", gettext_noop("Đã trả phí")),
}
RELATIVE_DAYS = 7
SOON_DAYS = 1


@dataclass(frozen=True, slots=True)
class Late:
    """What the lateness component draws."""

    standing: str
    amount: int = 0
    unit: str = "day"
    at: str = ""
    explain: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the row with what is drawn of it.

    `part_late` says that an agency is late with its part, `stands_in_for` names who else's work it is,
    `unattended` says why it lies with a head though nobody does it.
    """

    row: DossierRow
    late: Late | None
    status: str
    received: str
    received_full: str
    promised: str
    flags: tuple[tuple[str, str], ...]
    part_late: str = ""
    stands_in_for: str = ""
    unattended: str = ""


def lines(
    rows: Iterable[DossierRow],
    *,
    at: datetime,
    stood_in_for: Mapping[UUID, str] | None = None,
    unattended: Mapping[UUID, str] | None = None,
) -> tuple[Line, ...]:
    """Rows as lines. One query per agency among them, whose calendar counts."""
    calendars: dict[UUID, worktime.Calendar] = {}
    whose, why = stood_in_for or {}, unattended or {}
    drawn = (line(row, at=at, calendars=calendars) for row in rows)
    return tuple(
        replace(one, stands_in_for=whose.get(one.row.id, ""), unattended=why.get(one.row.id, ""))
        for one in drawn
    )


def line(row: DossierRow, *, at: datetime, calendars: dict[UUID, worktime.Calendar] | None = None) -> Line:
    """One row as a line; `calendars` remembers those already read."""
    known = calendars if calendars is not None else {}
    return Line(
        row=row,
        late=_late(row, at=at, calendars=known),
        status=row.step_name
        if row.status in _BY_STEP and row.step_name
        else marks.status_words(row.status, row.flags),
        received=said(row.submitted_at, at=at),
        received_full=in_words(row.submitted_at),
        promised=_day(row.due_at) if row.due_at and row.accepted_at else "",
        flags=tuple(_flags(row)) if row.finished_at is None else (),
        part_late=_part(row, at=at),
    )


def _part(row: DossierRow, *, at: datetime) -> str:
    """Says so when the agency whose turn it is has taken longer than its part; else empty."""
    if row.phase_due_at is None or row.stopped_since is not None or row.phase_due_at >= at:
        return ""
    return _("phần cơ quan trễ từ %(day)s") % {"day": _day(row.phase_due_at)}


def _flags(row: DossierRow) -> Iterator[tuple[str, str]]:
    """The marks of a dossier, first until when its step waits: while its clock stands that is not known."""
    if row.waits_until is not None and row.stopped_since is not None:
        yield "clock", _("Đang chờ, đồng hồ dừng")
    elif row.waits_until is not None:
        yield "clock", _("Đang chờ đến %(day)s") % {"day": _day(row.waits_until)}
    for flag in row.flags:
        if flag in FLAGS:
            yield FLAGS[flag][0], _(FLAGS[flag][1])


_BY_STEP = frozenset({Status.ACCEPTED, Status.PROCESSING})


def said(moment: datetime, *, at: datetime) -> str:
    """A moment as said on the desk: "hôm nay 09:12", "hôm qua 09:12", "5 ngày trước", "05/4/2022"."""
    here = local(moment)
    days = (today(at) - here.date()).days
    if days == 0:
        return _("hôm nay %(clock)s") % {"clock": f"{here:%H:%M}"}
    if days == 1:
        return _("hôm qua %(clock)s") % {"clock": f"{here:%H:%M}"}
    if 0 < days <= RELATIVE_DAYS:
        return _("%(days)d ngày trước") % {"days": days}
    return _day(moment)


def _day(moment: datetime) -> str:
    here = local(moment)
    return f"{here:%d}/{here.month}/{here.year}"


def _late(row: DossierRow, *, at: datetime, calendars: dict[UUID, worktime.Calendar]) -> Late | None:
    if row.due_at is None or row.finished_at is not None or row.status is Status.DONE:
        return None
    if row.agency not in calendars:
        calendars[row.agency] = directory.working_calendar(row.agency, today(at))
    calendar = calendars[row.agency]
    explain = _("Hẹn %(due)s") % {"due": in_words(row.due_at)}
    if row.stopped_since is not None:
        number, unit = _span(_standing(row, row.stopped_since, at, calendar))
        late = row.accepted_at is not None and row.stopped_since > row.due_at
        return Late("paused_late" if late else "paused", number, unit, explain=explain)
    found = _standing(row, row.due_at, at, calendar)
    if found.kind is worktime.Standing.TODAY:
        return Late("today", at=f"{local(row.due_at):%H:%M}", explain=explain)
    number, unit = _span(found)
    if found.kind is worktime.Standing.LATE:
        return Late("late", number, unit, explain=explain)
    soon = unit == "day" and number <= SOON_DAYS
    return Late("soon" if soon else "ahead", number, unit, explain=explain)


def _standing(row: DossierRow, due: datetime, at: datetime, calendar: worktime.Calendar) -> worktime.Lateness:
    """How `due` stands, counted in the units of the procedure; hours before a date was promised."""
    unit = worktime.Unit(row.term_unit) if row.accepted_at and row.term_unit else worktime.Unit.HOUR
    made = worktime.Promise(due, due - timedelta(days=1), worktime.Term(1, unit), calendar)
    return worktime.standing(made, at)


def _span(found: worktime.Lateness) -> tuple[int, str]:
    if found.unit in (worktime.Measure.DAY, worktime.Measure.WORKING_DAY):
        return found.number, "day"
    return (found.number if found.unit is worktime.Measure.HOUR else max(found.number // 60, 0)), "hour"
