"""Whether people read a text at once: long sentences, and words of offices that have plain ones beside them.

The measure is simple and Vietnamese: a syllable is what stands between two blanks, so length is counted in
syllables; heavy words and what to write instead are data (`plain_words.json`).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import orjson
from django.utils.translation import gettext as _

from tinhso.foundation.text import normal

_FILE = Path(__file__).parent.parent / "plain_words.json"
_ENDS = re.compile(r"(?<=[.!?;:…])\s+|\n+")


@cache
def _data() -> tuple[int, int, tuple[tuple[re.Pattern[str], str, str], ...]]:
    data = orjson.loads(_FILE.read_bytes())
    words = tuple(
        (re.compile(rf"(?<!\w){re.escape(heavy)}(?!\w)", re.IGNORECASE), heavy, plain)
        for heavy, plain in data["words"]
    )
    return data["longest"], data["question"], words


def syllables(sentence: str) -> int:
    """How many syllables a sentence has; figures count as one."""
    return sum(any(character.isalnum() for character in part) for part in sentence.split())


def hard(text: str, *, question: bool = False) -> tuple[str, ...]:
    """Why a text is hard to read, a sentence each; nothing when it is not. A `question` must be shorter."""
    longest, short, heavy_words = _data()
    limit = short if question else longest
    found = []
    for sentence in _ENDS.split(normal(text)):
        if (count := syllables(sentence)) > limit:
            found.append(
                _("câu dài %(count)d tiếng, nên dưới %(limit)d: “%(start)s…”")
                % {"count": count, "limit": limit, "start": " ".join(sentence.split()[:6])}
            )
    for pattern, heavy, plain in heavy_words:
        if pattern.search(text):
            found.append(_("“%(heavy)s” nên viết “%(plain)s”") % {"heavy": heavy, "plain": plain})
    return tuple(found)
