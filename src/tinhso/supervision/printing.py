"""A report on paper and as a spreadsheet, in the layout of its form."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import xlsxwriter
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.foundation import paper
from tinhso.foundation.files.words import grouped
from tinhso.foundation.moments import local, today
from tinhso.supervision.contracts import ClosingView, Form, Line, Report, by_group, read_period, total
from tinhso.supervision.queries import reports

SHEET = "supervision/bao-cao"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is printed: a report of an agency by its name; `said` how its figures stand."""

    report: Report
    agency: str
    superior: str
    said: str

    @property
    def rows(self) -> list[tuple[int, Line]]:
        """Lines with their numbers from 1, after each heading with the sum of its group, numbered 0."""
        found: list[tuple[int, Line]] = []
        number = 0
        for group, lines in by_group(self.report.lines):
            if group:
                found.append((0, Line("", group, total(lines))))
            for line in lines:
                number += 1
                found.append((number, line))
        return found


def of_report(report: Report, *, agency: UUID, at: datetime) -> Sheet:
    """A report as it stands: closed, or counted so far."""
    view = directory.agency(agency, today(at))
    superior = directory.names([view.parent_id])[view.parent_id] if view.parent_id else ""
    closing = report.closing
    if closing is None:
        said = _("Số liệu tạm tính, chưa chốt, in lúc %(when)s.") % {"when": f"{local(at):%H:%M %d/%m/%Y}"}
    else:
        said = _("%(who)s chốt số liệu lúc %(when)s.") % {
            "who": closing.closed_by,
            "when": f"{local(closing.closed_at):%H:%M %d/%m/%Y}",
        }
    return Sheet(report, view.name, superior, said)


def of_closing(closing: ClosingView) -> Sheet:
    """A report as it was closed."""
    period = read_period(closing.period, at=closing.closed_at)
    report = Report(
        form=reports.form_of(closing.form, period),
        period=period,
        since=closing.since,
        until=closing.until,
        lines=reports.closed_lines([closing.id])[closing.id],
        now={},
        closing=closing,
    )
    return of_report(report, agency=closing.agency, at=closing.closed_at)


def name_of(report: Report) -> str:
    """The name of a report's file, without its ending."""
    return f"{report.form.code.replace('/', '-')} {report.period.word}"


def days(report: Report) -> str:
    """The days that were counted, in words."""
    return _("Từ ngày %(since)s đến hết ngày %(until)s") % {
        "since": f"{report.since:%d/%m/%Y}",
        "until": f"{report.until - timedelta(days=1):%d/%m/%Y}",
    }


def pdf(sheet: Sheet, *, at: datetime, marked: bool = False) -> bytes:
    """The report as PDF; `marked` leaves the place of the seal."""
    report, form = sheet.report, sheet.report.form
    data = {
        "title": form.name,
        "agency": sheet.agency,
        "superior": sheet.superior,
        "code": form.code,
        "regulation": form.regulation,
        "period": report.period.label,
        "days": days(report),
        "said": sheet.said,
        "note": _("Tiếp nhận = đã giải quyết + đang giải quyết."),
        "heads": [[head, len(columns)] for head, columns in form.heads],
        "columns": [[column.number, column.label] for column in form.columns],
        "first": _("Lĩnh vực, công việc giải quyết") if not form.sums else _("Cơ quan, đơn vị"),
        "rows": [[str(number or ""), line.label, _figures(form, line)] for number, line in sheet.rows],
        "total": _figures(form, Line("", "", total(report.lines))),
    }
    return paper.render(template=SHEET, data=data, made_at=at, marked=marked)


def _figures(form: Form, line: Line) -> list[str]:
    return [grouped(column.of(line.balance)) for column in form.columns]


def xlsx(sheet: Sheet) -> bytes:
    """The report as an Excel file: numbers stay numbers, with the reader's own sign between thousands."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    _Layout(book, sheet).write()
    book.close()
    return out.getvalue()


class _Layout:
    """One sheet laid out as the form: heads over columns, their numbers, lines, the total."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Sheet) -> None:
        self._given = sheet
        self._form = sheet.report.form
        self._out = book.add_worksheet(self._form.word)
        self._last = len(self._form.columns) + 1
        border, middle = {"border": 1}, {"align": "center", "valign": "vcenter", "text_wrap": True}
        self._plain = book.add_format({"text_wrap": True})
        self._title = book.add_format({"bold": True, "font_size": 13, **middle})
        self._note = book.add_format({"italic": True, **middle})
        self._head = book.add_format({"bold": True, **border, **middle})
        self._small = book.add_format({"italic": True, **border, **middle})
        self._text = book.add_format({"text_wrap": True, **border})
        self._group = book.add_format({"bold": True, **border})
        self._number = book.add_format({"num_format": "#,##0", **border})
        self._sum = book.add_format({"num_format": "#,##0", "bold": True, **border})

    def write(self) -> None:
        """Write everything."""
        row = self._heading()
        row = self._columns(row)
        for number, line in self._given.rows:
            text, shape = (self._text, self._number) if number else (self._group, self._sum)
            if number:
                self._out.write_number(row, 0, number, shape)
            else:
                self._out.write_blank(row, 0, None, text)
            self._out.write_string(row, 1, line.label, text)
            self._balance(row, line, shape)
            row += 1
        self._out.write_blank(row, 0, None, self._group)
        self._out.write_string(row, 1, _("Tổng cộng"), self._group)
        self._balance(row, Line("", "", total(self._given.report.lines)), self._sum)
        self._out.write_string(row + 2, 1, self._given.said, self._plain)

    def _heading(self) -> int:
        report = self._given.report
        self._out.set_landscape()
        self._out.set_paper(9)
        self._out.fit_to_pages(1, 0)
        self._out.set_column(0, 0, 5)
        self._out.set_column(1, 1, 44)
        self._out.set_column(2, self._last, 11)
        self._out.write_string(0, 0, f"{_('Biểu số')} {self._form.code}")
        self._out.write_string(1, 0, f"{_('Ban hành theo')} {self._form.regulation}")
        self._out.write_string(2, 0, f"{_('Đơn vị báo cáo')}: {self._given.agency}")
        lines = (
            (3, self._form.name.upper(), self._title),
            (4, f"{report.period.label}. {days(report)}.", self._note),
        )
        for row, words, shape in lines:
            self._out.merge_range(row, 0, row, self._last, words, shape)
        return 6

    def _columns(self, row: int) -> int:
        first = _("Lĩnh vực, công việc giải quyết") if not self._form.sums else _("Cơ quan, đơn vị")
        for place, words in enumerate((_("STT"), first)):
            self._out.merge_range(row, place, row + 1, place, words, self._head)
            self._out.write_string(row + 2, place, f"({place + 1})", self._small)
        place = 2
        for head, columns in self._form.heads:
            self._out.merge_range(row, place, row, place + len(columns) - 1, head, self._head)
            for column in columns:
                self._out.write_string(row + 1, place, column.label, self._head)
                self._out.write_string(row + 2, place, f"({column.number})", self._small)
                place += 1
        self._out.set_row(row + 1, 48)
        self._out.freeze_panes(row + 3, 2)
        self._out.repeat_rows(row, row + 2)
        return row + 3

    def _balance(self, row: int, line: Line, shape: object) -> None:
        for place, column in enumerate(self._form.columns, start=2):
            self._out.write_number(row, place, column.of(line.balance), shape)
