"""What a file is, by its bytes. A name or a claim of the browser says nothing."""

from __future__ import annotations

import json

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
HEIC = "image/heic"
WEBP = "image/webp"
TIFF = "image/tiff"
ZIP = "application/zip"
XML = "application/xml"
JSON = "application/json"
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"

HEAD_BYTES = 4096
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


def of_bytes(head: bytes) -> str:
    """The media type that the first bytes (4096 are enough) speak for; UNKNOWN when none."""
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith((b"II*\x00", b"MM\x00*")):
        return TIFF
    if head[4:8] == b"ftyp" and head[8:12] in HEIF_BRANDS:
        return HEIC
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ZIP
    return _text(head)


def _text(head: bytes) -> str:
    try:
        text = head[:HEAD_BYTES].decode("utf-8", errors="strict" if len(head) < HEAD_BYTES else "ignore")
    except UnicodeDecodeError:
        return UNKNOWN
    if not text or any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text):
        return UNKNOWN
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<?xml"):
        return XML
    if start.startswith(("{", "[")) and len(head) < HEAD_BYTES:
        try:
            json.loads(start)
        except (ValueError, RecursionError):
            return TEXT
        return JSON
    return TEXT
