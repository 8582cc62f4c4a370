"""Report forms: which are closed and which are not, and one form with every figure open to its dossiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from tinhso.dossiers import api as dossiers
from tinhso.foundation import access, moments
from tinhso.foundation.files.words import grouped
from tinhso.foundation.moments import local, today
from tinhso.identity import api as identity
from tinhso.supervision import printing
from tinhso.supervision.contracts import ClosingView, Column, Form, Line, Report, Scope, by_group, total
from tinhso.supervision.pages.asking import (
    LIST,
    REPORTED,
    REPORTS,
    Asked,
    agency_choice,
    asked_of,
    period_choice,
)
from tinhso.supervision.queries import reports as queries
from tinhso.supervision.queries.reach import reach


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is read, with the list of the dossiers it counts; `now` when it has changed since it was
    closed, and the list is that of now."""

    label: str
    number: str
    href: str
    now: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """A form as an officer opened it: for which agency, over which dossiers."""

    asked: Asked
    form: Form
    agency: UUID
    report: Report

    @property
    def part(self) -> bool:
        """Whether only a part of the agency's dossiers is counted."""
        return bool(self.asked.sector or self.asked.procedure)

    def href(self, place: str = "", **more: str) -> str:
        """The address of this form, or of a page beneath it."""
        chosen = {"co_quan": str(self.agency)} | more
        return self.asked.href(f"{REPORTS}{self.form.word}/{place}", **chosen)


def opened(request: HttpRequest, word: str, *, at: datetime) -> Opened:
    """The form of an address, filled. Raises NotFound, NotAllowed."""
    asked = asked_of(request.GET, reach(identity.actor_of(request), at), at=at)
    form = queries.form_of(word, asked.period)
    within = asked.reach
    roll_up = form.scope is Scope.ROLL_UP
    agency = (None if roll_up else asked.agency) or next(iter((*within.own, *within.agencies)))
    among = dossiers.Among(
        agencies=tuple(within.agencies) if roll_up else (agency,),
        everywhere=roll_up and within.everywhere,
        versions=asked.versions(),
    )
    report = queries.filled(form, agency=agency, among=among, period=asked.period, reach=within, at=at)
    return Opened(asked, form, agency, report)


