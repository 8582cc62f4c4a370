"""Scanned pages: counted, shown, read for square codes, and laid into one PDF/A-2b (ISO 19005-2).

Every page becomes a picture on a page of its own size, so that what was scanned is all there is in the
archived file: nothing acts, nothing is embedded, nothing can fail to conform.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import zxingcpp
from PIL import Image, ImageCms

from tinhso.foundation.examining import documents, images
from tinhso.foundation.examining.verdicts import Fault, Limits, Refused

TIFF = "image/tiff"
POINTS_PER_INCH = 72
CODES_DPI = 150
END, END_WITHIN = b"%%EOF", 2048
JPEG_QUALITY = 80
TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
PRODUCER = "Tỉnh Số"
PROFILE_DATE, PROFILE_MADE = slice(24, 36), bytes([7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])  # 1/1/2000
BROKEN = (*documents.UNREADABLE, pypdfium2.PdfiumError, EOFError, SyntaxError)


@dataclass(frozen=True, slots=True)
class Pick:
    """One page taken into the archived file: of which source, its place there, turned right by degrees."""

    source: int
    page: int
    turn: int = 0


class Source:
    """One scanned file: its pages are drawn one at a time. Raises Refused for a file that cannot be read."""

    def __init__(self, path: Path, media_type: str, limits: Limits) -> None:
        self.limits = limits
        try:
            self.pdf = pypdfium2.PdfDocument(path) if media_type == documents.PDF else None
            self.picture = None if self.pdf else images.opened(path, pixels=limits.pixels, lazy=True)
            self.count = len(self.pdf) if self.pdf else getattr(self.picture, "n_frames", 1)
        except BROKEN:
            raise Refused(Fault.UNREADABLE) from None
        if not 0 < self.count <= limits.pages:
            raise Refused(Fault.TOO_MANY_PAGES if self.count else Fault.UNREADABLE, pages=self.count)

    def draw(self, page: int, *, dpi: int) -> tuple[Image.Image, float]:
        """The page in RGB at no more than `dpi`, and the dots per inch it has. Raises Refused."""
        if not 0 <= page < self.count:
            raise Refused(Fault.UNREADABLE)
        try:
            return self._from_pdf(page, dpi) if self.pdf else self._from_picture(page, dpi)
        except MemoryError:
            raise Refused(Fault.BOMB) from None
        except BROKEN:
            raise Refused(Fault.UNREADABLE) from None

    def _from_pdf(self, number: int, dpi: int) -> tuple[Image.Image, float]:
        assert self.pdf is not None  # noqa: S101 - draw() chose this way
        page = self.pdf[number]
        width, height = page.get_size()
        if min(width, height) <= 0:
            raise Refused(Fault.UNREADABLE)
        scale = min(dpi / POINTS_PER_INCH, (self.limits.pixels / (width * height)) ** 0.5)
        drawn = page.render(scale=scale, may_draw_forms=False).to_pil()
        return drawn.convert("RGB"), scale * POINTS_PER_INCH

    def _from_picture(self, number: int, dpi: int) -> tuple[Image.Image, float]:
        assert self.picture is not None  # noqa: S101 - draw() chose this way
        self.picture.seek(number)
        width, height = self.picture.size
        if width * height > self.limits.pixels:
            raise Refused(Fault.TOO_MANY_PIXELS, width=width, height=height)
        frame = self.picture.copy()
        had = _dots(frame)
        longest = max(frame.size)
        side = round(longest * dpi / had) if had else images.PAPER_SIDE * dpi // images.PAPER_DPI
        drawn = images.upright(frame, side=min(side, longest))
        return drawn, (had or longest / images.PAPER_INCHES) * max(drawn.size) / longest


def counted(path: Path, media_type: str, limits: Limits) -> int:
    """How many pages the file has, each of which can be drawn. Raises Refused, also for one cut short."""
    if media_type == documents.PDF and END not in path.read_bytes()[-END_WITHIN:]:
        raise Refused(Fault.UNREADABLE)
    source = Source(path, media_type, limits)
    for page in range(source.count):
        source.draw(page, dpi=POINTS_PER_INCH // 2)
    return source.count


def shown(path: Path, media_type: str, limits: Limits, *, page: int, turn: int, side: int) -> bytes:
    """A JPEG of one page, its longer side at most `side` pixels. Raises Refused."""
    drawn, _dpi = Source(path, media_type, limits).draw(page, dpi=CODES_DPI * 2)
    drawn.thumbnail((side, side), Image.Resampling.LANCZOS)
    return images.jpeg(_turned(drawn, turn))


def codes(path: Path, media_type: str, limits: Limits) -> list[list[str]]:
    """The texts of the square codes on each page. Raises Refused."""
    source = Source(path, media_type, limits)
    return [_codes(source.draw(page, dpi=CODES_DPI)[0]) for page in range(source.count)]


def archived(
    paths: Sequence[Path],
    media_types: Sequence[str],
    limits: Limits,
    *,
    picks: Sequence[Pick],
    dpi: int,
    title: str,
    made_at: datetime,
) -> bytes:
    """One PDF/A-2b of the picked pages in their order. Raises Refused."""
    sources = [Source(path, kind, limits) for path, kind in zip(paths, media_types, strict=True)]
    if not 0 < len(picks) <= limits.pages:
        raise Refused(Fault.TOO_MANY_PAGES, pages=len(picks))
    out = BytesIO()
    with pikepdf.new() as pdf:
        for pick in picks:
            drawn, dots = sources[pick.source].draw(pick.page, dpi=dpi)
            _add(pdf, _turned(drawn, pick.turn), dots=dots)
        _intend(pdf)
        with pdf.open_metadata(set_pikepdf_as_editor=False) as about:
            about["pdfaid:part"], about["pdfaid:conformance"] = "2", "B"
            about["dc:title"] = title
            about["pdf:Producer"] = PRODUCER
            about["xmp:CreateDate"] = about["xmp:ModifyDate"] = made_at.isoformat(timespec="seconds")
        stamp = made_at.strftime("D:%Y%m%d%H%M%S+00'00'")
        pdf.docinfo["/Title"], pdf.docinfo["/Producer"] = title, PRODUCER
        pdf.docinfo["/CreationDate"] = pdf.docinfo["/ModDate"] = pikepdf.String(stamp)
        pdf.save(out, deterministic_id=True, min_version="1.7", fix_metadata_version=False)
    return out.getvalue()


def _add(pdf: pikepdf.Pdf, picture: Image.Image, *, dots: float) -> None:
    width, height = (side * POINTS_PER_INCH / dots for side in picture.size)
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG", quality=JPEG_QUALITY, optimize=True)
    drawn = pikepdf.Stream(
        pdf,
        jpeg.getvalue(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    page = pdf.add_blank_page(page_size=(round(width, 2), round(height, 2)))
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=drawn))
    page.obj.Contents = pikepdf.Stream(pdf, f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /Scan Do Q".encode())


def _intend(pdf: pikepdf.Pdf) -> None:
    """Say which colours are meant: sRGB, its profile inside the file."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[PROFILE_DATE] = PROFILE_MADE
    profile = pikepdf.Stream(pdf, bytes(made), N=3)
    pdf.Root.OutputIntents = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.OutputIntent,
                S=pikepdf.Name.GTS_PDFA1,
                OutputConditionIdentifier="sRGB IEC61966-2.1",
                Info="sRGB IEC61966-2.1",
                DestOutputProfile=pdf.make_indirect(profile),
            )
        ]
    )


def _codes(page: Image.Image) -> list[str]:
    found = zxingcpp.read_barcodes(
        page.convert("L"), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    return [code.text for code in found if code.valid]


def _turned(picture: Image.Image, turn: int) -> Image.Image:
    return picture.transpose(TURNS[turn]) if turn in TURNS else picture


def _dots(picture: Image.Image) -> float:
    """Dots per inch that the scanner wrote down; 0 when it says none, or none that can be."""
    said = picture.info.get("dpi", (0, 0))
    dots = float(said[0]) if isinstance(said, tuple) and said else 0.0
    return dots if 72 <= dots <= 1200 else 0.0


def picks(raw: Sequence[Sequence[int]]) -> Iterator[Pick]:
    """Picks as they travel to the examining process. Raises Refused."""
    for source, page, turn in raw:
        yield Pick(source, page, turn)
