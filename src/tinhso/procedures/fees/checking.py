"""What is wrong with a table before anybody pays by it: cells, sums, rows that overlap, cases no row covers.

Cells are compared at the points where one of them turns: exact for what stands in the table, with numbers
taken as whole where every number of their column is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice, product

from django.utils.translation import gettext as _

from tinhso.procedures.fees.contracts import (
    FACTS,
    FeeInput,
    FeeRow,
    FeeTable,
    HitPolicy,
    InputType,
    TableFault,
)
from tinhso.procedures.fees.feel import (
    Cell,
    NotFeel,
    Scalar,
    Value,
    accepts,
    fits,
    parse_cell,
    parse_expression,
)
from tinhso.procedures.fees.words import in_force, value_words

MOST_ROWS = 300
MOST_INPUTS = 12
MOST_CASES = 20_000
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
OTHER = "\x00"
"""A text that no cell names."""


def faults(table: FeeTable) -> tuple[TableFault, ...]:
    """What keeps a table from being used, and what is worth a second look, in the order of the table."""
    if len(table.rows) > MOST_ROWS or len(table.inputs) > MOST_INPUTS:
        return (TableFault("", _("Bảng có nhiều nhất 300 dòng và 12 cột điều kiện. Hãy tách bảng.")),)
    found = [*_input_faults(table), *_code_faults(table)]
    for row in table.rows:
        found += _row_faults(table, row)
    if not any(fault.blocks for fault in found):
        found += _overlaps(table)
        found += _uncovered(table)
    return tuple(found)


def _input_faults(table: FeeTable) -> Iterator[TableFault]:
    for asked in table.inputs:
        if not asked.label.strip():
            yield TableFault(asked.code, _("Hãy đặt tên cho cột điều kiện này."))
        try:
            read = parse_expression(asked.expression)
        except NotFeel as fault:
            yield TableFault(asked.code, fault.sentence)
            continue
        if read.name.startswith("fact.") and asked.expression.strip() not in FACTS:
            yield TableFault(asked.code, _("Hồ sơ không có dữ kiện «%(name)s».") % {"name": read.name})


def _code_faults(table: FeeTable) -> Iterator[TableFault]:
    for codes in ([one.code for one in table.inputs], [one.code for one in table.rows]):
        if len(set(codes)) < len(codes) or not all(map(CODE.fullmatch, codes)):
            yield TableFault("", _("Mỗi dòng, mỗi cột điều kiện phải có một mã riêng."))
    if not table.rows:
        yield TableFault("", _("Bảng phí chưa có dòng nào. Hãy thêm dòng, hoặc bỏ bảng."))


def _row_faults(table: FeeTable, row: FeeRow) -> Iterator[TableFault]:
    known = {asked.code: asked for asked in table.inputs}
    for asked in table.inputs:
        try:
            cell = parse_cell(row.tests.get(asked.code, "-"))
        except NotFeel as fault:
            yield TableFault(f"{row.code}/{asked.code}", fault.sentence)
            continue
        if not fits(cell, asked.type):
            yield TableFault(f"{row.code}/{asked.code}", _wrong_type(asked))
    if strange := set(row.tests) - set(known):
        yield TableFault(row.code, _("Dòng này hỏi cột không có: %(code)s.") % {"code": min(strange)})
    if row.per and (row.per not in known or known[row.per].type is not InputType.NUMBER):
        yield TableFault(f"{row.code}/per", _("Chỉ nhân được với một cột là số."))
    if not row.name.strip() or not row.fee.strip():
        yield TableFault(f"{row.code}/name", _("Hãy ghi tên khoản thu."))
    if row.amount < 0:
        yield TableFault(f"{row.code}/amount", _("Số tiền phải từ 0 đồng trở lên."))
    if not 0 <= row.exempt_percent <= 100 or row.exempt_amount < 0:
        yield TableFault(f"{row.code}/exempt", _("Mức giảm từ 0% đến 100%, hoặc số tiền từ 0 đồng."))
    elif row.exempt_percent and row.exempt_amount:
        yield TableFault(f"{row.code}/exempt", _("Hãy ghi mức giảm bằng phần trăm hoặc bằng tiền, một cách."))
    elif not row.per and row.exempt_amount > row.amount >= 0:
        yield TableFault(f"{row.code}/exempt", _("Mức giảm lớn hơn số tiền phải nộp."))
    if (row.exempt_percent or row.exempt_amount) and not row.exempt_ground.strip():
        yield TableFault(f"{row.code}/exempt_ground", _("Hãy ghi căn cứ của việc miễn, giảm."))
    if not row.ground.strip():
        yield TableFault(f"{row.code}/ground", _("Hãy ghi căn cứ của mức thu."))
    if row.valid_from and row.valid_to and row.valid_to <= row.valid_from:
        yield TableFault(f"{row.code}/valid_to", _("Ngày hết hiệu lực phải sau ngày bắt đầu."))


def _wrong_type(asked: FeeInput) -> str:
    if asked.type is InputType.NUMBER:
        return _("«%(label)s» là số: ghi như dưới 18 (< 18) hoặc từ 1 đến 5 ([1..5]).") % {
            "label": asked.label
        }
    if asked.type is InputType.DATE:
        return _('«%(label)s» là ngày: ghi như trước ngày 01/01/2025 (< date("2025-01-01")).') % {
            "label": asked.label
        }
    if asked.type is InputType.YES_NO:
        return _("«%(label)s» là có hoặc không: ghi có (true) hoặc không (false).") % {"label": asked.label}
    return _('«%(label)s» là chữ: ghi trong dấu ngoặc kép, như "x".') % {"label": asked.label}


def _cells(table: FeeTable, row: FeeRow) -> list[Cell]:
    return [parse_cell(row.tests.get(asked.code, "-")) for asked in table.inputs]


def _overlaps(table: FeeTable) -> Iterator[TableFault]:
    """Rows of a UNIQUE table that one case could meet both."""
    if table.hit_policy is not HitPolicy.UNIQUE:
        return
    cells = {row.code: _cells(table, row) for row in table.rows}
    points = [
        _points(asked, [cells[row.code][at] for row in table.rows]) for at, asked in enumerate(table.inputs)
    ]
    met = {
        code: [
            frozenset(at for at, point in enumerate(column) if accepts(cell, point))
            for cell, column in zip(own, points, strict=True)
        ]
        for code, own in cells.items()
    }
    for later, row in enumerate(table.rows):
        for earlier, other in enumerate(table.rows[:later]):
            if _same_days(row, other) and all(
                one & two for one, two in zip(met[row.code], met[other.code], strict=True)
            ):
                yield TableFault(
                    row.code,
                    _(
                        "Dòng %(later)d và dòng %(earlier)d cùng đúng với một trường hợp. Hãy sửa điều kiện,"
                        " hoặc chọn «Lấy dòng đầu tiên» hay «Cộng mọi dòng»."
                    )
                    % {"later": later + 1, "earlier": earlier + 1},
                )
                break


def _same_days(one: FeeRow, other: FeeRow) -> bool:
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins < min(one.valid_to or date.max, other.valid_to or date.max)


def _uncovered(table: FeeTable) -> Iterator[TableFault]:
    """One case that no row meets, on each stretch of days on which rows are in force."""
    cells = {row.code: _cells(table, row) for row in table.rows}
    told = set()
    for day in _days(table.rows):
        rows = [row for row in table.rows if in_force(row, day)]
        if not rows:
            continue
        points = [
            _points(asked, [cells[row.code][at] for row in rows]) for at, asked in enumerate(table.inputs)
        ]
        for case in islice(product(*points), MOST_CASES):
            if any(all(map(accepts, cells[row.code], case)) for row in rows):
                continue
            words = ", ".join(
                f"{asked.label}: {_case(asked, point)}"
                for asked, point, column in zip(table.inputs, case, points, strict=True)
                if len(column) > 1
            )
            if words not in told:
                told.add(words)
                yield TableFault("", _missing(words, day), blocks=False)
            break


def _case(asked: FeeInput, point: Scalar) -> str:
    if point is None:
        return _("chưa trả lời")
    return _("giá trị khác") if point == OTHER else value_words(asked, point)


def _missing(words: str, day: date) -> str:
    if day == date.min:
        return _("Chưa dòng nào nói về trường hợp này: %(case)s. Người đó sẽ không phải nộp gì.") % {
            "case": words
        }
    return _("Từ ngày %(day)s chưa dòng nào nói về trường hợp này: %(case)s.") % {
        "day": f"{day:%d/%m/%Y}",
        "case": words,
    }


def _days(rows: Iterable[FeeRow]) -> list[date]:
    days = {day for row in rows for day in (row.valid_from, row.valid_to) if day}
    return sorted(days | {date.min})


def _points(asked: FeeInput, cells: list[Cell]) -> list[Scalar]:
    """Values of a column such that every other value is met by the same cells as one of them."""
    ends = [
        end
        for cell in cells
        for part in cell.parts
        for end in ((part.value,) if isinstance(part, Value) else (part.low, part.high))
        if end is not None
    ]
    empty: list[Scalar] = [None] if any(Value(None) in cell.parts for cell in cells) else []
    if asked.type is InputType.YES_NO:
        return [True, False, *empty]
    if asked.type in (InputType.TEXT, InputType.LIST):
        named: list[Scalar] = [value for value, _label in asked.options]
        rest: list[Scalar] = [] if named else [OTHER]
        return [*dict.fromkeys([*named, *ends]), *rest, *empty]
    if not ends:
        return [OTHER, *empty]
    return [*_between(sorted(set(ends), key=_order)), *empty]


def _order(end: Scalar) -> float:
    return end.toordinal() if isinstance(end, date) else float(end or 0)


def _between(ends: list[Scalar]) -> Iterator[Scalar]:
    """Each end, and a value before, between and behind them: whole ones where all ends are."""
    fine = any(isinstance(end, float) for end in ends)
    previous: Scalar = None
    for end in ends:
        before = _near(end, -1)
        if fine and previous is not None:
            yield (float(previous) + float(end)) / 2  # type: ignore[arg-type]
        elif before is not None and (previous is None or before != previous):
            yield before
        yield end
        previous = end
    behind = _near(previous, 1)
    if behind is not None:
        yield behind


def _near(end: Scalar, by: int) -> Scalar:
    if isinstance(end, date):
        try:
            return end + timedelta(days=by)
        except OverflowError:
            return None
    return end + by if isinstance(end, int | float) else None
