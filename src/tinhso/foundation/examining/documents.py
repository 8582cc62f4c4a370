"""PDFs: what acts by itself is found and taken out; a signed file is never rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import settings

from tinhso.foundation.examining.verdicts import Fault, Finding, Limits, Refused

PDF = "application/pdf"
ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/Rendition",
    "/Movie",
    "/Sound",
    "/GoToE",
    "/RichMediaExecute",
}
ANNOTATIONS = {"/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/FileAttachment"}
KEYS = {"/AA", "/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/AF", "/Collection", "/RichMediaContent"}
UNREADABLE = (pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, OSError)


def examine(path: Path, limits: Limits) -> Finding:
    """Judge a PDF. Raises Refused."""
    settings.set_qpdf_limits(
        flate_max_memory=limits.unpacked,
        run_length_max_memory=limits.unpacked,
        dct_max_memory=limits.unpacked,
        png_max_memory=limits.unpacked,
        tiff_max_memory=limits.unpacked,
        doc_max_warnings=200,
    )
    try:
        with pikepdf.open(path) as pdf:
            return _judged(pdf, limits)
    except pikepdf.PasswordError:
        raise Refused(Fault.LOCKED) from None
    except (MemoryError, RecursionError):
        raise Refused(Fault.BOMB) from None
    except UNREADABLE:
        raise Refused(Fault.UNREADABLE) from None


def _judged(pdf: pikepdf.Pdf, limits: Limits) -> Finding:
    pages = len(pdf.pages)
    if pages == 0:
        raise Refused(Fault.UNREADABLE)
    if pages > limits.pages:
        raise Refused(Fault.TOO_MANY_PAGES, pages=pages)
    removed: set[str] = set()
    signed = False
    for found in _containers(pdf):
        signed = signed or _is_signature(found)
        removed |= _disarm(found)
    if not removed:
        return Finding(PDF, pages=pages)
    if signed:
        raise Refused(Fault.ACTIVE_AND_SIGNED, found=sorted(removed))
    out = BytesIO()
    pdf.save(out, encryption=False)
    return Finding(PDF, pages=pages, removed=tuple(sorted(removed)), rewritten=out.getvalue())


def _containers(pdf: pikepdf.Pdf) -> Iterator[pikepdf.Object]:
    """Every dictionary and array of the file once, direct ones inside others too."""
    waiting: list[Any] = [pdf.trailer, *pdf.objects]
    while waiting:
        found = waiting.pop()
        if not isinstance(found, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream):
            continue
        yield found
        children = found if isinstance(found, pikepdf.Array) else (value for _key, value in found.items())
        waiting += [
            child
            for child in children
            if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect
        ]


def _is_signature(found: pikepdf.Object) -> bool:
    return isinstance(found, pikepdf.Dictionary) and "/ByteRange" in found and "/Contents" in found


def _acts(value: Any) -> bool:
    return isinstance(value, pikepdf.Dictionary) and str(value.get("/S", "")) in ACTIONS


def _disarm(found: pikepdf.Object) -> set[str]:
    """Take out what acts by itself; its names."""
    if isinstance(found, pikepdf.Array):
        return _disarm_array(found)
    removed: set[str] = set()
    for key in list(found.keys()):
        value = found[key]
        if key in KEYS or _acts(value) or (key == "/OpenAction" and _chain_acts(value)):
            removed.add(key if key in KEYS else str(value.get("/S", key)))
            del found[key]
    return removed


def _chain_acts(value: Any) -> bool:
    """Whether an action that does nothing itself leads to one that does."""
    for _step in range(100):
        if not isinstance(value, pikepdf.Dictionary):
            return False
        if _acts(value):
            return True
        value = value.get("/Next")
    return True


def _disarm_array(found: pikepdf.Array) -> set[str]:
    removed: set[str] = set()
    for place in reversed(range(len(found))):
        value = found[place]
        if not isinstance(value, pikepdf.Dictionary):
            continue
        subtype = str(value.get("/Subtype", ""))
        if _acts(value) or (subtype in ANNOTATIONS and "/Rect" in value):
            removed.add(str(value.get("/S", subtype)))
            del found[place]
    return removed
