"""What a reader sees where a signature or a filled field stands, as a PDF form object.

Images are unpacked and compressed once per process: the same signature and seal return all day.
Words are set by `paper`, in the fonts of the document.
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tinhso.foundation import paper
from tinhso.foundation.errors import Invalid
from tinhso.foundation.signing.contracts import Appearance

LARGEST_IMAGE = 2 * 1024 * 1024
MOST_PIXELS = 4_000_000
STAMP_TEXT_SIZE = 10.0


class ImageUnusable(Invalid):
    """A signature or seal image that cannot be shown."""

    code = "signature-image"


@dataclass(frozen=True, slots=True)
class _Pixels:
    width: int
    height: int
    colours: bytes
    opacity: bytes


def of(
    writer: IncrementalPdfFileWriter, appearance: Appearance, *, width: float, height: float
) -> generic.IndirectObject | None:
    """Put an appearance into the document; None when there is nothing to show. Sizes in points."""
    if appearance.image is not None:
        return _image(writer, _pixels(appearance.image), width, height)
    if appearance.lines:
        return text(writer, appearance.lines, width=width, height=height, size=STAMP_TEXT_SIZE, align="left")
    return None


def text(
    writer: IncrementalPdfFileWriter,
    lines: tuple[str, ...],
    *,
    width: float,
    height: float,
    size: float,
    align: str,
    italic: bool = False,
) -> generic.IndirectObject:
    """Set lines of words in a box of the given size (points)."""
    page = paper.render(
        template="field",
        tagged=False,
        data={
            "lines": list(lines),
            "width": round(width, 3),
            "height": round(height, 3),
            "size": size,
            "align": align,
            "italic": italic,
        },
    )
    drawn: generic.IndirectObject = writer.import_page_as_xobject(PdfFileReader(io.BytesIO(page)))
    return drawn


@lru_cache(maxsize=512)
def _pixels(image: bytes) -> _Pixels:
    if len(image) > LARGEST_IMAGE:
        raise ImageUnusable(_("Ảnh chữ ký hoặc con dấu lớn hơn 2 MB. Hãy dùng ảnh nhỏ hơn."))
    try:
        with Image.open(io.BytesIO(image), formats=("PNG",)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise ImageUnusable(_("Ảnh chữ ký hoặc con dấu có quá nhiều điểm ảnh. Hãy dùng ảnh nhỏ hơn."))
            whole = opened.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ImageUnusable(_("Ảnh chữ ký hoặc con dấu phải là tệp PNG đọc được.")) from error
    return _Pixels(
        whole.width,
        whole.height,
        zlib.compress(whole.convert("RGB").tobytes(), 9),
        zlib.compress(whole.getchannel("A").tobytes(), 9),
    )


def _image(
    writer: IncrementalPdfFileWriter, pixels: _Pixels, width: float, height: float
) -> generic.IndirectObject:
    opacity = writer.add_object(_picture(pixels, pixels.opacity, "/DeviceGray"))
    colours = _picture(pixels, pixels.colours, "/DeviceRGB")
    colours["/SMask"] = opacity
    picture = writer.add_object(colours)
    scale = min(width / pixels.width, height / pixels.height)
    across, up = pixels.width * scale, pixels.height * scale
    left, bottom = (width - across) / 2, (height - up) / 2
    drawing = f"q {across:.3f} 0 0 {up:.3f} {left:.3f} {bottom:.3f} cm /Image Do Q".encode()
    pictures = generic.DictionaryObject({pdf_name("/Image"): picture})
    resources = generic.DictionaryObject({pdf_name("/XObject"): pictures})
    return writer.add_object(form(drawing, width, height, resources=resources))


def _picture(pixels: _Pixels, compressed: bytes, space: str) -> generic.StreamObject:
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(pixels.width),
            pdf_name("/Height"): generic.NumberObject(pixels.height),
            pdf_name("/ColorSpace"): pdf_name(space),
            pdf_name("/BitsPerComponent"): generic.NumberObject(8),
            pdf_name("/Filter"): pdf_name("/FlateDecode"),
        },
        encoded_data=compressed,
    )


def form(
    drawing: bytes, width: float, height: float, *, resources: generic.DictionaryObject
) -> generic.StreamObject:
    """A form object of the given size (points) with what is drawn on it."""
    box = generic.ArrayObject([generic.FloatObject(value) for value in (0, 0, width, height)])
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): box,
            pdf_name("/Resources"): resources,
        },
        stream_data=drawing,
    )
