"""Letters: one stored form, folding for search, and tone placement (hòa and hoà are one word)."""

from __future__ import annotations

import re
import unicodedata

_LETTER_RUN = re.compile(r"[^\W\d_]+")
_COMBINING = re.compile("[\u0300-\u036f]")
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_VOWELS = frozenset("aăâeêioôơuưy")
_MARKED_VOWELS = frozenset("ăâêôơư")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def normal(text: str) -> str:
    """The form to store and show: NFC, single spaces, no control or invisible characters, no ends blank.

    Tone placement and capitals stay as written. The result can be stored by PostgreSQL (no NUL, no
    surrogates).
    """
    spaced = " ".join(text.split())
    if not spaced.isascii() or not spaced.isprintable():
        spaced = "".join(letter for letter in spaced if unicodedata.category(letter) not in _DROPPED)
        spaced = " ".join(spaced.split())
    return unicodedata.normalize("NFC", spaced)


def decomposed(text: str) -> str:
    """NFD, as some phones and file systems write it."""
    return unicodedata.normalize("NFD", text)


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, for finding: "Đặng Thị HOÀ" and "dang thi hoa" are equal.

    The same for NFC and NFD input, and folding twice changes nothing. Marks of other scripts (Khmer
    vowels) stay, as they are letters there.
    """
    if text.isascii():
        return text.lower()
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text).casefold()
    text = _COMBINING.sub("", unicodedata.normalize("NFKD", text)).replace("đ", "d")
    return unicodedata.normalize("NFC", text)


def words(text: str) -> tuple[str, ...]:
    """The folded words of a text: runs of letters, their marks, and digits."""
    folded = fold(text)
    return tuple("".join(_kept(letter) for letter in folded).split())


def _kept(letter: str) -> str:
    return letter if letter.isalnum() or unicodedata.category(letter)[0] == "M" else " "


def search_text(*parts: str) -> str:
    """One line to be searched, by words and by trigrams: the folded words of all parts."""
    return " ".join(word for part in parts for word in words(part))


def tone_neutral(text: str) -> str:
    """The same text (NFC) with every tone mark where the older spelling puts it: hoà → hòa, qúy → quý.

    For comparing two spellings of a name, not for showing. A run of letters that is no Vietnamese
    syllable stays as it is.
    """
    return _LETTER_RUN.sub(_syllable, unicodedata.normalize("NFC", text))


def _syllable(match: re.Match[str]) -> str:
    written = match.group()
    if written.isascii():
        return written
    bases: list[str] = []
    tone, toned = "", -1
    for place, letter in enumerate(written):
        marks = unicodedata.normalize("NFD", letter)
        tones = [mark for mark in marks if mark in _TONES]
        if tones:
            if tone or len(tones) > 1:
                return written
            tone, toned = tones[0], place
            letter = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES))
        bases.append(letter)
    if not tone:
        return written
    nucleus = _nucleus("".join(bases).lower()) if len("".join(bases).lower()) == len(bases) else range(0)
    if toned not in nucleus and toned not in _glide(bases, nucleus):
        return written
    home = _home("".join(bases).lower(), nucleus)
    bases[home] = unicodedata.normalize("NFC", bases[home] + tone)
    return "".join(bases)


def _nucleus(bases: str) -> range:
    """Where the vowels of the syllable stand; empty when they are not in one piece of at most three."""
    start = 0
    if bases.startswith(("qu", "gi")) and len(bases) > 2 and bases[2] in _VOWELS:
        start = 2
    first = next((place for place in range(start, len(bases)) if bases[place] in _VOWELS), None)
    if first is None:
        return range(0)
    last = first
    while last + 1 < len(bases) and bases[last + 1] in _VOWELS:
        last += 1
    split = any(letter in _VOWELS for letter in bases[last + 1 :])
    return range(0) if split or last - first > 2 else range(first, last + 1)


def _glide(bases: list[str], nucleus: range) -> range:
    """The u of qu and the i of gi, on which a tone may have been typed by mistake."""
    return range(1, 2) if nucleus and nucleus.start == 2 and bases[0].lower() in "qg" else range(0)


def _home(bases: str, nucleus: range) -> int:
    """Where the older spelling puts the tone mark."""
    marked = [place for place in nucleus if bases[place] in _MARKED_VOWELS]
    if marked:
        return marked[-1]
    if len(nucleus) == 3:
        return nucleus[1]
    if len(nucleus) == 2 and nucleus.stop < len(bases):
        return nucleus[1]
    return nucleus[0]
