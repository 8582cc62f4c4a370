"""Silent repair of what people type: what can only mean one thing is never sent back.

Each function returns the typed value, or what was given when it cannot be understood, so that the
page shows it again and the schema finds it wrong.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LARGEST = 10**15
_BIDI = {0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069, 0xFEFF, 0x200B}
_DROP = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000), *_BIDI])
_DROP_LINE = {code: None for code in _DROP if code not in (0x0A, 0x0D, 0x09)}
_DROP_WORD = {**_DROP_LINE, 0x0A: " ", 0x0D: " ", 0x09: " "}
_SCALES = {"tỷ": 10**9, "tỉ": 10**9, "ty": 10**9, "triệu": 10**6, "tr": 10**6, "nghìn": 10**3, "ngàn": 10**3}
_NUMBER = re.compile(r"^([+-]?[0-9][0-9.,\s]*)\s*(tỷ|tỉ|ty|triệu|tr|nghìn|ngàn)?\s*(?:đồng|đ|vnđ|vnd)?$")
_ISO = re.compile(r"^([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?$")
_DAY_FIRST = re.compile(r"^(?:ngày )?([0-9]{1,2})[ ./-]+(?:tháng )?([0-9]{1,2})[ ./-]+(?:năm )?([0-9]{4})$")
_MONTH_FIRST = re.compile(r"^(?:tháng )?([0-9]{1,2})[ ./-]+(?:năm )?([0-9]{4})$")
_RUN = re.compile(r"^([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2})$")
_IDENTIFIER_NOISE = re.compile(r"[\s.\-–_/]+")


def line(value: str) -> str:
    """One line of text: NFC, single spaces, without control and direction characters."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return unicodedata.normalize("NFC", " ".join(value.translate(_DROP_WORD).split()))


def lines(value: str) -> str:
    """Text of several lines: NFC, lines kept, spaces at their ends dropped."""
    kept = value.replace("\r\n", "\n").replace("\r", "\n").translate(_DROP_LINE)
    return unicodedata.normalize("NFC", "\n".join(part.rstrip() for part in kept.split("\n")).strip())


def identifier(value: str) -> str:
    """An identifier in any grouping: digits and letters, upper case."""
    return _IDENTIFIER_NOISE.sub("", unicodedata.normalize("NFKC", line(value))).upper()


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
    return f"{name}{at}{domain.lower()}"


def number(value: Any, *, decimals: int) -> Any:
    """A number as Vietnamese write it: `1.234.567`, `12,5`, `50 triệu`, `1 200 000 đ`."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _whole(value)
    found = _NUMBER.match(line(str(value)).lower())
    if not found:
        return line(str(value))
    digits, scale = re.sub(r"\s", "", found[1]), _SCALES.get(found[2] or "", 1)
    text = _plain(digits, decimal=decimals > 0 or scale > 1)
    if text is None:
        return line(str(value))
    return _whole(round(float(text) * scale, 6)) if "." in text else _whole(int(text) * scale)


def _plain(digits: str, *, decimal: bool) -> str | None:
    """Digits without grouping and with a decimal point; None when they mean nothing."""
    grouped, comma, fraction = digits.partition(",")
    if comma and "," in fraction:
        return digits.replace(",", "") if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+", digits) else None
    if comma:
        if not fraction.isdigit() or not fraction.isascii():
            return None
        return f"{grouped.replace('.', '')}.{fraction}"
    if decimal and re.fullmatch(r"[+-]?[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})", digits):
        return digits
    if "." in digits and not re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{3})+", digits):
        return None
    return digits.replace(".", "")


def _whole(value: float) -> Any:
    """Whole numbers as integers; what is no number, or past what both evaluators hold exactly, as text."""
    if isinstance(value, int):
        return value if abs(value) <= LARGEST else "?"
    if value != value or abs(value) > LARGEST:
        return "?"
    return int(value) if value == int(value) else value


def day(value: Any) -> Any:
    """A date as ISO text; also `27 3 2024`, `27/3/2024`, `27 tháng 3 năm 2024`, `3/2024`, `1990`.

    Takes the three boxes as a mapping of `ngay`, `thang`, `nam`; a whole date pasted in the first box
    counts. Three empty boxes are no answer (None).
    """
    if isinstance(value, dict):
        boxes = [line(str(value.get(key) or ""))[:40].lower() for key in ("ngay", "thang", "nam")]
        if not any(boxes):
            return None
        boxes[1] = boxes[1].removeprefix("tháng").strip()
        text = boxes[0] if not boxes[1] and not boxes[2] else " ".join(box for box in boxes if box)
        read = _read_day(text) if boxes[0] or not boxes[1] else _read_day(" ".join(boxes[1:]))
        return read or {"ngay": boxes[0], "thang": boxes[1], "nam": boxes[2]}
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return value
    return _read_day(line(value).lower()) or line(value)


def _read_day(text: str) -> str | None:
    if found := _ISO.match(text):
        return "-".join([found[1], *(part.zfill(2) for part in (found[2], found[3]) if part)])
    if found := _DAY_FIRST.match(text) or _RUN.match(text):
        return f"{found[3]}-{found[2].zfill(2)}-{found[1].zfill(2)}"
    if found := _MONTH_FIRST.match(text):
        return f"{found[2]}-{found[1].zfill(2)}"
    return None


def yes_no(value: Any) -> Any:
    """A yes or no."""
    if isinstance(value, str):
        word = line(value).lower()
        return {"co": True, "có": True, "true": True, "1": True, "on": True}.get(
            word, {"khong": False, "không": False, "false": False, "0": False}.get(word, word)
        )
    return value
