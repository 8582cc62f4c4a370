"""Images of a handwritten signature (blue) and a round seal (red), drawn for tests and benches."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

BLUE = (20, 40, 160, 255)
RED = (205, 25, 30, 235)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _signature() -> bytes:
    image = Image.new("RGBA", (480, 200), (0, 0, 0, 0))
    points = [(20, 150), (70, 40), (110, 165), (170, 60), (200, 150), (250, 90), (300, 140), (460, 70)]
    ImageDraw.Draw(image).line(points, fill=BLUE, width=7, joint="curve")
    return _png(image)


def _seal() -> bytes:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((6, 6, 394, 394), outline=RED, width=9)
    draw.ellipse((70, 70, 330, 330), outline=RED, width=4)
    draw.polygon(
        [
            (200, 110),
            (225, 185),
            (300, 185),
            (240, 230),
            (262, 305),
            (200, 260),
            (138, 305),
            (160, 230),
            (100, 185),
            (175, 185),
        ],
        fill=RED,
    )
    return _png(image)


SIGNATURE = _signature()
SEAL = _seal()
