"""Folded words, and mending those that nobody ever wrote."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from tinhso.foundation.text import fold

WORD = re.compile(r"[a-z0-9]+")
LONGEST = 40
MOST = 12
EMPTY = frozenset(
    (
        *("thu", "tuc", "xin", "lam", "giay", "to", "cho", "cua", "va", "cac", "nhung", "o", "tai", "toi"),
        *("muon", "can", "nhu", "the", "nao", "de", "duoc", "khi", "la", "ve", "thi", "co", "bi"),
        *("em", "anh", "chi", "ong", "ba"),
    )
)


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of a text, in order."""
    return tuple(WORD.findall(fold(text)))


def asked(text: str) -> tuple[str, ...]:
    """The words of a question that carry meaning; all of them when none does."""
    found = [word for word in tokens(text[:400]) if len(word) <= LONGEST]
    full = [word for word in found if word not in EMPTY]
    meant = tuple(dict.fromkeys(full or found))[:MOST]
    return meant[:-1] if len(meant) > 1 and len(meant[-1]) == 1 and not meant[-1].isdigit() else meant


def _shortened(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))} | {word}


def _one_apart(left: str, right: str) -> bool:
    """Whether one letter put in, left out, changed or two neighbours swapped makes one the other."""
    if len(left) == len(right):
        apart = [place for place in range(len(left)) if left[place] != right[place]]
        if len(apart) <= 1:
            return True
        first, *rest = apart
        return rest == [first + 1] and left[first] == right[rest[0]] and left[rest[0]] == right[first]
    return left in _shortened(right) or right in _shortened(left)


class Vocabulary:
    """The words that occur, and which of them a mistyped word may mean."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = frozenset(words)
        self._ordered = sorted(self.words)
        self._by_rest: dict[str, list[str]] = defaultdict(list)
        for word in self._ordered:
            for rest in _shortened(word):
                self._by_rest[rest].append(word)

    def mended(self, word: str, *, unfinished: bool) -> tuple[str, ...]:
        """The words meant by `word`: itself when it occurs, else those one slip away, or its two halves.

        `unfinished` is the last word while it is typed: the beginning of a known word stands as it is.
        """
        if word in self.words or word.isdigit() or len(word) < 3:
            return (word,)
        if unfinished and self._begins(word):
            return (word,)
        near = {
            known
            for rest in _shortened(word)
            for known in self._by_rest.get(rest, ())
            if _one_apart(word, known)
        }
        return tuple(sorted(near)) or (word,)

    def _begins(self, word: str) -> bool:
        place = bisect_left(self._ordered, word)
        return place < len(self._ordered) and self._ordered[place].startswith(word)

    def halves(self, word: str) -> tuple[str, str] | None:
        """The two known words that `word` was run together from, e.g. xaynha → xay nha."""
        if word in self.words:
            return None
        for place in range(2, len(word) - 1):
            if word[:place] in self.words and word[place:] in self.words:
                return word[:place], word[place:]
        return None
