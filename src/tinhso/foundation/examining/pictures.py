"""Pictures of files for a list, and papers joined into one PDF."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import img2pdf
import pikepdf
import pypdfium2
from PIL import Image

from tinhso.foundation.examining import documents, images
from tinhso.foundation.examining.verdicts import Fault, Limits, Refused

A4_MM = (210, 297)


def thumbnail(path: Path, *, media_type: str, side: int, pixels: int) -> bytes:
    """A JPEG of the picture, or of the first page, its longer side at most `side`. Raises Refused."""
    if media_type == documents.PDF:
        return images.jpeg(_first_page(path, side=side))
    return images.jpeg(images.upright(images.opened(path, pixels=pixels), side=side))


def _first_page(path: Path, *, side: int) -> Image.Image:
    try:
        pdf = pypdfium2.PdfDocument(path)
        page = pdf[0]
        width, height = page.get_size()
        longest = max(width, height)
        if not 0 < longest < 20_000 or min(width, height) <= 0:
            raise Refused(Fault.UNREADABLE)
        drawn: Image.Image = page.render(scale=side / longest, may_draw_forms=False).to_pil()
    except (pypdfium2.PdfiumError, ValueError, OSError, RuntimeError):
        raise Refused(Fault.UNREADABLE) from None
    return drawn.convert("RGB")


def joined(paths: list[Path], *, media_types: list[str], limits: Limits) -> bytes:
    """One PDF of these photos and PDFs in their order; photos upright on A4 at 200 dpi. Raises Refused."""
    layout = img2pdf.get_layout_fun(
        pagesize=tuple(img2pdf.mm_to_pt(side) for side in A4_MM), fit=img2pdf.FitMode.into, auto_orient=True
    )
    out = BytesIO()
    with pikepdf.new() as whole:
        for path, media_type in zip(paths, media_types, strict=True):
            if media_type == documents.PDF:
                source: Path | BytesIO = path
            else:
                photo = images.upright(images.opened(path, pixels=limits.pixels), side=images.PAPER_SIDE)
                source = BytesIO(img2pdf.convert(images.jpeg(photo), layout_fun=layout))
            with pikepdf.open(source) as part:
                whole.pages.extend(part.pages)
        if len(whole.pages) > limits.pages:
            raise Refused(Fault.TOO_MANY_PAGES, pages=len(whole.pages))
        whole.save(out, deterministic_id=True)
    return out.getvalue()
