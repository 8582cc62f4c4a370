"""File names as people read them: one line, no path, no tricks."""

from __future__ import annotations

import unicodedata

LONGEST_BYTES = 200
NAMELESS = "tep"
SHOWN_BADLY = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def normal(name: str) -> str:
    """The name in NFC without path, control and direction marks; cut before its ending when too long."""
    text = unicodedata.normalize("NFC", name)
    text = text.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(letter for letter in text if unicodedata.category(letter) not in SHOWN_BADLY)
    text = " ".join(text.split()).strip(". ")
    stem, dot, ending = text.rpartition(".")
    if not dot or len(ending) > 8:
        stem, ending = text, ""
    tail = f".{ending}" if ending else ""
    room = LONGEST_BYTES - len(tail.encode())
    while len(stem.encode()) > room:
        stem = stem[:-1]
    stem = stem.strip(". ")
    return f"{stem or NAMELESS}{tail}"


def with_ending(name: str, ending: str) -> str:
    """The name with another ending, such as `pdf`."""
    stem, dot, old = name.rpartition(".")
    return normal(f"{stem if dot and len(old) <= 8 else name}.{ending}")
