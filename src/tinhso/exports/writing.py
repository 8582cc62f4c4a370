"""Writing rows as CSV or Excel, one after the other: memory does not grow with their number."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import IO, Protocol

import xlsxwriter
from django.utils.translation import gettext as _

from tinhso.exports.contracts import Cell, Shape
from tinhso.foundation.moments import local

MOST_ROWS_OF_A_SHEET = 1_048_576
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
WIDTH = 22


class Writer(Protocol):
    """Takes rows; the file is whole once closed."""

    def rows(self, batch: Sequence[Sequence[Cell]]) -> None:
        """Write some rows."""
        ...

    def close(self) -> None:
        """Finish the file."""
        ...


class Csv:
    """Comma-separated, UTF-8 with its mark so that Excel reads it. What a spreadsheet would run is quoted."""

    def __init__(self, file: IO[bytes], heads: Sequence[str]) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        self._out = csv.writer(self._text)
        self._out.writerow(heads)

    def rows(self, batch: Sequence[Sequence[Cell]]) -> None:
        self._out.writerows([[_plain(cell) for cell in row] for row in batch])

    def close(self) -> None:
        self._text.flush()
        self._text.detach()


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{local(cell):%d/%m/%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return str(cell)


class Xlsx:
    """One sheet after another, each as long as Excel takes; strings are never formulas."""

    def __init__(self, file: IO[bytes], heads: Sequence[str], *, folder: Path) -> None:
        self._book = xlsxwriter.Workbook(
            file,
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "remove_timezone": True,
                "tmpdir": str(folder),
            },
        )
        self._heads = heads
        self._bold = self._book.add_format({"bold": True, "text_wrap": True})
        self._moment = self._book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        self._day = self._book.add_format({"num_format": "dd/mm/yyyy"})
        self._sheets = 0
        self._begin()

    def _begin(self) -> None:
        self._sheets += 1
        self._sheet = self._book.add_worksheet(_("Danh sách %(number)d") % {"number": self._sheets})
        self._sheet.set_column(0, len(self._heads) - 1, WIDTH)
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, self._heads, self._bold)
        self._next = 1

    def rows(self, batch: Sequence[Sequence[Cell]]) -> None:
        for row in batch:
            if self._next == MOST_ROWS_OF_A_SHEET:
                self._begin()
            for place, cell in enumerate(row):
                self._write(place, cell)
            self._next += 1

    def _write(self, place: int, cell: Cell) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, datetime):
            self._sheet.write_datetime(self._next, place, local(cell), self._moment)
        elif isinstance(cell, date):
            self._sheet.write_datetime(self._next, place, cell, self._day)
        elif isinstance(cell, int):
            self._sheet.write_number(self._next, place, cell)
        else:
            self._sheet.write_string(self._next, place, cell)

    def close(self) -> None:
        self._book.close()


def writer(shape: Shape, file: IO[bytes], heads: Sequence[str], *, folder: Path) -> Writer:
    """A writer of that kind into an open file; `folder` is where it may keep what it still works on."""
    return Csv(file, heads) if shape is Shape.CSV else Xlsx(file, heads, folder=folder)
