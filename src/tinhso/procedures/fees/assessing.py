"""What one dossier pays: the table asked with its answers, or the plain sums."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.procedures.fees.contracts import FACTS, ChargeLine, Fee, FeeInput, FeeRow, FeeTable, HitPolicy
from tinhso.procedures.fees.feel import NotFeel, cell_rule, expression_rule, parse_cell, parse_expression
from tinhso.procedures.fees.words import case_words, in_force

FACT = "fact"
"""Under this name rules of a table read the facts of a filing."""
MOST = 10**12


def lines(
    fees: tuple[Fee, ...],
    table: FeeTable | None,
    answers: Mapping[str, Any],
    facts: Mapping[str, str],
    *,
    on: date,
) -> tuple[ChargeLine, ...]:
    """The sums of a dossier on a legal day. `answers` are judged ones, as `forms.validate` gives them."""
    if table is None:
        return tuple(_plain(fee) for fee in fees)
    data = {**answers, FACT: dict(facts)}
    hits = [row for row in table.rows if in_force(row, on) and holds(table, row, data, on=on)]
    several = table.hit_policy is HitPolicy.UNIQUE and len(hits) > 1
    counted = hits if table.hit_policy is HitPolicy.COLLECT else hits[:1]
    return tuple(_line(table, row, data, several=several, on=on) for row in counted)


def _plain(fee: Fee) -> ChargeLine:
    words = "; ".join(part for part in (fee.condition, fee.exemption) if part)
    return ChargeLine(
        code=fee.code,
        kind=fee.kind,
        name=fee.name,
        amount=fee.amount,
        ground=fee.ground,
        why=fee.condition,
        open=words,
    )


def holds(table: FeeTable, row: FeeRow, data: Mapping[str, Any], *, on: date) -> bool:
    """Whether the answers (facts under `fact`) meet every cell; a cell nobody can read is not met."""
    for asked in table.inputs:
        try:
            rule = row_rule(asked, row)
        except NotFeel:
            return False
        if rule is not True and not forms.holds(rule, dict(data), on=on):
            return False
    return True


def row_rule(asked: FeeInput, row: FeeRow) -> Any:
    """The rule of one cell; True for anything. Raises NotFeel."""
    cell = parse_cell(row.tests.get(asked.code, "-"))
    return cell_rule(cell, expression_rule(parse_expression(asked.expression)), asked.type)


def questions(table: FeeTable) -> Iterator[tuple[str, Any]]:
    """Every rule that a table asks of the answers of a form, with its place (`row/input`, or an input); cells
    that nobody can read and facts of the filing are left out."""
    for asked in table.inputs:
        if asked.expression.strip() in FACTS:
            continue
        try:
            value = expression_rule(parse_expression(asked.expression))
        except NotFeel:
            continue
        yield asked.code, {"empty": [value]}
        for row in table.rows:
            with suppress(NotFeel):
                rule = row_rule(asked, row)
                if rule is not True:
                    yield f"{row.code}/{asked.code}", rule


def _line(table: FeeTable, row: FeeRow, data: Mapping[str, Any], *, several: bool, on: date) -> ChargeLine:
    units, still = _units(table, row, data, on=on)
    amount = _whole(row.amount * units)
    off = _whole(Fraction(amount * row.exempt_percent, 100)) if row.exempt_percent else row.exempt_amount
    if several:
        still = _("Nhiều dòng của bảng phí cùng đúng. Cán bộ cần xác định dòng áp dụng.")
    return ChargeLine(
        code=row.fee,
        kind=row.kind,
        name=row.name,
        amount=amount,
        exempted=max(0, min(off, amount)),
        exempt_ground=row.exempt_ground,
        ground=row.ground,
        why=case_words(table, row),
        open=still,
    )


def _units(table: FeeTable, row: FeeRow, data: Mapping[str, Any], *, on: date) -> tuple[Fraction, str]:
    """How many units are paid for, and what a person must still say when that is not answered."""
    asked = next((one for one in table.inputs if one.code == row.per), None)
    if asked is None:
        return Fraction(1), ""
    try:
        value = forms.reckoned(expression_rule(parse_expression(asked.expression)), dict(data), on=on)
    except NotFeel:
        value = None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        return Fraction(0), _("Chưa tính được: chưa có «%(what)s».") % {"what": asked.label}
    return Fraction(str(value)), ""


def _whole(amount: Fraction) -> int:
    """Whole đồng, halves up; what is past every sum is the largest."""
    return min(math.floor(amount + Fraction(1, 2)), MOST)


def supposed(table: FeeTable, values: Mapping[str, Any]) -> dict[str, Any]:
    """Answers made of one value for each name a table reads, to try it: of a counted table the number of
    rows, of a summed column the sum."""
    answers: dict[str, Any] = {}
    for asked in table.inputs:
        try:
            read = parse_expression(asked.expression)
        except NotFeel:
            continue
        value, name = values.get(read.name), read.name
        if value is None or read.name.startswith("fact."):
            continue
        if read.kind == "count":
            value = [{} for _row in range(min(int(value), 1000))] if isinstance(value, int) else None
        elif read.kind == "sum":
            name, _dot, column = read.name.rpartition(".")
            value = [{column: value}]
        place = answers
        *above, last = name.split(".")
        for key in above:
            inner = place.setdefault(key, {})
            place = inner if isinstance(inner, dict) else {}
        place.setdefault(last, value)
    return answers
