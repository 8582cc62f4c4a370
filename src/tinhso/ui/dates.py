"""A memorable date in three boxes. Accepts «tháng 3» and a whole date pasted into the first box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PARTS = ("day", "month", "year")
WHOLE = re.compile(r"^\s*(\d{1,2})\s*[/.\-\s]\s*(\d{1,2})\s*[/.\-\s]\s*(\d{4})\s*$")
ISO = re.compile(r"^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$")
MONTH_WORD = re.compile(r"^\s*(?:tháng|thang|thg\.?|t)\s*", re.IGNORECASE)


def parts(day: str, month: str, year: str) -> tuple[str, str, str]:
    """The three boxes, with a whole date in the first one spread over all."""
    if not month.strip() and not year.strip():
        whole = WHOLE.match(day)
        if whole:
            return whole[1], whole[2], whole[3]
        iso = ISO.match(day)
        if iso:
            return iso[3], iso[2], iso[1]
    return day.strip(), MONTH_WORD.sub("", month).strip(), year.strip()


class DateBoxes(forms.Widget):
    """The three boxes; drawn by the component date-input."""

    input_type = "date-boxes"

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> tuple[str, str, str] | None:
        """What was typed, as (day, month, year); None when nothing was."""
        given = [str(data.get(f"{name}-{part}", "")) for part in PARTS]
        return parts(*given) if any(value.strip() for value in given) else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return not any(f"{name}-{part}" in data for part in PARTS)

    def decompress(self, value: Any) -> dict[str, str]:
        """The boxes of a value, typed or stored."""
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        if isinstance(value, tuple | list):
            return dict(zip(PARTS, map(str, value), strict=False))
        return {}


class DateField(forms.Field):
    """A date asked in three boxes. The label in small letters returns in its errors."""

    widget = DateBoxes
    default_error_messages = {
        "required": gettext_lazy("Hãy nhập đủ ngày, tháng, năm. Ví dụ: 27 3 2024."),
    }

    def to_python(self, value: Any) -> date | None:
        """The date; raises ValidationError with the box that is wrong as `code`."""
        if not value or isinstance(value, date):
            return value or None
        texts = dict(zip(PARTS, value, strict=True))
        for part, sentence in (
            ("day", _("Hãy nhập ngày bằng số. Ví dụ: 27.")),
            ("month", _("Hãy nhập tháng bằng số. Ví dụ: 3.")),
            ("year", _("Hãy nhập năm đủ bốn chữ số. Ví dụ: 2024.")),
        ):
            if not texts[part].isdecimal() or (part == "year" and len(texts[part]) != 4):
                raise ValidationError(sentence, code=part)
        try:
            return date(int(texts["year"]), int(texts["month"]), int(texts["day"]))
        except ValueError:
            raise ValidationError(
                _("Ngày này không có trong lịch. Ví dụ viết đúng: 27 3 2024."), code="day"
            ) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial) != bool(data) or initial != data
