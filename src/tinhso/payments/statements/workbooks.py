"""Statements as Excel files: the first sheet that holds a table, its cells as text.

Whole numbers stay whole; a number with decimals is one binary number in Excel itself, and is written out as
it stands, so that a part of a đồng is refused like any other.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

import openpyxl
from django.utils.translation import gettext as _

from tinhso.foundation.examining import office
from tinhso.foundation.examining.verdicts import Limits, Refused
from tinhso.payments.statements import tables
from tinhso.payments.statements.finishing import Found, refuse_too_many
from tinhso.payments.statements.shapes import Fault, Layout, StatementFault

UNPACKED = 64 * 1024 * 1024
MOST_SHEETS = 20
_ROWS_OF_WORDS = 1000
_LIMITS = Limits(pixels=0, pages=0, unpacked=UNPACKED, kinds=("xlsx",))
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")


def read(data: bytes, layouts: Sequence[Layout]) -> Found:
    """A statement in an Excel file. Raises StatementFault."""
    _refuse_hostile(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets[:MOST_SHEETS]:
            sheet.reset_dimensions()  # what a file says of its own size may be a lie
            top = list(islice(_rows(sheet), tables.HIGHEST_HEADING))
            if tables.heading(top, layouts):
                return tables.read(_rows(sheet), layouts)
    except StatementFault:
        raise
    except Exception as error:  # the library raises whatever it stumbles over in a torn file
        raise _unreadable() from error
    return tables.read((), layouts)


def _refuse_hostile(data: bytes) -> None:
    """Zip bombs, macros, links outward, entities: refused before the library sees the file."""
    try:
        office.examine(io.BytesIO(data), _LIMITS)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for entry in archive.infolist():
                content = archive.read(entry)
                if content[:2] in (b"\xff\xfe", b"\xfe\xff") or any(mark in content for mark in _DECLARED):
                    raise _hostile()
    except Refused as refused:
        raise _hostile() from refused


def _rows(sheet: Any) -> Iterator[tuple[str, ...]]:
    for row, cells in enumerate(sheet.iter_rows(max_col=tables.WIDEST, values_only=True), start=1):
        refuse_too_many(row - _ROWS_OF_WORDS)
        yield tuple(_text(cell) for cell in cells)


def _text(cell: object) -> str:
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}" if cell.time() == time() else f"{cell:%d/%m/%Y %H:%M:%S}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(cell)


def _hostile() -> StatementFault:
    return StatementFault(
        Fault.HOSTILE,
        _("Tệp Excel này bị khóa, có mã lệnh, liên kết ngoài hoặc nén bất thường. Hãy lưu lại."),
    )


def _unreadable() -> StatementFault:
    return StatementFault(Fault.UNREADABLE, _("Không mở được tệp Excel. Hãy lấy lại tệp từ ngân hàng."))
