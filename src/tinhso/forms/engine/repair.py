"""Silent repair of what people type: what can only mean one thing is never sent back.

Each function returns the typed value, or what was given when it cannot be understood, so that the
page shows it again and the schema finds it wrong.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from tinhso.foundation import text

LARGEST = 10**15
_CONTROL = {code: None for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in (0x09, 0x0A)}
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+")
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:ngày )?([0-9]{1,2})[ ./-]+(?:tháng )?([0-9]{1,2})[ ./-]+(?:năm )?([0-9]{4})")
_NUMBER = r"([0-9]{1,7}(?:[.,][0-9]{1,12})?)"
_DEGREES = re.compile(
    rf"([+-]?){_NUMBER}\s*°?(?:\s*{_NUMBER}\s*['′’])?(?:\s*{_NUMBER}\s*(?:[\"″”]|''))?\s*(?:[NEBĐ]|BẮC|ĐÔNG)?"
)
_IDENTIFIER_NOISE = re.compile(r"[\s.\-–_/]+")


def line(value: str) -> str:
    """One line of text, in the form to store."""
    return text.normal(value)


def lines(value: str) -> str:
    """Text of several lines: NFC, lines kept, blanks at their ends dropped."""
    kept = value.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROL)
    return "\n".join(" ".join(filter(None, [line(part)])) for part in kept.split("\n")).strip()


def identifier(value: str) -> str:
    """An identifier in any grouping: digits and letters, upper case."""
    bare = _IDENTIFIER_NOISE.sub("", unicodedata.normalize("NFKC", line(value)))
    return unicodedata.normalize("NFKC", bare.upper())


def tax_code(value: str) -> str:
    """A tax code: ten or twelve digits, or ten, a hyphen and three."""
    bare = identifier(value)
    return f"{bare[:10]}-{bare[10:]}" if len(bare) == 13 and bare.isdigit() else bare


def phone(value: str) -> str:
    """A phone number in the national form, `0` first."""
    bare = re.sub(r"[()+]", "", identifier(value))
    if len(bare) >= 11 and bare.startswith("84"):
        return "0" + bare[2:].removeprefix("0")
    return bare


def email(value: str) -> str:
    """A mail address; its domain in lower case."""
    name, at, domain = line(value).replace(" ", "").rpartition("@")
    return line(f"{name}{at}{domain.lower()}")


def money(value: str) -> Any:
    """Đồng in any grouping: `1.234.567 đ`, `50 triệu`."""
    try:
        return text.typed_money(value)
    except text.Unreadable:
        return line(value)


def number(value: str, *, decimals: int) -> Any:
    """A number the Vietnamese way: `1.234`, `12,5`, `1 200`; a point is a comma where it groups nothing."""
    typed = line(value)
    plain = typed.replace(" ", "")
    if "," in plain:
        whole, _comma, fraction = plain.partition(",")
        plain = (
            f"{whole.replace('.', '')}.{fraction}" if "." not in whole or _GROUPED.fullmatch(whole) else "?"
        )
    elif _GROUPED.fullmatch(plain) or not decimals:
        plain = plain.replace(".", "") if _GROUPED.fullmatch(plain) else plain
    return rounded(float(plain)) if re.fullmatch(r"[+-]?[0-9]{1,16}(\.[0-9]{1,9})?", plain) else typed


def degrees(value: Any) -> Any:
    """A latitude or longitude in degrees: `10,0123`, `10.0123 N`, `10°00'44,3"`; six digits are kept."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(float(value), 6) if abs(value) <= LARGEST else "?"
    typed = line(str(value)).upper()
    if not (found := _DEGREES.fullmatch(typed)):
        return typed
    whole, minutes, seconds = (float((part or "0").replace(",", ".")) for part in found.group(2, 3, 4))
    made = round(whole + minutes / 60 + seconds / 3600, 6)
    return -made if found[1] == "-" else made


def pair(value: str) -> list[str]:
    """Both numbers of a place pasted into one box, `10.0123, 105.0809`; else the text alone."""
    typed = line(value)
    parts = re.split(r"\s*;\s*|,\s+|\s{1,}(?=[0-9-])", typed, maxsplit=1)
    halves = parts if len(parts) == 2 else typed.split(",") if typed.count(".") == 2 else [typed]
    return (
        halves if len(halves) == 2 and all(isinstance(degrees(half), float) for half in halves) else [typed]
    )


def rounded(value: float) -> Any:
    """Whole numbers as integers; what is no number, or past what both evaluators hold exactly, as text."""
    if value != value or abs(value) > LARGEST:
        return "?"
    return int(value) if value == int(value) else value


def day(value: Any) -> Any:
    """A date as ISO text; also `27 3 2024`, `27/3/2024`, `27 tháng 3 năm 2024`, `3/2024`, `1990`.

    Takes the three boxes as a mapping of `ngay`, `thang`, `nam`; a whole date pasted in the first box
    counts. Three empty boxes are no answer (None).
    """
    if isinstance(value, dict):
        boxes = [line(line(str(value.get(key) or ""))[:40]).lower() for key in ("ngay", "thang", "nam")]
        if not any(boxes):
            return None
        boxes[1] = boxes[1].removeprefix("tháng").strip()
        return _read_day(" ".join(box for box in boxes if box)) or {
            "ngay": boxes[0],
            "thang": boxes[1],
            "nam": boxes[2],
        }
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    return _read_day(line(value).lower()) or line(value)


def _read_day(typed: str) -> str | None:
    if found := _ISO.fullmatch(typed):
        return "-".join([found[1], *(part.zfill(2) for part in (found[2], found[3]) if part)])
    try:
        day = text.loose_date(typed)
    except text.Unreadable:
        impossible = _DAY_FIRST.fullmatch(typed)
        return f"{impossible[3]}-{impossible[2].zfill(2)}-{impossible[1].zfill(2)}" if impossible else None
    if day.year is None:
        return None
    known = [f"{day.year:04}", *(f"{part:02}" for part in (day.month, day.day) if part)]
    return "-".join(known)


def yes_no(value: Any) -> Any:
    """A yes or no."""
    if isinstance(value, str):
        word = line(value).lower()
        return {"co": True, "có": True, "true": True, "1": True, "on": True}.get(
            word, {"khong": False, "không": False, "false": False, "0": False}.get(word, word)
        )
    return value
