"""Vietnamese text: folding for search."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """Lower case without diacritics; đ becomes d."""
    lowered = text.lower().replace("đ", "d").replace("ð", "d")
    parts = unicodedata.normalize("NFD", lowered)
    return unicodedata.normalize("NFC", "".join(mark for mark in parts if not unicodedata.combining(mark)))
