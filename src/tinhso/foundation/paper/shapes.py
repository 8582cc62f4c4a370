"""The shapes in which a value may stand in a document: a date in words, money in digits or in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tinhso.foundation.text import amount_in_words, format_money, number_in_words


@dataclass(frozen=True, slots=True)
class Shape:
    """How a value is written, by `make(as people read it, as it is kept)`.

    `kinds` are those of answers it suits (as forms call them); with none it suits every value.
    """

    label: str | Promise
    make: Callable[[str, Any], str]
    kinds: tuple[str, ...] = ()


def _date_in_words(_text: str, raw: Any) -> str:
    """`ngày 05 tháng 02 năm 2026`: a nought before days below 10, months below 3 (NĐ 30/2020, Phụ lục I)."""
    parts = [int(part) for part in str(raw).split("-") if part.isdigit()]
    words = [
        f"năm {parts[0]}" if parts else "",
        f"tháng {parts[1]:02d}"
        if len(parts) > 1 and parts[1] < 3
        else f"tháng {parts[1]}"
        if len(parts) > 1
        else "",
        f"ngày {parts[2]:02d}" if len(parts) > 2 else "",
    ]
    return " ".join(word for word in reversed(words) if word)


def _date_in_digits(text: str, raw: Any) -> str:
    parts = [part for part in str(raw).split("-") if part.isdigit()]
    return "/".join(reversed(parts)) or text


def _whole(raw: Any) -> int | None:
    """A number to be told in words; None for what is none, or is below nought."""
    return round(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) and raw >= 0 else None


def _money(text: str, raw: Any) -> str:
    return text if (amount := _whole(raw)) is None else format_money(amount)


def _money_in_words(_text: str, raw: Any) -> str:
    return "" if (amount := _whole(raw)) is None else amount_in_words(amount)


def _number_in_words(_text: str, raw: Any) -> str:
    return "" if (number := _whole(raw)) is None else number_in_words(number)


def _bare(text: str, raw: Any) -> str:
    """A number without its unit, the Vietnamese way."""
    if not isinstance(raw, int | float) or isinstance(raw, bool):
        return text
    plain = f"{int(raw):,}" if raw == int(raw) else f"{raw:,.4f}".rstrip("0")
    return plain.translate(str.maketrans(",.", ".,"))


_NUMBERS = ("number", "money", "computed")
SHAPES: Mapping[str, Shape] = {
    "": Shape(gettext_lazy("như đã khai"), lambda text, _raw: text),
    "hoa": Shape(gettext_lazy("CHỮ IN HOA"), lambda text, _raw: text.upper()),
    "ngay": Shape(gettext_lazy("ngày … tháng … năm …"), _date_in_words, ("date",)),
    "ngay_so": Shape(gettext_lazy("ngày bằng số: 05/02/2026"), _date_in_digits, ("date",)),
    "tien": Shape(gettext_lazy("số tiền: 1.200.000 đồng"), _money, _NUMBERS),
    "tien_chu": Shape(gettext_lazy("số tiền bằng chữ"), _money_in_words, _NUMBERS),
    "so": Shape(gettext_lazy("số không có đơn vị"), _bare, _NUMBERS),
    "so_chu": Shape(gettext_lazy("số bằng chữ"), _number_in_words, _NUMBERS),
}
"""The shapes a value may be written in, by the word a clerk writes after `|`."""
