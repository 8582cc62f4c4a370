"""Statements as tables: the heading is looked for; a row under it is a movement, a balance or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice, pairwise

from django.utils.translation import gettext as _

from tinhso.foundation.moments import today
from tinhso.foundation.text import normal, words
from tinhso.payments.statements.amounts import written
from tinhso.payments.statements.finishing import Found, refuse_too_many
from tinhso.payments.statements.moments import booked, no_day
from tinhso.payments.statements.shapes import Fault, Layout, Line, StatementFault

HIGHEST_HEADING = 60
WIDEST = 64

_PARTS = re.compile(r"[\n/(|]")
_ACCOUNT = re.compile(r"[0-9]{6,19}")
_PERIOD = re.compile(r"tu (?:ngay )?(\d{1,2} \d{1,2} \d{4}) (?:den|toi) (?:ngay )?(\d{1,2} \d{1,2} \d{4})")
_DAY = re.compile(r"[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}")
_OPENING = ("so du dau", "opening balance", "so du dau ky", "du dau ky")
_CLOSING = ("so du cuoi", "closing balance", "ending balance", "du cuoi ky")
_TOTAL = ("tong", "cong", "total")
_ACCOUNT_LABELS = ("so tai khoan", "tai khoan", "account number", "account no", "account")
_OUT = frozenset({"d", "dr", "no", "debit", "ghi no", "rut", "chi", "tien ra"})
_IN = frozenset({"c", "cr", "co", "credit", "ghi co", "gui", "thu", "tien vao"})
Places = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a table's heading stands (row from 1) and in which column each of the layout's fields is."""

    layout: Layout
    row: int
    places: Places


def read(rows: Iterable[Sequence[str]], layouts: Sequence[Layout]) -> Found:
    """A statement in a table, by the first layout whose columns are there. Raises StatementFault."""
    coming = enumerate((tuple(_shortened(row)) for row in rows), start=1)
    above = list(islice(coming, HIGHEST_HEADING))
    head = heading([cells for _row, cells in above], layouts)
    if head is None:
        raise _no_heading(layouts)
    table = _Table(head)
    for row, cells in above[: head.row - 1]:
        table.preamble(row, cells)
    for row, cells in chain(above[head.row :], coming):
        table.take(row, cells)
    return table.found()


def heading(rows: Sequence[Sequence[str]], layouts: Sequence[Layout]) -> Head | None:
    """The heading of the first layout that has all its columns in one of these rows."""
    for layout in layouts:
        for row, cells in enumerate(rows, start=1):
            places = _placed(cells, layout)
            if places is not None:
                return Head(layout, row, places)
    return None


def _shortened(row: Sequence[str]) -> Iterable[str]:
    return (cell.strip() for cell in row[:WIDEST])


def _placed(cells: Sequence[str], layout: Layout) -> Places | None:
    keys = [_key(cell) for cell in cells]
    parts = [{_key(part) for part in _PARTS.split(cell)} for cell in cells]
    places: dict[str, int] = {}
    for whole in (True, False):
        for name, headings in layout.columns.items():
            wanted = {_key(heading) for heading in headings}
            for place, key in enumerate(keys):
                fits = key in wanted if whole else bool(parts[place] & wanted)
                if name not in places and place not in places.values() and fits:
                    places[name] = place
    needed = {
        "day",
        *({"credit", "debit"} & layout.columns.keys()),
        *({"amount", "direction"} & layout.columns.keys()),
    }
    return places if needed <= places.keys() else None


def _key(heading: str) -> str:
    return " ".join(words(heading))


