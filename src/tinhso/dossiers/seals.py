"""Images that stand where a signature is: drawn from the name until the real ones are deposited.

NĐ 30/2020/NĐ-CP, Phụ lục I: the person's in blue, the agency's seal in red, both PNG.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from tinhso.foundation.paper import FONTS

BLUE, RED = (0, 51, 160, 255), (200, 16, 16, 255)
CLEAR = (255, 255, 255, 0)


@lru_cache(maxsize=512)
def signature_image(name: str) -> bytes:
    """A PNG of the name in blue slanted letters, 480 by 220 pixels."""
    image = Image.new("RGBA", (480, 220), CLEAR)
    draw = ImageDraw.Draw(image)
    words = name.split() or [""]
    draw.text((240, 100), words[-1], font=_font("Tinos-Italic.ttf", 92), fill=BLUE, anchor="mm")
    draw.line([(70, 165), (200, 150), (420, 172)], fill=BLUE, width=5)
    return _png(image)


@lru_cache(maxsize=512)
def seal_image(agency: str) -> bytes:
    """A PNG of a round red seal with the agency's name, 420 pixels wide."""
    image = Image.new("RGBA", (420, 420), CLEAR)
    draw = ImageDraw.Draw(image)
    draw.ellipse((8, 8, 412, 412), outline=RED, width=10)
    draw.ellipse((36, 36, 384, 384), outline=RED, width=4)
    lines = _lines(agency.upper().split())
    for index, line in enumerate(lines):
        y = 210 + (index - (len(lines) - 1) / 2) * 50
        draw.text((210, y), line, font=_font("Tinos-Bold.ttf", 40), fill=RED, anchor="mm")
    return _png(image)


def _lines(words: list[str], *, longest: int = 13) -> list[str]:
    lines: list[str] = []
    for word in words:
        if lines and len(lines[-1]) + len(word) < longest:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@lru_cache(maxsize=8)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
