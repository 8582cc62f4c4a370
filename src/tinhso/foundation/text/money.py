"""Amounts in đồng: typed in any grouping, shown with dots, written in words."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext as _

from tinhso.foundation.text.letters import fold
from tinhso.foundation.text.unreadable import Unreadable

LARGEST = 10**15

_SCALES = {
    "": 1,
    "k": 10**3,
    "nghin": 10**3,
    "ngan": 10**3,
    "tr": 10**6,
    "trieu": 10**6,
    "ty": 10**9,
    "ti": 10**9,
}
_AMOUNT = re.compile(
    r"(?P<number>[0-9]+(?:[ .,'’_][0-9]+)*)\s*"
    r"(?P<scale>k|nghin|ngan|trieu|tr|ty|ti)?\s*"
    r"(?:d|dong|vnd|₫)?\.?"
)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,'’_])[0-9]{3})(?:\1[0-9]{3})*")
_DECIMALS = re.compile(r"(?P<whole>.*[0-9])[.,](?P<part>[0-9]{1,2})")
_ONES = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _unreadable() -> Unreadable:
    return Unreadable(_("Hãy nhập số tiền bằng chữ số, tính theo đồng. Ví dụ: 1.234.567."))


def typed_money(text: str) -> int:
    """Đồng, from "1.234.567 đ", "1,234,567", "1 234 567,00", "200 nghìn", "1,5 triệu". Raises Unreadable."""
    found = _AMOUNT.fullmatch(fold(unicodedata.normalize("NFKC", text)).strip())
    if not found:
        raise _unreadable()
    scale = _SCALES[found["scale"] or ""]
    number = re.sub(r"\s+", "", found["number"])
    whole, part = number, ""
    if not number.isdigit() and not _GROUPED.fullmatch(number):
        split = _DECIMALS.fullmatch(number)
        if not split or not (split["whole"].isdigit() or _GROUPED.fullmatch(split["whole"])):
            raise _unreadable()
        whole, part = split["whole"], split["part"]
    digits = re.sub(r"[^0-9]", "", whole)
    if len(digits) > 16:
        raise _unreadable()
    hundredths = (int(digits) * 100 + int(part.ljust(2, "0") or "0")) * scale
    if hundredths % 100 or hundredths // 100 > LARGEST:
        raise _unreadable()
    return hundredths // 100


def format_money(amount: int) -> str:
    """1234567 → "1.234.567 đồng"."""
    return _("%(amount)s đồng") % {"amount": f"{amount:,}".replace(",", ".")}


def amount_in_words(amount: int) -> str:
    """1234567 → "Một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng". Raises ValueError below 0.

    In Vietnamese whatever the language of the page: receipts are written so.
    """
    if amount < 0:
        raise ValueError("an amount in words is never negative")
    said = number_in_words(amount)
    return f"{said[0].upper()}{said[1:]} đồng"


def number_in_words(number: int) -> str:
    """21 → "hai mươi mốt", in Vietnamese whatever the language of the page. Raises ValueError below 0."""
    if number < 0:
        raise ValueError("a number in words is never negative")
    return " ".join(_number(number)) if number else "không"


def _number(number: int) -> list[str]:
    """The words of a positive number; "tỷ" repeats for larger ones (một nghìn tỷ, một tỷ tỷ)."""
    if number >= 10**9:
        above, rest = divmod(number, 10**9)
        return [*_number(above), "tỷ", *(_below(rest, 10**6, leading=False) if rest else [])]
    return _below(number, 10**6, leading=True)


def _below(number: int, unit: int, *, leading: bool) -> list[str]:
    said: list[str] = []
    for size, name in ((10**6, "triệu"), (10**3, "nghìn"), (1, "")):
        if size > unit:
            continue
        group, number = divmod(number, size)
        if group:
            said += _group(group, leading=leading and not said)
            said += [name] if name else []
    return said


def _group(group: int, *, leading: bool) -> list[str]:
    hundreds, rest = divmod(group, 100)
    tens, ones = divmod(rest, 10)
    said: list[str] = []
    if hundreds or not leading:
        said += [_ONES[hundreds], "trăm"]
    if not tens and ones and said:
        said.append("linh")
    elif tens == 1:
        said.append("mười")
    elif tens:
        said += [_ONES[tens], "mươi"]
    if ones == 1 and tens > 1:
        said.append("mốt")
    elif ones == 4 and tens > 1:
        said.append("tư")
    elif ones == 5 and tens:
        said.append("lăm")
    elif ones:
        said.append(_ONES[ones])
    return said
