"""What scanners send: pages as PDF, TIFF and photos, separator sheets, labels."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import segno
from PIL import Image, ImageDraw

A4 = (827, 1170)  # at 100 dpi


def page(words: str = "", *, code: str = "", size: tuple[int, int] = A4) -> Image.Image:
    """A white page with words, and a square code when one is given."""
    sheet = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((60, 60), words, fill="black", font_size=28)
    pen.rectangle((40, size[1] - 90, 240, size[1] - 40), fill=(180, 30, 30))
    if code:
        drawn = BytesIO()
        segno.make(code).save(drawn, kind="png", scale=6)
        sheet.paste(Image.open(drawn).convert("RGB"), (250, 300))
    return sheet


def jpeg(*words: str, code: str = "") -> bytes:
    """A photo of one page."""
    return _saved([page(" ".join(words), code=code)], "JPEG")


def tiff(pages: Sequence[Image.Image]) -> bytes:
    """What a scanner sends as one TIFF."""
    return _saved(pages, "TIFF")


def pdf(pages: Sequence[Image.Image]) -> bytes:
    """What a scanner sends as one PDF."""
    return _saved(pages, "PDF")


def _saved(pages: Sequence[Image.Image], kind: str) -> bytes:
    out = BytesIO()
    more = {"save_all": True, "append_images": list(pages[1:])} if len(pages) > 1 else {}
    pages[0].save(out, kind, **({"resolution": 100} if kind == "PDF" else {"dpi": (100, 100)}), **more)
    return out.getvalue()
