"""Amounts of statements as whole đồng: a part of a đồng is refused, never rounded; no float on the way."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from tinhso.foundation.text import Unreadable, fold, typed_money
from tinhso.payments.statements.shapes import Fault, StatementFault

LARGEST = 10**15
VND = "VND"

_CURRENCY = re.compile(r"^vnd\s*|\s*(?:vnd|dong|d|₫)\.?$")
_DIGITS = re.compile(r"[0-9]+(?:[.,'’ ][0-9]+)*")
_SPACED = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_FRACTION = re.compile(r".*[.,][0-9]{1,2}|[0-9]+[.,][0-9]+")
_MINUS = frozenset("-−–")


def written(text: str, *, row: int) -> int:
    """Đồng of "1.234.567", "1,234,567.00", "-50 000 VND", "(1.000)", "1.000-". Raises StatementFault."""
    bare, below = _unsigned(text)
    if not _DIGITS.fullmatch(bare) or (" " in bare and not _SPACED.fullmatch(bare)):
        raise _no_amount(text, row)
    try:
        amount = typed_money(bare)
    except Unreadable:
        raise (_fraction(text, row) if _FRACTION.fullmatch(bare) else _no_amount(text, row)) from None
    return -amount if below else amount


def whole(amount: Decimal, *, row: int) -> int:
    """Đồng of an amount that a standard writes with its decimals. Raises StatementFault."""
    if not amount.is_finite() or abs(amount) > LARGEST:
        raise _no_amount(str(amount), row)
    if amount != int(amount):
        raise _fraction(str(amount), row)
    return int(amount)


def refuse_other_money(currency: str, *, row: int) -> None:
    """Raises StatementFault for an amount that is not in đồng."""
    if currency != VND:
        raise StatementFault(
            Fault.CURRENCY,
            _("Dòng %(row)d: số tiền không phải đồng Việt Nam (%(currency)s). Hãy chọn tài khoản VND.")
            % {"row": row, "currency": currency[:3]},
            row=row,
        )


def _unsigned(text: str) -> tuple[str, bool]:
    """An amount without sign and currency, and whether it is below nought."""
    bare = _CURRENCY.sub("", fold(text).strip()).strip()
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True
    if bare[:1] in _MINUS or bare[-1:] in _MINUS:
        return bare.strip("-−–").strip(), True
    return bare.removeprefix("+").strip(), False


def _no_amount(text: str, row: int) -> StatementFault:
    return StatementFault(
        Fault.AMOUNT,
        _("Dòng %(row)d: “%(text)s” không phải số tiền. Hãy lấy lại tệp từ ngân hàng, không sửa tay.")
        % {"row": row, "text": text[:40]},
        row=row,
    )


def _fraction(text: str, row: int) -> StatementFault:
    return StatementFault(
        Fault.FRACTION,
        _("Dòng %(row)d: “%(text)s” có phần lẻ của đồng. Hãy hỏi lại ngân hàng trước khi nhập sao kê này.")
        % {"row": row, "text": text[:40]},
        row=row,
    )
