"""One term for the whole procedure, from what its channels say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tinhso.foundation.worktime import Term, Unit
from tinhso.procedures.importer.contracts import ChannelRow, Finding, Mark

LENGTH = {Unit.HOUR: 1, Unit.WORKING_DAY: 8, Unit.CALENDAR_DAY: 7, Unit.MONTH: 170}
WORDED = {"ngày làm việc": Unit.WORKING_DAY, "giờ": Unit.HOUR, "tháng": Unit.MONTH, "ngày": Unit.CALENDAR_DAY}
NAMED = re.compile(
    r"(?<![\d/.,])0?(?P<figure>\d{1,3}) ?(?:\([^)]{1,20}\) ?)?"
    r"(?P<unit>ngày làm việc|giờ|tháng|ngày(?! ?\d|/))",
    re.IGNORECASE,
)


def of_row(row: ChannelRow) -> Term | None:
    """The row's term when figure and unit are both stated."""
    if row.amount is None or row.unit is None:
        return None
    return Term(row.amount, row.unit)


def unit_in_words(amount: int, texts: Iterable[str]) -> Unit | None:
    """The one unit that the words give this figure; None when they give none or several."""
    units = {
        WORDED[match["unit"].lower()]
        for text in texts
        for match in NAMED.finditer(text)
        if int(match["figure"]) == amount
    }
    return units.pop() if len(units) == 1 else None


def whole(rows: tuple[ChannelRow, ...], *, steps: tuple[str, ...]) -> tuple[Term | None, Finding]:
    """The longest term of the channels; a figure without unit takes the one the steps give it."""
    stated = {term for row in rows if (term := of_row(row)) is not None}
    if stated:
        longest = max(stated, key=lambda term: (term.amount * LENGTH[term.unit], term.unit))
        if len(stated) == 1:
            return longest, Finding("term", Mark.WHOLE)
        return longest, Finding("term", Mark.PART, "nhiều thời hạn theo trường hợp: lấy thời hạn dài nhất")
    bare = {row.amount for row in rows if row.amount is not None}
    if bare:
        amount = max(bare)
        unit = unit_in_words(amount, (*(row.note for row in rows), *steps))
        if unit is not None:
            return Term(amount, unit), Finding("term", Mark.PART, "đơn vị lấy từ lời văn trình tự")
        return None, Finding("term", Mark.PART, "nguồn ghi số mà không ghi đơn vị")
    if any(row.fraction for row in rows):
        return None, Finding("term", Mark.PART, "thời hạn lẻ, không phải số nguyên")
    return None, Finding("term", Mark.ABSENT, "nguồn không ghi thời hạn")
