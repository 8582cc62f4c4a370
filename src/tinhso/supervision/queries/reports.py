"""Report forms filled: what is counted for whom over which days, and what was closed before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.foundation import legal
from tinhso.foundation.errors import NotFound
from tinhso.foundation.moments import today
from tinhso.foundation.refs import SubjectRef
from tinhso.foundation.text import sort_key
from tinhso.procedures import api as procedures
from tinhso.supervision.contracts import (
    ClosingView,
    Column,
    Form,
    Line,
    Period,
    PeriodKind,
    Reach,
    Report,
    Scope,
    period_of,
    total,
)
from tinhso.supervision.models import FIGURES, ClosedLine, Closing, Reminder

LEVELS = {
    directory.AgencyLevel.PROVINCE: gettext_noop("Cấp tỉnh"),
    directory.AgencyLevel.DISTRICT: gettext_noop("Cấp huyện"),
    directory.AgencyLevel.COMMUNE: gettext_noop("Cấp xã"),
}


def days_of(period: Period) -> tuple[date, date]:
    """The days a report of that period counts, the second no longer counted: by the rule `report_first_day`
    from that day of the month before (1: by the calendar)."""
    first = legal.integer("report_first_day", on=period.until - timedelta(days=1))
    if first == 1:
        return period.since, period.until
    return _before(period.since, first), _before(period.until, first)


def _before(month: date, first: int) -> date:
    return (month - timedelta(days=1)).replace(day=first)


def running(*, at: datetime) -> Period:
    """The month whose report counts today."""
    month = period_of(PeriodKind.MONTH, today(at))
    return month if days_of(month)[1] > today(at) else period_of(PeriodKind.MONTH, month.until)


def counted_days(period: Period, *, at: datetime) -> tuple[date, date]:
    """The same as far as they are over: today is not counted before it has ended."""
    since, until = days_of(period)
    until = min(until, today(at))
    return min(since, until), until


def due_on(form: Form, period: Period) -> date:
    """The last day on which the report should be closed."""
    until = days_of(period)[1]
    return until + timedelta(days=legal.value("report_due_days", on=until)[form.scope.value] - 1)


def forms(period: Period) -> dict[str, Form]:
    """The forms of reports of that kind of period as they stood at its end, by their words in addresses."""
    given = legal.value("report_forms", on=period.until - timedelta(days=1))
    return {form.word: form for form in map(_form, given) if period.kind in form.periods}


def _form(given: Mapping[str, Any]) -> Form:
    figure = dossiers.Figure
    return Form(
        word=given["word"],
        code=given["code"],
        name=given["name"],
        regulation=given["regulation"],
        scope=Scope(given["scope"]),
        periods=tuple(map(PeriodKind, given["periods"])),
        heads=tuple(
            (head, tuple(Column(number, label, tuple(map(figure, adds))) for number, label, adds in columns))
            for head, columns in given["heads"]
        ),
        sums=given.get("sums", ""),
    )


def form_of(word: str, period: Period) -> Form:
    """The form of that word. Raises NotFound."""
    found = forms(period).get(word)
    if found is None:
        raise NotFound(_("Kỳ này không có biểu mẫu báo cáo ấy. Hãy mở lại từ trang báo cáo."))
    return found


def filled(
    form: Form, *, agency: UUID, among: dossiers.Among, period: Period, reach: Reach, at: datetime
) -> Report:
    """A form filled for an agency. Nine queries for one agency, whatever the number of dossiers, more once
    for procedures not known yet; four more for a roll-up.

    `among` are the agency's dossiers, or a part of them, which no closing is looked for then.
    """
    since, until = counted_days(period, at=at)
    part = among.versions is not None
    closing = None if part else standing([agency], form=form.word, period=period).get(agency)
    if form.scope is Scope.ROLL_UP:
        now = _by_agency(among, reach, since=since, until=until, at=at)
        lines = now if part else _as_closed(now, form.sums, period)
    else:
        lines = now = _by_work(among, since=since, until=until, by_procedure=part)
    if closing:
        lines = closed_lines([closing.id])[closing.id]
    return Report(
        form=form,
        period=period,
        since=since,
        until=until,
        lines=lines,
        now={line.key: line for line in now},
        closing=closing,
    )


def _by_work(among: dossiers.Among, *, since: date, until: date, by_procedure: bool) -> tuple[Line, ...]:
    """By field of work, or by procedure within what was chosen."""
    found = dossiers.balances(among, by=dossiers.By.VERSION, since=since, until=until)
    briefs = procedures.briefs(set(found))
    lines: dict[str, Line] = {}
    for version, balance in found.items():
        brief = briefs[version]
        key, label = (brief.code, brief.name) if by_procedure else (brief.sector, brief.sector_name)
        lines.setdefault(key, Line(key, label, dossiers.Balance())).balance.add(balance)
    return tuple(sorted(lines.values(), key=lambda line: (sort_key(line.label), line.key)))


def _by_agency(
    among: dossiers.Among, reach: Reach, *, since: date, until: date, at: datetime
) -> tuple[Line, ...]:
    """By agency, under its level: those that owe reports, and those with dossiers."""
    found = dossiers.balances(among, by=dossiers.By.AGENCY, since=since, until=until)
    levels = {view.id: view.level for view in directory.agencies(today(at))}
    order = list(LEVELS)
    shown = [id_ for id_ in reach.agencies if id_ in {*reporting(reach, at=at), *found}]
    return tuple(
        Line(str(id_), reach.agencies[id_], found.get(id_, dossiers.Balance()), _(LEVELS[levels[id_]]))
        for id_ in sorted(shown, key=lambda id_: order.index(levels[id_]))
    )


def _as_closed(lines: tuple[Line, ...], form: str, period: Period) -> tuple[Line, ...]:
    """The lines of agencies that have closed their own report as they closed it, the others as they are."""
    closings = standing([UUID(line.key) for line in lines], form=form, period=period)
    closed = closed_lines([closing.id for closing in closings.values()])
    told = {str(id_): total(closed[closing.id]) for id_, closing in closings.items()}
    return tuple(
        replace(line, balance=told[line.key], closed=True) if line.key in told else line for line in lines
    )


def reporting(reach: Reach, *, at: datetime) -> tuple[UUID, ...]:
    """The agencies that owe reports: those with a one-stop desk. One query at most."""
    kind = directory.UnitKind.ONE_STOP
    desks = {unit.agency_id for unit in directory.units_of(list(reach.agencies), today(at), kind)}
    return tuple(id_ for id_ in reach.agencies if id_ in desks)


def subject(agency: UUID, *, at: datetime, closing_id: UUID | None = None) -> SubjectRef:
    """The reports of an agency, or one closing of it, as what an act is done to. One query at most."""
    units = directory.units_of(agency, today(at))
    return SubjectRef(kind="report", id=closing_id or agency, units=tuple(unit.id for unit in units))


def standing(agencies: Collection[UUID], *, form: str, period: Period) -> dict[UUID, ClosingView]:
    """The closings of a form and period that stand, by agency. One query."""
    rows = Closing.objects.filter(
        agency_id__in=list(agencies), period=period.word, form=form, reopened_at=None
    )
    return {row.agency_id: _view(row) for row in rows}


def reminded(
    agencies: Collection[UUID], *, form: str, period: Period, day: date | None = None
) -> dict[UUID, date]:
    """When agencies were last reminded of a form and period, or on that day. One query."""
    rows = Reminder.objects.filter(agency_id__in=list(agencies), period=period.word, form=form)
    if day is not None:
        rows = rows.filter(day=day)
    return dict(rows.order_by("day").values_list("agency_id", "day"))


def closing(closing_id: UUID) -> ClosingView:
    """A closing, whether or not it stands. Raises NotFound."""
    row = Closing.objects.filter(id=closing_id).first()
    if row is None:
        raise NotFound(_("Không tìm thấy lần chốt số liệu này. Hãy mở lại từ trang báo cáo."))
    return _view(row)


def reopened(agency: UUID, *, form: str, period: Period) -> tuple[ClosingView, ...]:
    """Earlier closings that were opened again, the latest first. One query."""
    rows = Closing.objects.filter(
        agency_id=agency, period=period.word, form=form, reopened_at__isnull=False
    ).order_by("-closed_at")
    return tuple(_view(row) for row in rows)


def unsealed() -> tuple[UUID, ...]:
    """Closings that have no sealed file yet, the oldest first. One query."""
    rows = Closing.objects.filter(file_id=None, reopened_at=None).order_by("closed_at")
    return tuple(rows.values_list("id", flat=True))


def closed_lines(closings: Iterable[UUID]) -> Mapping[UUID, tuple[Line, ...]]:
    """The lines of closings, by closing, in order. One query; none for no closing."""
    found: dict[UUID, tuple[Line, ...]] = defaultdict(tuple)
    wanted = list(closings)
    rows = ClosedLine.objects.filter(closing_id__in=wanted).order_by("closing_id", "place") if wanted else ()
    for row in rows:
        balance = dossiers.Balance(**{name: getattr(row, name) for name in FIGURES})
        line = Line(row.key, row.label, balance, row.group, row.closed)
        found[row.closing_id] = (*found[row.closing_id], line)
    return found


def _view(row: Closing) -> ClosingView:
    return ClosingView(
        id=row.id,
        form=row.form,
        agency=row.agency_id,
        period=row.period,
        since=row.since,
        until=row.until,
        closed_at=row.closed_at,
        closed_by=row.closed_by_name,
        file=row.file_id,
        reopened_at=row.reopened_at,
        reopened_by=row.reopened_by_name,
        ground=row.ground,
    )
