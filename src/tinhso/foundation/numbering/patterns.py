"""The small language of number patterns: `{agency}-{yymmdd}-{seq:04d}`.

`{seq}` or `{seq:04d}` is the running number; `{yyyy} {yy} {mm} {dd} {yymm} {yymmdd} {yyyymmdd}` are the
legal day; any other `{word}` is given by the caller. Everything else stands as written; `{{` is a brace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

PIECE = re.compile(r"\{\{|\}\}|\{([a-z_]+)(?::0([1-9])d)?\}|[^{}]+|[{}]")
DAYS = {
    "yyyy": "%Y",
    "yy": "%y",
    "mm": "%m",
    "dd": "%d",
    "yymm": "%y%m",
    "yymmdd": "%y%m%d",
    "yyyymm": "%Y%m",
    "yyyymmdd": "%Y%m%d",
}
LONGEST = 60


class BadPattern(ValueError):
    """A pattern that cannot be used; the message says why, in Vietnamese."""


class Reset(StrEnum):
    """When the running number starts again from 1."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    NEVER = "never"

    def period(self, on: date) -> str:
        """The period in which that day falls, as series name it."""
        formats = {Reset.DAY: "%Y-%m-%d", Reset.MONTH: "%Y-%m", Reset.YEAR: "%Y", Reset.NEVER: "-"}
        return on.strftime(formats[self])


NEEDED = {Reset.DAY: "ymd", Reset.MONTH: "ym", Reset.YEAR: "", Reset.NEVER: ""}
"""What a pattern must show of its period. A yearly number may leave the year out: documents carry their
date beside the number (NĐ 30/2020/NĐ-CP, Phụ lục I)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a pattern: text as written, or a field with the width its number is filled to."""

    text: str = ""
    field: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Pattern:
    """A checked pattern."""

    text: str
    reset: Reset
    pieces: tuple[Piece, ...]

    @property
    def words(self) -> frozenset[str]:
        """The fields the caller gives."""
        return frozenset(
            piece.field
            for piece in self.pieces
            if piece.field and piece.field != "seq" and piece.field not in DAYS
        )

    def write(self, *, seq: int, on: date, words: Mapping[str, str]) -> str:
        """The number in words of the pattern. Raises BadPattern for a missing or empty word."""
        parts = []
        for piece in self.pieces:
            if not piece.field:
                parts.append(piece.text)
            elif piece.field == "seq":
                parts.append(str(seq).zfill(piece.width))
            elif piece.field in DAYS:
                parts.append(on.strftime(DAYS[piece.field]))
            elif words.get(piece.field):
                parts.append(words[piece.field])
            else:
                raise BadPattern(f"Mẫu số {self.text!r} cần {piece.field!r}.")
        return "".join(parts)


@lru_cache(maxsize=512)
def parse(text: str, *, reset: Reset) -> Pattern:
    """Check a pattern. Raises BadPattern when it is malformed, has not exactly one `{seq}`, or when two
    periods would give the same number because the pattern does not name the period."""
    if not text or len(text) > LONGEST:
        raise BadPattern(f"Mẫu số phải dài từ 1 đến {LONGEST} ký tự.")
    pieces = tuple(_piece(match, text) for match in PIECE.finditer(text))
    if sum(piece.field == "seq" for piece in pieces) != 1:
        raise BadPattern(f"Mẫu số {text!r} phải có đúng một {{seq}}.")
    for left, right in pairwise(pieces):
        if left.field and right.field and "seq" in (left.field, right.field):
            raise BadPattern(f"Mẫu số {text!r}: cần ký tự ngăn cách giữa {{seq}} và phần bên cạnh.")
    shown = "".join(DAYS[piece.field].lower() for piece in pieces if piece.field in DAYS)
    missing = [part for part in NEEDED[reset] if part not in shown]
    if missing:
        raise BadPattern(
            f"Mẫu số {text!r} đếm lại theo {reset.value} nên phải ghi đủ ngày, tháng, năm của kỳ."
        )
    return Pattern(text=text, reset=reset, pieces=pieces)


def _piece(match: re.Match[str], text: str) -> Piece:
    found, field, width = match.group(0), match.group(1), match.group(2)
    if found in ("{{", "}}"):
        return Piece(text=found[0])
    if field:
        if width and field != "seq":
            raise BadPattern(f"Mẫu số {text!r}: chỉ {{seq}} có độ dài.")
        return Piece(field=field, width=int(width or 0))
    if found in ("{", "}"):
        raise BadPattern(f"Mẫu số {text!r}: dấu ngoặc không đúng.")
    return Piece(text=found)
