"""A promise in Vietnamese words: step by step, in one line, and the short word for a list."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from tinhso.foundation.worktime.calendars import DAY, Calendar
from tinhso.foundation.worktime.contracts import (
    Measure,
    NamedDay,
    Step,
    StepKind,
    Term,
    Unit,
)
from tinhso.foundation.worktime.promises import Promise
from tinhso.foundation.worktime.trace import in_working_time, steps

_WEEKDAYS = (
    gettext_noop("thứ Hai"),
    gettext_noop("thứ Ba"),
    gettext_noop("thứ Tư"),
    gettext_noop("thứ Năm"),
    gettext_noop("thứ Sáu"),
    gettext_noop("thứ Bảy"),
    gettext_noop("Chủ nhật"),
)


def explain(promised: Promise) -> list[str]:
    """How the promise came about: whole sentences, one for each step that mattered."""
    return [_SENTENCES[step.kind](step, promised.calendar) for step in steps(promised)]


def summary(promised: Promise) -> str:
    """One line: "5 ngày làm việc; nghỉ 30/4, 1/5; tạm dừng 3 ngày làm việc chờ bổ sung"."""
    parts = [say_term(promised.term)]
    for step in steps(promised):
        if step.kind is StepKind.DAYS_OFF:
            parts.append(_("nghỉ %(days)s") % {"days": _days(step.days, named=False)})
        elif step.kind is StepKind.MOVED:
            parts.append(_("%(day)s nghỉ nên dời") % {"day": _days(step.days, named=False)})
        elif step.kind is StepKind.EXTENDED and step.term:
            parts.append(_("gia hạn %(term)s") % {"term": say_term(step.term)})
        elif step.kind is StepKind.PAUSED and _held(step):
            span = _waited(step, promised.calendar)
            parts.append(_("tạm dừng %(span)s %(reason)s").strip() % {"span": span, "reason": step.reason})
        elif step.kind is StepKind.PAUSED_STILL:
            parts.append(_("đang tạm dừng %(reason)s") % {"reason": step.reason})
    return "; ".join(part.strip() for part in parts)


def say_term(term: Term) -> str:
    """A term as said: "5 ngày làm việc"."""
    if not term.amount:
        return _("trong ngày")
    forms: dict[Unit, Callable[[int], str]] = {
        Unit.HOUR: lambda n: ngettext("%(n)d giờ làm việc", "%(n)d giờ làm việc", n),
        Unit.CALENDAR_DAY: lambda n: ngettext("%(n)d ngày", "%(n)d ngày", n),
        Unit.WORKING_DAY: lambda n: ngettext("%(n)d ngày làm việc", "%(n)d ngày làm việc", n),
        Unit.MONTH: lambda n: ngettext("%(n)d tháng", "%(n)d tháng", n),
    }
    return forms[term.unit](term.amount) % {"n": term.amount}


def say_measure(number: int, unit: Measure) -> str:
    """A number with its unit as said on the desk: "2 ngày", "3 giờ"."""
    if unit is Measure.MINUTE:
        form = ngettext("%(n)d phút", "%(n)d phút", number)
    elif unit is Measure.HOUR:
        form = ngettext("%(n)d giờ", "%(n)d giờ", number)
    else:
        form = ngettext("%(n)d ngày", "%(n)d ngày", number)
    return form % {"n": number}


def say_day(day: date) -> str:
    """A day as written to people: "thứ Tư 13/4/2022"."""
    weekday = _(_WEEKDAYS[day.weekday()])
    return _("%(weekday)s %(day)d/%(month)d/%(year)d") % {
        "weekday": weekday,
        "day": day.day,
        "month": day.month,
        "year": day.year,
    }


def _clock(at: datetime, calendar: Calendar) -> str:
    return at.astimezone(calendar.zone).strftime("%H:%M")


def _on(at: datetime, calendar: Calendar) -> str:
    return say_day(at.astimezone(calendar.zone).date())


def _at(at: datetime, calendar: Calendar) -> str:
    return _("%(clock)s %(day)s") % {"clock": _clock(at, calendar), "day": _on(at, calendar)}


def _days(days: tuple[NamedDay, ...], *, named: bool) -> str:
    said = []
    for each in days:
        short = f"{each.day.day}/{each.day.month}"
        said.append(f"{short} ({each.name})" if named and each.name else short)
    return ", ".join(said)


def _held(step: Step) -> bool:
    """Whether a pause held the clock at all: one outside working hours does not."""
    return bool(step.minutes) or not (step.term and in_working_time(step.term))


def _waited(step: Step, calendar: Calendar) -> str:
    """How long a pause held the clock, in the unit of the term."""
    if step.term and not in_working_time(step.term) and step.until:
        return say_measure(-(-int((step.until - step.at).total_seconds() // 60) // DAY), Measure.DAY)
    days, rest = divmod(step.minutes, calendar.day_minutes or DAY)
    hours, minutes = divmod(rest, 60)
    said = []
    if days:
        said.append(say_term(Term(days, Unit.WORKING_DAY)))
    if hours:
        said.append(say_measure(hours, Measure.HOUR))
    if minutes or not said:
        said.append(say_measure(minutes, Measure.MINUTE))
    return " ".join(said)


def _received(step: Step, calendar: Calendar) -> str:
    term = step.term or Term(0, Unit.WORKING_DAY)
    facts = {"at": _at(step.at, calendar), "term": say_term(term)}
    if not term.amount:
        return _("Nhận lúc %(at)s, trả kết quả trong ngày làm việc.") % facts
    if term.unit is Unit.HOUR:
        return _("Nhận lúc %(at)s, thời hạn %(term)s tính ngay từ lúc nhận.") % facts
    if term.unit is Unit.WORKING_DAY:
        return _("Nhận lúc %(at)s, thời hạn %(term)s tính từ ngày hôm sau.") % facts
    return _("Nhận lúc %(at)s, thời hạn %(term)s tính từ ngày hôm sau, kể cả ngày nghỉ.") % facts


def _cut_off(step: Step, calendar: Calendar) -> str:
    return _("Nhận sau giờ chốt nên tính từ ngày làm việc tiếp theo, %(day)s.") % {
        "day": _on(step.until or step.at, calendar)
    }


def _days_off(step: Step, calendar: Calendar) -> str:
    return _("Không tính ngày nghỉ: %(days)s.") % {"days": _days(step.days, named=True)}


def _made_up(step: Step, calendar: Calendar) -> str:
    return _("Có tính ngày làm bù: %(days)s.") % {"days": _days(step.days, named=True)}


def _moved(step: Step, calendar: Calendar) -> str:
    return _("Ngày cuối, %(last)s, là ngày nghỉ nên hạn dời đến hết ngày làm việc tiếp theo, %(day)s.") % {
        "last": _on(step.at, calendar),
        "day": _on(step.until or step.at, calendar),
    }


def _extended(step: Step, calendar: Calendar) -> str:
    facts = {
        "term": say_term(step.term or Term(0, Unit.WORKING_DAY)),
        "at": _at(step.until or step.at, calendar),
        "reason": step.reason,
    }
    if step.reason:
        return _("Gia hạn thêm %(term)s, đến %(at)s: %(reason)s.") % facts
    return _("Gia hạn thêm %(term)s, đến %(at)s.") % facts


def _paused(step: Step, calendar: Calendar) -> str:
    facts = {
        "span": _waited(step, calendar),
        "begin": _at(step.at, calendar),
        "end": _at(step.until or step.at, calendar),
        "reason": step.reason,
    }
    if not _held(step):
        if step.reason:
            return _("Tạm dừng %(reason)s từ %(begin)s đến %(end)s, không mất phút làm việc nào.") % facts
        return _("Tạm dừng từ %(begin)s đến %(end)s, không mất phút làm việc nào.") % facts
    if step.reason:
        return _("Tạm dừng %(span)s %(reason)s, từ %(begin)s đến %(end)s.") % facts
    return _("Tạm dừng %(span)s, từ %(begin)s đến %(end)s.") % facts


def _paused_still(step: Step, calendar: Calendar) -> str:
    facts = {"begin": _at(step.at, calendar), "reason": step.reason}
    if step.reason:
        return _("Đang tạm dừng %(reason)s từ %(begin)s; thời gian chờ không tính vào thời hạn.") % facts
    return _("Đang tạm dừng từ %(begin)s; thời gian chờ không tính vào thời hạn.") % facts


def _due(step: Step, calendar: Calendar) -> str:
    return _("Hẹn trả kết quả: %(at)s.") % {"at": _at(step.at, calendar)}


_SENTENCES: dict[StepKind, Callable[[Step, Calendar], str]] = {
    StepKind.RECEIVED: _received,
    StepKind.CUT_OFF: _cut_off,
    StepKind.DAYS_OFF: _days_off,
    StepKind.MADE_UP: _made_up,
    StepKind.MOVED: _moved,
    StepKind.EXTENDED: _extended,
    StepKind.PAUSED: _paused,
    StepKind.PAUSED_STILL: _paused_still,
    StepKind.DUE: _due,
}
