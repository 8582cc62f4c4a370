"""Persons as messages and usages name them: by a keyed hash, never by the number."""

from __future__ import annotations

import unicodedata

from tinhso.foundation import crypto

COUNTRY = "VN"


def number(code: str) -> str:
    """A personal identifier without spaces and without the country that other registers write before it."""
    plain = "".join(unicodedata.normalize("NFKC", code).split()).upper()
    return plain.removeprefix(COUNTRY)


def about_hash(code: str) -> bytes:
    """The keyed hash by which a person is found again, whichever way the number is written."""
    return crypto.keyed_hash("exchange.person", number(code))
