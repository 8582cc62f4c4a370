"""The small embedded font with which numbers and dates are filled in after a signature.

Embedded once, before the first signature; a filled field then needs no new font. Words with other letters
are set by `paper` instead.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import cache

from fontTools import subset
from fontTools.ttLib import TTFont

from tinhso.foundation.paper.press import FONTS

LETTERS = "0123456789-./ abcdeABCDE"
FIRST, LAST = 0x20, 0x65


@dataclass(frozen=True, slots=True)
class Typeface:
    """A TrueType font cut down to `LETTERS`. Widths in thousandths of the size, from `FIRST` to `LAST`."""

    name: str
    key: str
    file: bytes
    length: int
    widths: tuple[int, ...]
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    angle: float

    def width(self, words: str, *, size: float) -> float:
        """How wide `words` are, in points."""
        return sum(self.widths[ord(letter) - FIRST] for letter in words) * size / 1000


def covers(words: str) -> bool:
    """Whether the embedded font has every letter of `words`."""
    return all(letter in LETTERS for letter in words)


@cache
def typeface(*, italic: bool) -> Typeface:
    """The cut-down font, made once per process."""
    font = TTFont(FONTS / f"Tinos-{'Italic' if italic else 'Regular'}.ttf")
    scale = 1000 / font["head"].unitsPerEm
    cutter = subset.Subsetter(subset.Options(notdef_outline=True, hinting=False, glyph_names=False))
    cutter.populate(text=LETTERS)
    cutter.subset(font)
    letters, advances = font.getBestCmap(), font["hmtx"]
    widths = tuple(
        round(advances[letters[code]][0] * scale) if code in letters else 0 for code in range(FIRST, LAST + 1)
    )
    out = io.BytesIO()
    font.save(out)
    head, lines = font["head"], font["hhea"]
    return Typeface(
        name="TINSOA+Tinos-Italic" if italic else "TINSOA+Tinos",
        key="TinosItalic" if italic else "Tinos",
        file=zlib.compress(out.getvalue(), 9),
        length=len(out.getvalue()),
        widths=widths,
        box=tuple(round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)),
        ascent=round(lines.ascent * scale),
        descent=round(lines.descent * scale),
        angle=float(font["post"].italicAngle),
    )
