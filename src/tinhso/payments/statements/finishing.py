"""What every statement is held against before anybody sees it: its balances, its period, its references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.moments import today
from tinhso.foundation.text import format_money
from tinhso.payments.statements.shapes import (
    MOST_LINES,
    Fault,
    Format,
    Line,
    Repeat,
    Statement,
    StatementFault,
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a reader found in its file: None for what the file does not say.

    `covers` tells whether the days are those of a period in which every line must fall; otherwise they are
    the days of its balances, and lines booked beside them widen the period.
    """

    account: str
    lines: Sequence[Line]
    opening: int | None
    closing: int | None
    opened_on: date | None
    closed_on: date | None
    covers: bool = False


def finished(found: Found, *, format: Format, sha256: str) -> Statement:
    """The statement, its lines forward in time. Raises StatementFault naming what does not add up."""
    refuse_too_many(len(found.lines))
    days = [today(line.booked_at) for line in found.lines]
    opened_on, closed_on = found.opened_on, found.closed_on
    if not (found.covers and opened_on and closed_on):
        said = [day for day in (opened_on, closed_on, *days) if day is not None]
        opened_on, closed_on = min(said, default=None), max(said, default=None)
    if opened_on is None or closed_on is None:
        raise StatementFault(
            Fault.EMPTY,
            _("Sao kê không có dòng giao dịch nào và không ghi kỳ. Hãy lấy lại tệp từ ngân hàng."),
        )
    _refuse_days_outside(found.lines, days, opened_on, closed_on)
    if found.opening is not None and found.closing is not None:
        _refuse_unbalanced(found.opening, found.closing, found.lines)
    return Statement(
        format=format,
        account=found.account,
        opened_on=opened_on,
        closed_on=closed_on,
        opening=found.opening,
        closing=found.closing,
        lines=tuple(sorted(found.lines, key=lambda line: line.booked_at)),
        repeats=_repeats(found.lines),
        sha256=sha256,
    )


def refuse_too_many(lines: int) -> None:
    """Raises StatementFault for more lines than are read at once."""
    if lines > MOST_LINES:
        raise StatementFault(
            Fault.TOO_MANY_LINES,
            _("Sao kê có hơn %(most)d dòng. Hãy lấy sao kê từng ngày hoặc từng tuần.") % {"most": MOST_LINES},
        )


def _refuse_days_outside(lines: Sequence[Line], days: Sequence[date], opened: date, closed: date) -> None:
    if closed < opened:
        raise StatementFault(
            Fault.OPEN_PERIOD,
            _("Sao kê ghi cuối kỳ %(closed)s trước đầu kỳ %(opened)s. Hãy lấy lại tệp từ ngân hàng.")
            % {"closed": f"{closed:%d/%m/%Y}", "opened": f"{opened:%d/%m/%Y}"},
        )
    for line, day in zip(lines, days, strict=True):
        if not opened <= day <= closed:
            raise StatementFault(
                Fault.DAY,
                _("Dòng %(row)d: ngày %(day)s nằm ngoài kỳ sao kê từ %(opened)s đến %(closed)s.")
                % {
                    "row": line.row,
                    "day": f"{day:%d/%m/%Y}",
                    "opened": f"{opened:%d/%m/%Y}",
                    "closed": f"{closed:%d/%m/%Y}",
                },
                row=line.row,
            )


def _refuse_unbalanced(opening: int, closing: int, lines: Sequence[Line]) -> None:
    reached = opening + sum(line.amount for line in lines)
    if reached != closing:
        raise StatementFault(
            Fault.BALANCE,
            _(
                "Sao kê không khớp: số dư đầu kỳ cộng các dòng được %(reached)s, ngân hàng ghi số dư cuối kỳ "
                "%(closing)s, lệch %(gap)s. Tệp thiếu hoặc thừa dòng: hãy lấy lại từ ngân hàng."
            )
            % {
                "reached": format_money(reached),
                "closing": format_money(closing),
                "gap": format_money(abs(closing - reached)),
            },
        )


def _repeats(lines: Sequence[Line]) -> tuple[Repeat, ...]:
    rows: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if line.reference:
            rows[line.reference].append(line.row)
    return tuple(Repeat(reference, tuple(at)) for reference, at in rows.items() if len(at) > 1)
