"""Photos: opened wholly to see that they are whole, turned upright, made small."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from tinhso.foundation.examining.verdicts import Fault, Refused

FORMATS = {"jpeg": ("JPEG",), "png": ("PNG",), "heic": ("HEIF",), "tiff": ("TIFF",)}
JPEG_QUALITY = 80
PAPER_SIDE = 2339  # pixels of A4's longer side at PAPER_DPI
PAPER_DPI = 200
PAPER_INCHES = PAPER_SIDE / PAPER_DPI

pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before a picture is decoded


def opened(
    path: Path, *, pixels: int, kinds: tuple[str, ...] = tuple(FORMATS), lazy: bool = False
) -> Image.Image:
    """The decoded picture of at most that many pixels; with `lazy` its frames are decoded when asked for.

    Raises Refused.
    """
    formats = [name for kind in kinds for name in FORMATS[kind]]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(BytesIO(path.read_bytes()), formats=formats)
            width, height = picture.size
            if width * height > pixels:
                raise Refused(Fault.TOO_MANY_PIXELS, width=width, height=height)
            if not lazy:
                picture.load()
    except MemoryError:
        raise Refused(Fault.BOMB) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, RuntimeError):
        raise Refused(Fault.UNREADABLE) from None
    return picture


def upright(picture: Image.Image, *, side: int) -> Image.Image:
    """The picture as it was held, in RGB on white, its longer side at most `side` pixels."""
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layered = turned.convert("RGBA")
        paper = Image.new("RGBA", layered.size, "white")
        turned = Image.alpha_composite(paper, layered)
    return turned.convert("RGB")


def jpeg(picture: Image.Image) -> bytes:
    """The picture as JPEG, without place, time and camera."""
    out = BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return out.getvalue()
