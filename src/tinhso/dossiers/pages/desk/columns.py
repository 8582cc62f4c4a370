"""The columns of a list: which there are, which are usual, and how each draws a line's cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.dossiers.pages.desk.lines import Line
from tinhso.dossiers.pages.desk.visiting import LIST
from tinhso.dossiers.queries.choices import VIA
from tinhso.ui.api import Lateness, Unit, component


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its word in what is kept, its heading, and its cell for a line under a list's query."""

    word: str
    msgid: str
    cell: Callable[[Line, str], SafeString]
    always: bool = False

    @property
    def label(self) -> str:
        """What people read, in their language."""
        return _(self.msgid)


def _due(line: Line, _query: str) -> SafeString:
    late = line.late
    drawn = (
        component(
            "lateness",
            standing=Lateness(late.standing),
            amount=late.amount,
            unit=Unit(late.unit),
            at=late.at,
            explain=late.explain,
        )
        if late
        else ""
    )
    part = component("tag", text=line.part_late, classes="govuk-tag--red") if line.part_late else ""
    return format_html('<td class="ui-list__due k-han">{}{}</td>', drawn, part)


def _code(line: Line, query: str) -> SafeString:
    code = line.row.code
    href = f"{LIST}{code}/" + (f"?{query}" if query else "")
    return format_html(
        '<td class="ui-code k-ma"><a class="govuk-link" data-open href="{}">{}</a></td>', href, code
    )


def _procedure(line: Line, _query: str) -> SafeString:
    return _two("thu-tuc", line.row.procedure_name)


def _applicant(line: Line, _query: str) -> SafeString:
    commune = line.row.commune_name
    beneath = format_html('<span class="ui-plain--grey dk-commune">{}</span>', commune) if commune else ""
    return format_html(
        '<td class="k-chu"><span class="ui-list__two">{}</span>{}</td>', line.row.applicant_name, beneath
    )


def _status(line: Line, _query: str) -> SafeString:
    flags = format_html_join(
        "",
        "{}",
        (
            (component("flag", which=icon, text=words, small=place > 0),)
            for place, (icon, words) in enumerate(line.flags)
        ),
    )
    return format_html('<td class="k-buoc"><span class="ui-list__two">{}</span>{}</td>', line.status, flags)


def _holder(line: Line, _query: str) -> SafeString:
    instead = _("thay %(name)s") % {"name": line.stands_in_for} if line.stands_in_for else ""
    if line.unattended:
        tag = component("tag", text=line.unattended, classes="govuk-tag--amber")
        return _named("k-giu", "giu", format_html("{} {}", line.row.holder_name, tag))
    if line.row.holder:
        return _named("k-giu", "giu", instead or line.row.holder_name)
    nobody = format_html('<span class="ui-plain--grey">{}</span> {}', _("Chưa ai giữ"), instead)
    return format_html('<td class="k-giu">{}</td>', nobody)


def _received(line: Line, _query: str) -> SafeString:
    when = format_html('<span title="{}">{}</span>', line.received_full, line.received)
    return _named("dk-when k-nhan", "nhan", when)


def _promised(line: Line, _query: str) -> SafeString:
    return _named("dk-when k-hen", "hen", line.promised) if line.promised else format_html("<td></td>")


def _named(classes: str, word: str, content: str) -> SafeString:
    """A cell that says its heading where the list has no head, on a phone."""
    return format_html('<td class="{}" data-name="{}">{}</td>', classes, COLUMNS[word].label, content)


def _two(word: str, text: str) -> SafeString:
    return format_html('<td class="k-{}"><span class="ui-list__two">{}</span></td>', word, text)


COLUMNS: Mapping[str, Column] = {
    column.word: column
    for column in (
        Column("han", gettext_noop("Hạn"), _due, always=True),
        Column("ma", gettext_noop("Mã"), _code, always=True),
        Column("thu-tuc", gettext_noop("Thủ tục"), _procedure),
        Column("chu", gettext_noop("Chủ hồ sơ"), _applicant),
        Column("buoc", gettext_noop("Bước, trạng thái"), _status),
        Column("giu", gettext_noop("Người giữ"), _holder),
        Column("nhan", gettext_noop("Nhận lúc"), _received),
        Column("hen", gettext_noop("Hẹn trả"), _promised),
        Column(
            "linh-vuc", gettext_noop("Lĩnh vực"), lambda line, _query: _two("linh-vuc", line.row.sector_name)
        ),
        Column("don-vi", gettext_noop("Đơn vị"), lambda line, _query: _two("don-vi", line.row.unit_name)),
        Column("kenh", gettext_noop("Kênh nộp"), lambda line, _query: _two("kenh", _(VIA[line.row.via]))),
    )
}
USUAL = ("han", "ma", "thu-tuc", "chu", "buoc", "giu", "nhan")


def cells(line: Line, columns: Iterable[str], *, query: str) -> SafeString:
    """The cells of a line."""
    return format_html_join("", "{}", ((COLUMNS[word].cell(line, query),) for word in columns))


def headings(columns: Iterable[str]) -> SafeString:
    """The heads of columns."""
    return format_html_join(
        "", '<th scope="col" class="k-{}">{}</th>', ((word, COLUMNS[word].label) for word in columns)
    )


def sound(columns: Sequence[str]) -> tuple[str, ...]:
    """A choice of columns that can be shown: known ones, each once, and always the deadline and the code."""
    known = dict.fromkeys(word for word in columns if word in COLUMNS)
    missing = [word for word, column in COLUMNS.items() if column.always and word not in known]
    return (*missing, *known)
