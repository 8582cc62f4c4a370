"""Statements as CSV: which letters, which separator, then rows of cells."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from django.utils.translation import gettext as _

from tinhso.payments.statements import tables
from tinhso.payments.statements.finishing import Found
from tinhso.payments.statements.shapes import Fault, Layout, StatementFault

SEPARATORS = (",", ";", "\t", "|")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read(data: bytes, layouts: Sequence[Layout]) -> Found:
    """A statement in CSV. Raises StatementFault."""
    text = decoded(data)
    for separator in SEPARATORS:
        if tables.heading(list(islice(_rows(text, separator), tables.HIGHEST_HEADING)), layouts):
            return tables.read(_rows(text, separator), layouts)
    return tables.read(_rows(text, SEPARATORS[0]), layouts)


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows' Vietnamese page (1258). Raises StatementFault."""
    for encoding in _encodings(data):
        try:
            return unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise StatementFault(
        Fault.ENCODING,
        _("Không đọc được chữ trong tệp. Hãy lấy tệp CSV mã UTF-8, hoặc lấy tệp Excel (.xlsx)."),
    )


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return (encoding,)
    if b"\0" in data[:4]:
        return ("utf-16-le" if data[1:2] == b"\0" else "utf-16-be",)
    return ("utf-8", "cp1258")


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise StatementFault(
            Fault.UNREADABLE, _("Tệp CSV hỏng giữa chừng. Hãy lấy lại tệp từ ngân hàng.")
        ) from error
