"""Statements as MT940 (SWIFT), read by a library; a statement sent in several messages is put together."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import mt940
from django.utils.translation import gettext as _

from tinhso.foundation.text import normal
from tinhso.payments.statements.amounts import VND, refuse_other_money, whole
from tinhso.payments.statements.delimited import decoded
from tinhso.payments.statements.finishing import Found, refuse_too_many
from tinhso.payments.statements.moments import moment, no_day
from tinhso.payments.statements.shapes import EARLIEST, LATEST, Fault, Line, StatementFault

_OPENING = ("final_opening_balance", "opening_balance")
_CLOSING = ("final_closing_balance", "closing_balance")
_GOES_ON = "intermediate_opening_balance"
_MOVEMENT = re.compile(r"^:61:", re.MULTILINE)
_BLOCK = re.compile(r"^:20:", re.MULTILINE)
_NO_REFERENCE = frozenset({"", "NONREF"})
_AS_WRITTEN: Any = {"post_transaction_details": []}
"""Field 86 stays as the bank wrote it: the library would take it apart as German banks fill it."""

# What it cannot read the library writes into the log, with names and amounts of people in it.
logging.getLogger("mt940").setLevel(logging.CRITICAL)


def read(data: bytes) -> tuple[Found, ...]:
    """Every statement of an MT940 file. Raises StatementFault."""
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    rows = _rows(text)
    refuse_too_many(len(rows))
    try:
        blocks = mt940.parse_statements(
            io.StringIO(text), processors=_AS_WRITTEN, options=mt940.Options.all()
        )
    except RuntimeError as error:
        raise _torn(text, str(error.args[-1])) from error
    except (ValueError, ArithmeticError, LookupError, TypeError, AttributeError) as error:
        raise _torn(text, "") from error
    coming = iter(rows)
    found: list[Found] = []
    for block in blocks:
        one = _statement(block, coming)
        if found and _GOES_ON in block.data and found[-1].account == one.account:
            found[-1] = _joined(found[-1], one)
        else:
            found.append(one)
    return tuple(found)


def _rows(text: str) -> list[int]:
    """The rows in which movements begin, of statements only."""
    start = _BLOCK.search(text)
    if start is None:
        return []
    rows, row, at = [], 1, 0
    for one in _MOVEMENT.finditer(text, start.start()):
        row += text.count("\n", at, one.start())
        at = one.start()
        rows.append(row)
    return rows


def _statement(block: Any, rows: Iterator[int]) -> Found:
    lines = tuple(_line(one.data, next(rows, 0)) for one in block if "amount" in one.data)
    opening = next((block.data[name] for name in (*_OPENING, _GOES_ON) if name in block.data), None)
    closing = next(
        (block.data[name] for name in (*_CLOSING, "intermediate_closing_balance") if name in block.data), None
    )
    if opening is None or closing is None:
        raise StatementFault(
            Fault.BALANCE, _("Sao kê MT940 thiếu số dư đầu kỳ (:60F:) hoặc cuối kỳ (:62F:). Hãy lấy lại tệp.")
        )
    return Found(
        account=_account(normal(str(block.data.get("account_identification") or ""))),
        lines=lines,
        opening=_dong(opening.amount, 0),
        closing=_dong(closing.amount, 0),
        opened_on=_day(opening.date, 0),
        closed_on=_day(closing.date, 0),
    )


def _account(said: str) -> str:
    """The number of "970436/1012345678" or "1012345678 VND"."""
    return said.rpartition("/")[2].strip().partition(" ")[0]


def _line(said: dict[str, Any], row: int) -> Line:
    own, bank = (normal(str(said.get(name) or "")) for name in ("customer_reference", "bank_reference"))
    day = said.get("entry_date") or said["date"]
    content = " ".join(str(said.get(name) or "") for name in ("transaction_details", "extra_details"))
    return Line(
        row=row,
        reference=bank or ("" if own in _NO_REFERENCE else own),
        booked_at=moment(_day(day, row)),
        timed=False,
        amount=_dong(said["amount"], row),
        content=normal(content),
        raw=tuple(f"{name}={value}" for name, value in said.items() if value is not None),
    )


def _dong(amount: Any, row: int) -> int:
    if amount is None or not isinstance(amount.amount, Decimal):
        raise _torn("", "")
    refuse_other_money(amount.currency or VND, row=row)
    return whole(amount.amount, row=row)


def _day(day: date, row: int) -> date:
    if not EARLIEST <= day.year < LATEST:
        raise no_day(str(day), row=row)
    return date(day.year, day.month, day.day)


def _joined(first: Found, second: Found) -> Found:
    return replace(
        first, lines=(*first.lines, *second.lines), closing=second.closing, closed_on=second.closed_on
    )


def _torn(text: str, near: str) -> StatementFault:
    at = text.find(near) if near else -1
    row = text.count("\n", 0, at) + 1 if at >= 0 else 0
    if row:
        sentence = _("Dòng %(row)d: không đúng dạng MT940. Hãy lấy lại tệp từ ngân hàng, không sửa tay.") % {
            "row": row
        }
    else:
        sentence = _("Tệp không đúng dạng MT940. Hãy lấy lại tệp từ ngân hàng, không sửa tay.")
    return StatementFault(Fault.UNREADABLE, sentence, row=row)
