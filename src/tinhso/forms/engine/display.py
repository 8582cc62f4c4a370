"""Answers as people read them: numbers with dots, dates day first, choices by their label."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tinhso.forms.contracts import Field, Format, Kind
from tinhso.forms.engine import places
from tinhso.forms.engine.leaves import Leaf


def number_text(value: float, field: Field) -> str:
    """A number the Vietnamese way, with its unit: `1.234.567 đồng`, `12,5 m²`."""
    text = f"{int(value):,}" if value == int(value) else f"{value:,.{max(field.decimals, 1)}f}".rstrip("0")
    text = text.translate(str.maketrans(",.", ".,"))
    unit = field.unit or (_("đồng") if field.kind is Kind.MONEY else "")
    return f"{text} {unit}".rstrip()


def date_text(value: Any) -> str:
    """A date day first: `27/3/2024`, `3/2024`, `1990`; what could not be read as it was typed."""
    if isinstance(value, dict):
        return "/".join(str(value[key]) for key in ("ngay", "thang", "nam") if value.get(key))
    parts = str(value).split("-")
    if all(part.isdigit() for part in parts):
        return "/".join(str(int(part)) for part in reversed(parts))
    return str(value)


def address_text(value: Any) -> str:
    """An address on one line."""
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(str(value[key]) for key in ("chi_tiet", "xa") if value.get(key))


def point_text(value: Any) -> str:
    """A place by its latitude and longitude: `10,0123° Bắc, 105,0809° Đông`."""
    if not isinstance(value, dict):
        return str(value)
    words = {
        "vi_do": (_("%(degrees)s° Bắc"), _("%(degrees)s° Nam")),
        "kinh_do": (_("%(degrees)s° Đông"), _("%(degrees)s° Tây")),
    }
    return ", ".join(_degrees(value[key], words[key]) for key in words if value.get(key) not in (None, ""))


def _degrees(value: Any, words: tuple[str, str]) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return words[value < 0] % {"degrees": f"{abs(value):.6f}".rstrip("0").rstrip(".").replace(".", ",")}


def signature_text(value: Any) -> str:
    """Who signed, or that somebody did by hand."""
    if not isinstance(value, dict):
        return str(value)
    if value.get("net"):
        return _("Đã ký tay, %(name)s") % {"name": value["ten"]} if value.get("ten") else _("Đã ký tay")
    return _("Đã ký bằng cách ghi tên: %(name)s") % {"name": value.get("ten", "")}


def grouped(value: str, field: Field) -> str:
    """Identifiers in groups that the eye can check."""
    if field.format is Format.PERSONAL_ID and len(value) == 12:
        return " ".join(value[index : index + 3] for index in range(0, 12, 3))
    if field.format is Format.PHONE and len(value) == 10:
        return f"{value[:4]} {value[4:7]} {value[7:]}"
    return value


def text_of(leaf: Leaf, value: Any) -> str:
    """An answer as text; empty when there is none."""
    field = leaf.field
    if places.empty(value):
        return ""
    if isinstance(value, bool):
        return _("Đã cam đoan") if leaf.kind is Kind.CONSENT else _("Có") if value else _("Không")
    if leaf.kind is Kind.DATE:
        return date_text(value)
    if isinstance(value, int | float):
        return number_text(value, field)
    if leaf.kind is Kind.ADDRESS:
        return address_text(value)
    if leaf.kind is Kind.MAP_POINT:
        return point_text(value)
    if leaf.kind is Kind.SIGNATURE:
        return signature_text(value)
    if leaf.kind is Kind.FILE:
        return _("%(count)s tệp") % {"count": len(value)}
    if leaf.kind in (Kind.CHOICE, Kind.CHOICES):
        labels = {option.value: option.label for option in field.options}
        return ", ".join(
            labels.get(str(item), str(item)) for item in (value if isinstance(value, list) else [value])
        )
    return grouped(value, field) if isinstance(value, str) else str(value)