@never_cache
@access.officer("supervision.watch")
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The forms of a period with who closed them; for who looks over several agencies, each of them."""
    actor, at = identity.actor_of(request), moments.now()
    asked = asked_of(request.GET, reach(actor, at), at=at)
    own = next(iter((*asked.reach.own, *asked.reach.agencies)))
    forms = queries.forms(asked.period)
    single = len(asked.reach.agencies) == 1
    shown = [form for form in forms.values() if not (single and form.scope is Scope.ROLL_UP)]
    facts = {
        "title": _("Báo cáo thống kê"),
        "place": REPORTS,
        "selects": [period_choice(asked, queries.running(at=at))],
        "in_line": {"classes": "sv-select"},
        "forms": [_listed(asked, form, own, at=at) for form in shown],
        "over": queries.days_of(asked.period)[1] <= today(at),
        "told": request.GET.get("da-nhac", ""),
        "agencies": [] if single else _agencies(asked, forms, at=at),
        "may_remind": identity.somewhere(actor, "supervision.remind", at),
        "period": asked.period,
    }
    return render(request, "supervision/reports.html", facts)


def _listed(asked: Asked, form: Form, agency: UUID, *, at: datetime) -> dict[str, Any]:
    closing = queries.standing([agency], form=form.word, period=asked.period).get(agency)
    return {
        "form": form,
        "agency": asked.reach.agencies[agency],
        "href": asked.href(f"{REPORTS}{form.word}/", co_quan=str(agency)),
        "closed": _closed(closing),
        "due": queries.due_on(form, asked.period),
        "late": closing is None and queries.due_on(form, asked.period) < today(at),
    }


def _closed(closing: ClosingView | None) -> str:
    return f"{closing.closed_by}, {local(closing.closed_at):%d/%m/%Y %H:%M}" if closing else ""


def _agencies(asked: Asked, forms: dict[str, Form], *, at: datetime) -> list[dict[str, Any]]:
    """Each agency form with who has closed it, those that have not first. Two queries a form."""
    owing = queries.reporting(asked.reach, at=at)
    found = []
    for form in forms.values():
        if form.scope is not Scope.AGENCY:
            continue
        closings = queries.standing(owing, form=form.word, period=asked.period)
        told = queries.reminded(owing, form=form.word, period=asked.period)
        rows = [
            {
                "name": asked.reach.agencies[id_],
                "href": asked.href(f"{REPORTS}{form.word}/", co_quan=str(id_)),
                "closed": _closed(closings.get(id_)),
                "told": told.get(id_),
            }
            for id_ in sorted(owing, key=lambda id_: id_ in closings)
        ]
        found.append({"form": form, "rows": rows, "missing": len(owing) - len(closings)})
    return found


@never_cache
@access.officer("supervision.watch")
@require_safe
def report(request: HttpRequest, word: str) -> HttpResponse:
    """One form of an agency, or of all that an office looks over."""
    return page(request, word, at=moments.now())


def page(
    request: HttpRequest, word: str, *, at: datetime, fault: str = "", ground: str = "", status: int = 200
) -> HttpResponse:
    """The page of a form; `fault` and `ground` are what was wrong with opening it again."""
    actor = identity.actor_of(request)
    seen = opened(request, word, at=at)
    filled, form = seen.report, seen.form
    subject = queries.subject(seen.agency, at=at)
    may = identity.allowed(actor, ("supervision.close_report", "supervision.reopen_report"), subject, at)
    roll_up = form.scope is Scope.ROLL_UP
    whose = not roll_up or seen.agency in seen.asked.reach.own
    facts = {
        "title": f"{form.name}",
        "form": form,
        "agency": seen.asked.reach.agencies[seen.agency],
        "period": filled.period,
        "days": printing.days(filled),
        "place": f"{REPORTS}{form.word}/",
        "selects": _selects(seen, at=at),
        "in_line": {"classes": "sv-select"},
        "part": seen.part,
        "back": seen.href(linh_vuc="", thu_tuc="") if seen.part else seen.asked.href(REPORTS, co_quan=""),
        "first": _("Cơ quan, đơn vị") if roll_up else _("Thủ tục") if seen.part else _("Lĩnh vực"),
        "rows": _rows(seen),
        "totals": _cells(seen, Line("", "", total(filled.lines)), Line("", "", total(filled.now.values()))),
        "closing": filled.closing,
        "closed": _closed(filled.closing),
        "over": queries.days_of(filled.period)[1] <= today(at),
        "unclosed": sum(not line.closed for line in filled.lines) if roll_up else 0,
        "may_close": "supervision.close_report" in may and whose and not seen.part,
        "may_reopen": "supervision.reopen_report" in may and whose,
        "close": seen.href("chot/"),
        "reopen": seen.href("mo-lai/"),
        "pdf": seen.href("tep/pdf/"),
        "xlsx": seen.href("tep/xlsx/"),
        "earlier": queries.reopened(seen.agency, form=form.word, period=filled.period),
        "fault": fault,
        "ground": ground,
    }
    return render(request, "supervision/report.html", facts, status=status)


def _selects(seen: Opened, *, at: datetime) -> list[dict[str, Any]]:
    made = [period_choice(seen.asked, queries.running(at=at))]
    if seen.form.scope is Scope.AGENCY and len(seen.asked.reach.agencies) > 1:
        made.insert(0, agency_choice(seen.agency, seen.asked))
    return made


def _rows(seen: Opened) -> list[dict[str, Any]]:
    """The lines with their cells; what has come since the closing stands at the end, closed with nothing."""
    now, filled = seen.report.now, seen.report
    keys = {line.key for line in filled.lines}
    since = [
        Line(line.key, line.label, dossiers.Balance(), line.group)
        for line in now.values()
        if line.key not in keys
    ]
    rows = []
    for group, lines in by_group((*filled.lines, *since)):
        if group:
            present = Line("", "", total(now[line.key] for line in lines if line.key in now))
            cells = _cells(seen, Line("", "", total(lines)), present)
            rows.append({"heading": True, "label": group, "cells": cells})
        rows += [_row(seen, line) for line in lines]
    return rows


def _row(seen: Opened, line: Line) -> dict[str, Any]:
    present = seen.report.now.get(line.key, Line(line.key, "", dossiers.Balance()))
    return {
        "label": line.label,
        "href": _leads(seen, line),
        "closed": line.closed,
        "cells": _cells(seen, line, present),
    }


def _leads(seen: Opened, line: Line) -> str:
    """Where a line's name leads: to the agency's own report, or to the procedures of the field."""
    if seen.form.scope is Scope.ROLL_UP:
        return seen.asked.href(f"{REPORTS}{seen.form.sums}/", co_quan=line.key)
    return "" if seen.part else seen.href(linh_vuc=line.key)


def _cells(seen: Opened, line: Line, now: Line) -> list[Cell]:
    return [_cell(seen, column, line, now) for column in seen.form.columns]


def _cell(seen: Opened, column: Column, line: Line, now: Line) -> Cell:
    number, present = column.of(line.balance), column.of(now.balance)
    chosen = {"muc": REPORTED + ".".join(figure.value for figure in column.adds), "co_quan": str(seen.agency)}
    if seen.form.scope is Scope.ROLL_UP:
        chosen["co_quan"] = line.key
    elif line.key:
        chosen["thu_tuc" if seen.part else "linh_vuc"] = line.key
    opens = present and chosen["co_quan"]
    return Cell(
        label=column.label,
        number=grouped(number),
        href=seen.asked.href(LIST, **chosen) if opens else "",
        now=grouped(present) if present != number else "",
    )