class _Table:
    """What has been read so far."""

    def __init__(self, head: Head) -> None:
        self._places = head.places
        self._lines: list[Line] = []
        self._balances: list[int | None] = []
        self._account = ""
        self._opening: int | None = None
        self._closing: int | None = None
        self._period: tuple[date | None, date | None] = (None, None)
        self._days: list[tuple[int, str]] = []

    def preamble(self, row: int, cells: Sequence[str]) -> None:
        """A row above the heading: the account, the period, a balance."""
        said = _key(" ".join(cells))
        if not self._account and said.startswith(_ACCOUNT_LABELS):
            numbers = _ACCOUNT.findall(" ".join(cells))
            self._account = numbers[0] if numbers else ""
        self._days += [(row, cell) for cell in cells if _DAY.fullmatch(cell)]
        period = _PERIOD.search(said)
        if period:
            first, last = (booked(day.replace(" ", "/"), row=row)[0] for day in period.groups())
            self._period = (today(first), today(last))
        self._balance(row, cells)

    def take(self, row: int, cells: Sequence[str]) -> None:
        """A row under the heading: a movement, a balance, a total, or words. Raises StatementFault."""
        if not any(cells) or self._balance(row, cells):
            return
        day = self._cell(cells, "day")
        money = [self._cell(cells, name) for name in ("credit", "debit", "amount")]
        if not any(any(letter.isdigit() for letter in cell) for cell in money):
            return  # a heading said again on the next page, a signature, a note
        if not any(letter.isdigit() for letter in day):
            if _key(" ".join(cells)).startswith(_TOTAL):
                return
            raise no_day(day, row=row)
        refuse_too_many(len(self._lines) + 1)
        at, timed = booked(day, self._cell(cells, "time"), row=row)
        balance = self._cell(cells, "balance")
        self._balances.append(written(balance, row=row) if balance else None)
        other = (self._cell(cells, "counterparty"), self._cell(cells, "counterparty_account"))
        self._lines.append(
            Line(
                row=row,
                reference=self._cell(cells, "reference"),
                booked_at=at,
                timed=timed,
                amount=self._amount(cells, row),
                content=self._cell(cells, "content"),
                counterparty=" ".join(part for part in other if part),
                raw=tuple(cells),
            )
        )

    def found(self) -> Found:
        """All of it, forward in time. Raises StatementFault where a balance does not follow."""
        lines, balances = self._forward()
        opening, closing = self._opening, self._closing
        if balances and balances[0] is not None and opening is None:
            opening = balances[0] - lines[0].amount
        if balances and balances[-1] is not None and closing is None:
            closing = balances[-1]
        opened_on, closed_on = self._period
        if not lines and opened_on is None:
            days = [today(booked(day, row=row)[0]) for row, day in self._days]
            opened_on, closed_on = min(days, default=None), max(days, default=None)
        return Found(self._account, lines, opening, closing, opened_on, closed_on, covers=True)

    def _cell(self, cells: Sequence[str], name: str) -> str:
        place = self._places.get(name, len(cells))
        return normal(cells[place]) if place < len(cells) else ""

    def _amount(self, cells: Sequence[str], row: int) -> int:
        if "amount" in self._places:
            amount = written(self._cell(cells, "amount"), row=row)
            if "direction" in self._places:
                amount = self._directed(amount, self._cell(cells, "direction"), row)
        else:
            credit, debit = (
                written(cell, row=row) if cell else 0
                for cell in (self._cell(cells, "credit"), self._cell(cells, "debit"))
            )
            if credit and debit:
                raise _both_ways(row)
            amount = credit or -abs(debit)
        if not amount:
            raise StatementFault(
                Fault.AMOUNT,
                _("Dòng %(row)d: không có số tiền. Hãy lấy lại tệp từ ngân hàng, không sửa tay.")
                % {"row": row},
                row=row,
            )
        return amount

    def _directed(self, amount: int, direction: str, row: int) -> int:
        key = _key(direction)
        if key in _OUT or direction == "-":
            return -abs(amount)
        if key in _IN or direction == "+":
            return abs(amount)
        raise StatementFault(
            Fault.AMOUNT,
            _("Dòng %(row)d: “%(text)s” không cho biết tiền vào hay tiền ra. Hãy chọn lại mẫu sao kê.")
            % {"row": row, "text": direction[:40]},
            row=row,
        )

    def _balance(self, row: int, cells: Sequence[str]) -> bool:
        """Whether the row says a balance of the period, which is then kept."""
        label = next((place for place, cell in enumerate(cells) if cell), None)
        if label is None:
            return False
        key = _key(cells[label])
        opening, closing = key.startswith(_OPENING), key.startswith(_CLOSING)
        if not (opening or closing):
            return False
        _words, _colon, beside = cells[label].partition(":")
        amounts = [cell for cell in (beside, *cells[label + 1 :]) if any(letter.isdigit() for letter in cell)]
        if amounts:
            value = written(normal(amounts[-1]), row=row)
            if opening and self._opening is None:
                self._opening = value
            elif closing:
                self._closing = value
        return True

    def _forward(self) -> tuple[list[Line], list[int | None]]:
        """Lines and balances forward in time: banks write the newest first, or last."""
        lines, balances = self._lines, self._balances
        backward = lines[::-1], balances[::-1]
        broken = _break(lines, balances)
        if lines and lines[0].booked_at != lines[-1].booked_at:
            newest_first = lines[0].booked_at > lines[-1].booked_at
        else:
            newest_first = broken is not None and _break(*backward) is None
        if newest_first:
            lines, balances = backward
            broken = _break(lines, balances)
        if broken is not None:
            raise StatementFault(
                Fault.RUNNING_BALANCE,
                _("Dòng %(row)d: số dư không nối tiếp dòng trước. Tệp thiếu, thừa hoặc đã bị sửa dòng ở đây.")
                % {"row": broken.row},
                row=broken.row,
            )
        return lines, balances


def _break(lines: Sequence[Line], balances: Sequence[int | None]) -> Line | None:
    """The first line whose balance is not that before it and its amount."""
    for (before, _line), (after, line) in pairwise(zip(balances, lines, strict=True)):
        if before is not None and after is not None and before + line.amount != after:
            return line
    return None


def _both_ways(row: int) -> StatementFault:
    return StatementFault(
        Fault.AMOUNT,
        _("Dòng %(row)d: vừa có tiền vào vừa có tiền ra. Hãy lấy lại tệp từ ngân hàng, không sửa tay.")
        % {"row": row},
        row=row,
    )


def _no_heading(layouts: Sequence[Layout]) -> StatementFault:
    named = "; ".join(layout.label for layout in layouts)
    return StatementFault(
        Fault.LAYOUT,
        _("Không thấy tiêu đề bảng giao dịch theo mẫu nào (%(layouts)s). Hãy khai mẫu của ngân hàng.")
        % {"layouts": named},
    )
