"""Lists that go on: where a page begins, what stands on it, and the address of the one after it.

A list runs by a key that only falls (or only rises); the address of a page carries the key of the last row
of the page before it, under `KEY`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest

from tinhso.foundation import ids

T = TypeVar("T")
KEY = "truoc"
LONGEST_NUMBER = 18
"""Digits: what fits PostgreSQL's bigint."""


def before(request: HttpRequest) -> UUID | None:
    """Before which row the page begins; None for the first page, and for what is no identifier."""
    return ids.read(request.GET.get(KEY, ""))


def before_number(request: HttpRequest) -> int | None:
    """As `before`, of rows that are numbered."""
    given = request.GET.get(KEY, "")
    return int(given) if given.isdecimal() and len(given) <= LONGEST_NUMBER else None


def cut(found: Sequence[T], most: int) -> tuple[list[T], T | None]:
    """The rows of a page of which one more than `most` was asked for; the last of them if others follow."""
    return list(found[:most]), found[most - 1] if len(found) > most else None


def following(place: str, mark: object, *, kept: Mapping[str, object] | None = None, anchor: str = "") -> str:
    """The address of the page after the row `mark`, with what narrows the list (`kept`, empty ones left out);
    empty when nothing follows (`mark` None or empty)."""
    if not mark:
        return ""
    words = {name: text for name, text in (kept or {}).items() if text}
    narrowed = "&" if "?" in place else "?"
    return f"{place}{narrowed}{urlencode({**words, KEY: str(mark)})}{anchor and f'#{anchor}'}"
