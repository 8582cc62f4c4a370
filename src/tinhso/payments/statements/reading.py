"""A bank's file becomes statements: its format is told from its first letters, never from its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from tinhso.payments.statements import camt, delimited, swift, workbooks
from tinhso.payments.statements.finishing import Found, finished
from tinhso.payments.statements.layouts import LAYOUTS
from tinhso.payments.statements.shapes import LARGEST, Fault, Format, Layout, Statement, StatementFault

_BLANK = b"\xef\xbb\xbf\xff\xfe \r\n\t\0"
_MT940 = re.compile(rb"^:20:.*?^:25:", re.MULTILINE | re.DOTALL)
_FIRST = 4096


def read(data: bytes, *, layouts: Sequence[Layout] = LAYOUTS) -> tuple[Statement, ...]:
    """The statements in a file: one of a table, one or several of MT940 and CAMT.053.

    `layouts` are the tables that the account's bank may write, tried in order. Raises StatementFault.
    """
    if len(data) > LARGEST:
        raise StatementFault(
            Fault.TOO_LARGE,
            _("Tệp sao kê lớn hơn %(most)d MB. Hãy lấy sao kê từng ngày hoặc từng tuần.")
            % {"most": LARGEST // 1024**2},
        )
    if not data.strip(_BLANK):
        raise StatementFault(Fault.EMPTY, _("Tệp sao kê rỗng. Hãy lấy lại tệp từ ngân hàng."))
    format = recognised(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return tuple(finished(one, format=format, sha256=sha256) for one in _found(format, data, layouts))


def recognised(data: bytes) -> Format:
    """The format of a file; a table in text when it is nothing else."""
    if data.startswith(b"PK"):
        return Format.XLSX
    if data.lstrip(_BLANK).startswith(b"<"):
        return Format.CAMT053
    if _MT940.search(data[:_FIRST].replace(b"\r", b"\n")):
        return Format.MT940
    return Format.CSV


def _found(format: Format, data: bytes, layouts: Sequence[Layout]) -> Sequence[Found]:
    if format is Format.XLSX:
        return (workbooks.read(data, layouts),)
    if format is Format.CAMT053:
        return camt.read(data)
    if format is Format.MT940:
        return swift.read(data)
    return (delimited.read(data, layouts),)
