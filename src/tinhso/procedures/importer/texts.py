"""Cells of plain words: trimmed, spaces made one, the page's own furniture cut off."""

from __future__ import annotations

import re

from tinhso.foundation.text import fold

SPACES = re.compile(r"[ \t\u00a0\u200b\ufeff]+")
FURNITURE = re.compile(r"Từ khóaKhông có thông tin|Chọn cơ quan thực hiện|Mô tảKhông có thông tin")
STEP = re.compile(r"\n+|(?<=[.;:])\s+(?=(?:Bước|\*\s*Bước) \d)")
NOTHING = frozenset(
    {"", "khong", "khong co", "khong co thong tin", "khong quy dinh", "khong co quy dinh", "--"}
)


def clean(text: str) -> str:
    """The text without control marks, runs of spaces made one; line ends stay."""
    kept = "".join(mark for mark in text.replace("\r", "\n") if mark in "\n\t" or mark.isprintable())
    return "\n".join(SPACES.sub(" ", line).strip() for line in kept.split("\n")).strip()


def said(text: str) -> str:
    """The cell's words, or nothing when it says that there are none."""
    words = clean(FURNITURE.split(text)[0])
    return "" if fold(words).strip(" .;:-") in NOTHING else words


def steps(text: str) -> tuple[str, ...]:
    """The order of steps, one text each."""
    return tuple(part for part in (piece.strip() for piece in STEP.split(said(text))) if part)


def bracketed(text: str, start: int) -> tuple[str, int]:
    """The words within the brackets opening at `start`, and where they end; to the end when unclosed."""
    depth = 0
    for place in range(start, len(text)):
        if text[place] == "(":
            depth += 1
        elif text[place] == ")":
            depth -= 1
            if depth == 0:
                return text[start + 1 : place], place + 1
    return text[start + 1 :], len(text)
