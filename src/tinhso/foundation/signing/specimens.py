"""Specimen images of a signature (blue) and an agency's seal (red), for demos and tests.

They say that they are specimens; a real province uploads the images of its people and agencies.
"""

from __future__ import annotations

import io
import random
from functools import lru_cache
from math import cos, floor, pi, radians, sin

from PIL import Image, ImageDraw, ImageFont

from tinhso.foundation.paper.press import FONTS

BLUE = (22, 48, 158, 255)
RED = (204, 22, 30, 255)
SEAL = 600
TILE = 120
POINTS = ((0.0, -1.0), (0.951, -0.309), (0.588, 0.809), (-0.588, 0.809), (-0.951, -0.309))
NOTCHES = ((0.225, -0.309), (0.363, 0.118), (0.0, 0.382), (-0.363, 0.118), (-0.225, -0.309))


@lru_cache(maxsize=512)
def signature(name: str) -> bytes:
    """A handwritten-looking line, the same for the same name. PNG, transparent."""
    chance = random.Random(name)  # noqa: S311 - draws a picture
    width, height, fine = 520, 230, 4
    image = Image.new("RGBA", (width * fine // 2, height * fine // 2), _clear(BLUE))
    waves = [(chance.uniform(0.5, 1.0), chance.uniform(2, 9), chance.uniform(0, 2 * pi)) for _ in range(4)]
    points = []
    for step in range(240):
        along = step / 239
        swing = sum(size * sin(pace * 2 * pi * along + start) for size, pace, start in waves) / 4
        loop = 0.035 * sin(11 * 2 * pi * along)
        fade = 1 - 0.6 * along
        points.append(
            (image.width * (0.05 + 0.88 * along + loop), image.height * (0.5 + 0.42 * swing * fade))
        )
    ImageDraw.Draw(image).line(points, fill=BLUE, width=9, joint="curve")
    return _png(image.resize((width, height), Image.Resampling.LANCZOS), BLUE)


@lru_cache(maxsize=512)
def seal(agency: str, place: str = "Tỉnh An Giang") -> bytes:
    """A round seal with the agency's name around a star. PNG, transparent."""
    image = Image.new("RGBA", (SEAL, SEAL), _clear(RED))
    draw = ImageDraw.Draw(image)
    centre = SEAL / 2
    for radius, line in ((292, 9), (278, 3), (178, 4)):
        draw.ellipse(
            (centre - radius, centre - radius, centre + radius, centre + radius), outline=RED, width=line
        )
    corners = [corner for pair in zip(POINTS, NOTCHES, strict=True) for corner in pair]
    draw.polygon([(centre + 105 * x, centre + 105 * y - 22) for x, y in corners], fill=RED)
    font = ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), 25)
    draw.text((centre, centre + 112), "BẢN MẪU", font=font, fill=RED, anchor="mm")
    _around(image, agency.upper(), size=46, spread=290.0, top=True)
    _around(image, place.upper(), size=38, spread=110.0, top=False)
    return _png(image.resize((400, 400), Image.Resampling.LANCZOS), RED)


def _around(image: Image.Image, words: str, *, size: int, spread: float, top: bool) -> None:
    """Letters along the ring between the circles, over at most `spread` degrees."""
    font = ImageFont.truetype(str(FONTS / "Tinos-Bold.ttf"), size)
    radius = 228
    widths = [font.getlength(letter) + 2 for letter in words]
    degrees = sum(widths) / (2 * pi * radius) * 360
    squeeze = min(1.0, spread / degrees)
    angle = -degrees * squeeze / 2
    for letter, width in zip(words, widths, strict=True):
        turn = width / (2 * pi * radius) * 360 * squeeze
        middle = angle + turn / 2
        image.alpha_composite(*_turned(letter, font, middle, radius, image.width / 2, top=top))
        angle += turn


def _turned(
    letter: str, font: ImageFont.FreeTypeFont, degrees: float, radius: int, centre: float, *, top: bool
) -> tuple[Image.Image, tuple[int, int]]:
    """A letter upright on its place of the ring, and where the corner of its tile lies."""
    tile = Image.new("RGBA", (TILE, TILE), _clear(RED))
    ImageDraw.Draw(tile).text((TILE / 2, TILE / 2), letter, font=font, fill=RED, anchor="mm")
    left = centre + radius * sin(radians(degrees)) - TILE / 2
    upper = centre + (-radius if top else radius) * cos(radians(degrees)) - TILE / 2
    tile = tile.rotate(
        -degrees if top else degrees,
        Image.Resampling.BICUBIC,
        translate=(left % 1, upper % 1),  # type: ignore[arg-type]  # parts of a pixel as well
        fillcolor=_clear(RED),
    )
    return tile, (floor(left), floor(upper))


def _clear(ink: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The ink, unseen: an image of one colour takes little room in a document."""
    return (*ink[:3], 0)


def _png(image: Image.Image, ink: tuple[int, int, int, int]) -> bytes:
    out = io.BytesIO()
    opacity = image.getchannel("A")
    image = Image.new("RGBA", image.size, ink)
    image.putalpha(opacity)
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
