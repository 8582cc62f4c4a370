"""Word and Excel files (OOXML): taken only without macros, embedded programs and outside templates."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path
from typing import IO

from tinhso.foundation.examining.verdicts import Fault, Finding, Limits, Refused

MAIN = {
    "docx": (
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
MOST_ENTRIES = 5000
WORST_RATIO = 200
SMALL = 1024**2
ACTIVE_NAMES = re.compile(
    r"vba|macro|activex|\.bin$|\.ole$|/embeddings/|/externallinks/|\.(exe|dll|js|vbs|html?|zip)$"
)
ACTIVE_TYPES = re.compile(rb"macroEnabled|vbaProject|activeX|oleObject", re.IGNORECASE)
OUTSIDE = re.compile(rb"""TargetMode\s*=\s*["']External["']""", re.IGNORECASE)
RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
LINK = re.compile(rb"""Type\s*=\s*["'][^"']*/relationships/hyperlink["']""")


def examine(file: Path | IO[bytes], limits: Limits) -> Finding:
    """Judge a ZIP archive: a Word or Excel file, or nothing we take. Raises Refused."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _judged(archive, limits)
    except MemoryError:
        raise Refused(Fault.BOMB) from None
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, RuntimeError):
        raise Refused(Fault.UNREADABLE) from None


def _judged(archive: zipfile.ZipFile, limits: Limits) -> Finding:
    entries = archive.infolist()
    _refuse_bombs(entries, limits)
    names = {entry.filename for entry in entries}
    kind = next((kind for kind, (main, _type) in MAIN.items() if main in names), "")
    if kind not in limits.kinds:
        raise Refused(Fault.KIND)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused(Fault.LOCKED)
    if len(names) != len(entries) or any(ACTIVE_NAMES.search(name.lower()) for name in names):
        raise Refused(Fault.MACROS)
    budget = limits.unpacked
    for entry in entries:
        data = _unpacked(archive, entry, budget)
        budget -= len(data)
        _refuse_active(entry.filename, data)
    return Finding(MAIN[kind][1])


def _refuse_bombs(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > limits.unpacked:
        raise Refused(Fault.BOMB)
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > WORST_RATIO * max(1, entry.compress_size):
            raise Refused(Fault.BOMB)


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: int) -> bytes:
    """The bytes of an entry, whose stated size may be a lie."""
    with archive.open(entry) as source:
        data = source.read(budget + 1)
    if len(data) > budget:
        raise Refused(Fault.BOMB)
    return data


def _refuse_active(name: str, data: bytes) -> None:
    if name == "[Content_Types].xml" and (ACTIVE_TYPES.search(data) or b"<!" in data):
        raise Refused(Fault.MACROS)
    if name.endswith(".rels"):
        outside = [tag for tag in RELATIONSHIP.findall(data) if OUTSIDE.search(tag) and not LINK.search(tag)]
        if outside or b"<!" in data or not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
            raise Refused(Fault.MACROS)
