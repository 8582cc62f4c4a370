"""Payment references written with a slip or two: found among the open ones by what is still right of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from tinhso.foundation.text import fold
from tinhso.payments.codes import ALPHABET, LENGTH, PREFIX, squeezed

FARTHEST = 2
"""Letters wrong, missing or too many."""

_CHUNK = 3
_PLACES = range(len(PREFIX), LENGTH, _CHUNK)
_WORD = re.compile(r"[0-9A-Z]+")
_LONGEST = LENGTH + FARTHEST
_LETTER = re.compile(f"[{ALPHABET[8:]}]")


class Slips:
    """Codes, each with its amount, by their three chunks of three letters.

    Two slips spoil at most two chunks, so a code with two slips still has one chunk whole, moved by no more
    than two places: only codes that share one are compared letter by letter.
    """

    def __init__(self, codes: Iterable[tuple[str, int]]) -> None:
        self._by_chunk: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for code, amount in codes:
            for place in _PLACES:
                self._by_chunk[amount, place, code[place : place + _CHUNK]].append(code)

    def nearest(self, content: str, amount: int) -> tuple[int, tuple[str, ...]]:
        """The codes of this amount that are nearest to something in the content, and how many slips away.

        No codes when none is within `FARTHEST`.
        """
        best, found = FARTHEST + 1, set[str]()
        for window in dict.fromkeys(_windows(content)):
            for code in self._sharing(window, amount):
                slips = _slips(code, window)
                if slips < best:
                    best, found = slips, {code}
                elif slips == best:
                    found.add(code)
        return (best, tuple(sorted(found))) if best <= FARTHEST else (best, ())

    def _sharing(self, window: str, amount: int) -> set[str]:
        return {
            code
            for at in range(len(window) - _CHUNK + 1)
            for place in _PLACES
            if abs(at - place) <= FARTHEST
            for code in self._by_chunk.get((amount, place, window[at : at + _CHUNK]), ())
        }


def _windows(content: str) -> Iterator[str]:
    """What may have been meant as a code: words of about its length, and what follows its prefix."""
    for word in _WORD.findall(fold(content).upper()):
        if LENGTH - FARTHEST <= len(word) <= _LONGEST and _LETTER.search(word):
            yield word
    bare = squeezed(content)
    at = bare.find(PREFIX)
    while at >= 0:
        yield bare[at : at + _LONGEST]
        at = bare.find(PREFIX, at + 1)


def _slips(code: str, window: str) -> int:
    """The fewest letters to change, drop or add so that the code stands at the beginning of the window."""
    row = list(range(len(window) + 1))
    for height, letter in enumerate(code, start=1):
        before, row[0] = row[0], height
        for place, other in enumerate(window, start=1):
            before, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, before + (letter != other)),
            )
        if min(row) > FARTHEST:
            return FARTHEST + 1
    return min(row)
