"""Vietnamese alphabetical order, as a key to be stored beside the text and sorted bytewise.

First level the letters: a ă â b c d đ e ê … o ô ơ … u ư … y, so An, Ân, Bình, Dũng, Đạt; a space comes before
every letter, digits before letters. Second level the tones, over the whole text: ngang, huyền, hỏi, ngã, sắc,
nặng (ma mà mả mã má mạ), as the Vietnamese root collation of CLDR has it. Capitals and tone placement do not
count. Letters of other scripts follow in the order of their code points.

A key has only digits and small letters, and ends itself, so keys can be joined to sort by several parts.
"""

from __future__ import annotations

import unicodedata

from tinhso.foundation.text.letters import fold, normal, tone_neutral

_ALPHABET = (
    ("a", "a0"), ("ă", "a1"), ("â", "a2"), ("b", "b0"), ("c", "c0"), ("d", "d0"), ("đ", "d1"), ("e", "e0"),
    ("ê", "e1"), ("f", "f0"), ("g", "g0"), ("h", "h0"), ("i", "i0"), ("j", "j0"), ("k", "k0"), ("l", "l0"),
    ("m", "m0"), ("n", "n0"), ("o", "o0"), ("ô", "o1"), ("ơ", "o2"), ("p", "p0"), ("q", "q0"), ("r", "r0"),
    ("s", "s0"), ("t", "t0"), ("u", "u0"), ("ư", "u1"), ("v", "v0"), ("w", "w0"), ("x", "x0"), ("y", "y0"),
    ("z", "z0"),
)  # fmt: skip
_TONES = (("", "1"), ("\u0300", "2"), ("\u0309", "3"), ("\u0303", "4"), ("\u0301", "5"), ("\u0323", "6"))
_FOREIGN_MARK = "7"
_SPACE = ("01", "1")
_END_OF_LETTERS, _END_OF_TONES = "00", "0"

_WEIGHTS: dict[str, tuple[str, str]] = {
    unicodedata.normalize("NFC", letter + mark): (code, tone)
    for letter, code in _ALPHABET
    for mark, tone in _TONES
} | {str(digit): (f"1{digit}", "1") for digit in range(10)}


def sort_key(text: str) -> str:
    """The key of a text: ASCII, to be stored in a column with collation "C" and compared bytewise."""
    letters: list[str] = []
    tones: list[str] = []
    for letter in tone_neutral(normal(text)).lower():
        for code, tone in _weights(letter):
            letters.append(code)
            tones.append(tone)
    return "".join(letters) + _END_OF_LETTERS + "".join(tones).rstrip("1") + _END_OF_TONES


def _weights(letter: str) -> tuple[tuple[str, str], ...]:
    known = _WEIGHTS.get(letter)
    if known is not None:
        return (known,)
    if not letter.isalnum():
        return (_SPACE,) if not unicodedata.combining(letter) else ()
    return tuple(
        (_WEIGHTS[plain][0], _FOREIGN_MARK) if plain in _WEIGHTS else (f"zz{ord(plain):06x}", "1")
        for plain in fold(letter)
    )
