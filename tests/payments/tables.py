"""Statements as banks send them, made for tests: one month of one account in every format."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import mt940_writer as swift
import xlsxwriter

from tinhso.foundation.moments import LOCAL

Rows = list[list[object]]


def at(*parts: int) -> datetime:
    """A moment on the clock of Việt Nam."""
    year, month, day, *time = parts
    return datetime(year, month, day, *time, tzinfo=LOCAL)


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement, as a bank knows it: local time, whole đồng, its reference, the content."""

    at: datetime
    amount: int
    reference: str
    content: str


def dots(amount: int) -> str:
    """1.234.567"""
    return f"{amount:,}".replace(",", ".")


def commas(amount: int) -> str:
    """1,234,567.00"""
    return f"{amount:,}.00"


def two_columns(moves: Sequence[Moved], opening: int, *, money: Callable[[int], Any] = dots) -> Rows:
    """A letterhead, the period, the table with debit, credit and balance, and a foot."""
    balance = opening
    rows: Rows = [
        ["NGÂN HÀNG TMCP THỬ NGHIỆM", "", "", "", "", ""],
        ["SAO KÊ TÀI KHOẢN"],
        ["Số tài khoản: 1012345678", "", "Loại tiền: VND"],
        ["Từ ngày 01/11/2026 đến ngày 30/11/2026"],
        [],
        ["STT", "Ngày giao dịch\nTransaction date", "Số tham chiếu", "Phát sinh nợ", "Phát sinh có", "Số dư",
         "Nội dung chi tiết", "Tên đối ứng"],
        ["", "Số dư đầu kỳ", "", "", "", money(opening)],
    ]  # fmt: skip
    for place, one in enumerate(moves, start=1):
        balance += one.amount
        debit, credit = (money(-one.amount), "") if one.amount < 0 else ("", money(one.amount))
        day = f"{one.at:%d/%m/%Y %H:%M:%S}"
        rows.append(
            [str(place), day, one.reference, debit, credit, money(balance), one.content, "TRAN VAN B"]
        )
    rows += [["Tổng cộng", "", "", money(sum(-m.amount for m in moves if m.amount < 0)), ""]]
    rows += [["", "Số dư cuối kỳ", "", "", "", money(balance)], [], ["", "", "Người lập bảng"]]
    return rows


def signed(moves: Sequence[Moved], opening: int, *, money: Callable[[int], Any] = commas) -> Rows:
    """English headings, one signed amount, newest first, no letterhead."""
    balance, rows = opening, []
    for one in moves:
        balance += one.amount
        rows.append(
            [
                f"{one.at:%Y-%m-%d}",
                f"{one.at:%H:%M}",
                one.reference,
                one.content,
                money(one.amount),
                money(balance),
            ]
        )
    heading = ["Date", "Time", "Reference", "Description", "Amount", "Balance"]
    return [heading, *reversed(rows)]


def directed(moves: Sequence[Moved], opening: int, *, money: Callable[[int], Any] = dots) -> Rows:
    """One amount, one column that says which way; no balance after each line."""
    closing = opening + sum(one.amount for one in moves)
    rows = [
        [f"{one.at:%d-%m-%Y}", one.reference, one.content, money(abs(one.amount)), _way(one.amount)]
        for one in moves
    ]
    return [
        ["Số dư đầu kỳ:", money(opening)],
        ["Số dư cuối kỳ:", money(closing)],
        ["Ngày", "Số chứng từ", "Diễn giải", "Số tiền", "Nợ/Có"],
        *rows,
    ]


def _way(amount: int) -> str:
    return "Nợ" if amount < 0 else "Có"


def as_csv(rows: Rows, *, separator: str = ",", encoding: str = "utf-8") -> bytes:
    """The rows as a CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: Rows) -> bytes:
    """The rows as an Excel file, numbers as numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        book.add_worksheet("Bìa")
        sheet = book.add_worksheet("Sao kê")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell.replace(tzinfo=None), day)
                elif isinstance(cell, int | float):
                    sheet.write_number(row, column, cell)
                else:
                    sheet.write_string(row, column, str(cell))
    return out.getvalue()


def as_mt940(moves: Sequence[Moved], opening: int) -> bytes:
    """The same by another's writer."""
    days = [one.at.date() for one in moves] or [at(2026, 11, 1).date()]
    lines = [
        swift.Transaction(
            one.at.date(),
            Decimal(one.amount),
            swift.TransactionType.transfer,
            f"NONREF//{one.reference}",
            swift.TransactionAdditionalInfo(one.content),
        )
        for one in moves
    ]
    closing = opening + sum(one.amount for one in moves)
    return str(
        swift.Statement(
            "STMT2611",
            swift.Account("1012345678", "VND"),
            "00001/001",
            swift.Balance(Decimal(opening), min(days), "VND"),
            swift.Balance(Decimal(closing), max(days), "VND"),
            lines,
        )
    ).encode()
