"""Tables in plain words: what a cell asks, what a row says."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.text import format_money
from tinhso.procedures.fees.contracts import ChargeLine, Fee, FeeInput, FeeRow, FeeTable
from tinhso.procedures.fees.feel import NotFeel, Scalar, Span, Value, parse_cell


def relief_words(line: ChargeLine) -> str:
    """What is taken off a sum and by which law; empty for nothing."""
    if not line.exempted:
        return ""
    return _("mức thu %(sum)s, miễn giảm %(off)s theo %(law)s") % {
        "sum": format_money(line.amount),
        "off": format_money(line.exempted),
        "law": line.exempt_ground,
    }


def cell_words(asked: FeeInput, text: str) -> str:
    """What a cell asks, without the name of what is asked: "dưới 18"; empty for anything. Raises NotFeel."""
    cell = parse_cell(text)
    if cell.anything:
        return ""
    said = _(" hoặc ").join(_part(asked, part) for part in cell.parts)
    return _("không phải %(what)s") % {"what": said.removeprefix(_("là "))} if cell.negated else said


def _part(asked: FeeInput, part: Value | Span) -> str:
    if isinstance(part, Value):
        if part.value is None:
            return _("chưa trả lời")
        if isinstance(part.value, bool):
            return _("có") if part.value else _("không")
        return _("là %(what)s") % {"what": value_words(asked, part.value)}
    low, high = value_words(asked, part.low), value_words(asked, part.high)
    day = isinstance(part.low or part.high, date)
    if part.low is None:
        if day:
            words = _("trước ngày %(day)s") if part.high_open else _("đến hết ngày %(day)s")
            return words % {"day": high}
        return _("dưới %(n)s") % {"n": high} if part.high_open else _("từ %(n)s trở xuống") % {"n": high}
    if part.high is None:
        if day:
            return (_("sau ngày %(day)s") if part.low_open else _("từ ngày %(day)s")) % {"day": low}
        return _("trên %(n)s") % {"n": low} if part.low_open else _("từ %(n)s trở lên") % {"n": low}
    first = _("trên %(n)s") % {"n": low} if part.low_open else _("từ %(n)s") % {"n": low}
    last = _("dưới %(n)s") % {"n": high} if part.high_open else _("đến %(n)s") % {"n": high}
    return f"{first} {last}"


def value_words(asked: FeeInput, value: Scalar) -> str:
    """A value as people read it: the words of its option, a day, a number with its points."""
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",")
    return dict(asked.options).get(value or "", value or "")


def case_words(table: FeeTable, row: FeeRow) -> str:
    """For whom a row is: "Tuổi của con dưới 18, Cách nộp là trực tuyến"; every case when it asks nothing."""
    said = []
    for asked in table.inputs:
        try:
            words = cell_words(asked, row.tests.get(asked.code, "-"))
        except NotFeel:
            words = row.tests[asked.code]
        if words:
            said.append(f"{asked.label} {words}")
    return ", ".join(said) or _("Mọi trường hợp")


def sum_words(table: FeeTable, row: FeeRow) -> str:
    """What a row asks for: "8.000 đồng cho mỗi Số bản, miễn theo …"."""
    words = format_money(max(row.amount, 0))
    unit = next((asked.label for asked in table.inputs if asked.code == row.per), "")
    if unit:
        words = _("%(sum)s nhân với %(unit)s") % {"sum": words, "unit": unit}
    off = exemption_words(row)
    return f"{words}, {off}" if off else words


def exemption_words(row: FeeRow) -> str:
    """What is taken off and by which law; empty when nothing is."""
    if row.exempt_percent >= 100:
        words = _("miễn toàn bộ")
    elif row.exempt_percent > 0:
        words = _("giảm %(n)d%%") % {"n": row.exempt_percent}
    elif row.exempt_amount > 0:
        words = _("giảm %(sum)s") % {"sum": format_money(row.exempt_amount)}
    else:
        return ""
    return (
        _("%(what)s theo %(law)s") % {"what": words, "law": row.exempt_ground} if row.exempt_ground else words
    )


def row_sentence(table: FeeTable, row: FeeRow) -> str:
    """A whole row: "Tuổi của con dưới 18: Lệ phí khai sinh 8.000 đồng, miễn toàn bộ theo …"."""
    sentence = f"{case_words(table, row)}: {row.name} {sum_words(table, row)}"
    if row.valid_from:
        sentence += _(", từ ngày %(day)s") % {"day": f"{row.valid_from:%d/%m/%Y}"}
    if row.valid_to:
        sentence += _(", đến trước ngày %(day)s") % {"day": f"{row.valid_to:%d/%m/%Y}"}
    return sentence + "."


def in_force(row: FeeRow, on: date) -> bool:
    """Whether a row counts on a legal day."""
    begun = row.valid_from is None or row.valid_from <= on
    return begun and (row.valid_to is None or on < row.valid_to)


def as_fees(fees: tuple[Fee, ...], table: FeeTable | None, *, on: date | None) -> tuple[Fee, ...]:
    """The sums as a list for reading: those of the table in force on a day when there is one."""
    if table is None:
        return fees
    return tuple(
        Fee(
            code=row.fee,
            kind=row.kind,
            name=row.name,
            amount=row.amount,
            condition=_condition(table, row),
            ground=row.ground,
        )
        for row in table.rows
        if on is None or in_force(row, on)
    )


def _condition(table: FeeTable, row: FeeRow) -> str:
    case = case_words(table, row) if any(text.strip() not in ("", "-") for text in row.tests.values()) else ""
    unit = next(
        (_("nhân với %(unit)s") % {"unit": one.label} for one in table.inputs if one.code == row.per), ""
    )
    return "; ".join(part for part in (case, unit, exemption_words(row)) if part)
