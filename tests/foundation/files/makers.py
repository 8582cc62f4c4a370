"""Files as people and enemies make them."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
import pillow_heif
from PIL import Image

pillow_heif.register_heif_opener()


def photo(kind: str = "JPEG", *, size: tuple[int, int] = (120, 80), **options: object) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def pdf(pages: int = 1, **options: object) -> bytes:
    out = BytesIO()
    with pikepdf.new() as made:
        for _page in range(pages):
            made.add_blank_page()
        made.save(out, **options)  # type: ignore[arg-type]  # passed through
    return out.getvalue()


def changed(data: bytes, change: object) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as made:
        change(made)  # type: ignore[operator]  # a function of the document
        made.save(out)
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG that states these sides; its pixels are a bomb of zeros."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes((width + 7) // 8 + 1)) for _row in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)


def docx(extra: dict[str, bytes] | None = None, *, relations: str = "") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
        archive.writestr("word/_rels/document.xml.rels", RELATIONS.format(relations))
        for name, data in (extra or {}).items():
            archive.writestr(name, data)
    return out.getvalue()
