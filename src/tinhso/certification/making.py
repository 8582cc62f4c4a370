"""The file of a certified copy: the scanned original, each page marked, and the statement behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import pikepdf
from django.utils.translation import gettext as _

from tinhso.foundation import paper
from tinhso.foundation.errors import Invalid

STATEMENT, FOOT = "certification/loi-chung", "certification/chan-trang"


def pages_of(scan: bytes) -> int:
    """How many pages were scanned. Raises Invalid for a file that is no PDF."""
    with _opened(scan) as pdf:
        return len(pdf.pages)


def assemble(scan: bytes, *, statement: Mapping[str, Any], code: str, at: datetime) -> bytes:
    """The whole document, unsigned, with the places of signatures and numbers still marked.

    The statement's file leads, so that its tagged structure and marks stay; whatever acts or is signed in
    the scan is left behind. Raises Invalid, PaperError.
    """
    said = paper.render(template=STATEMENT, data=statement, made_at=at, marked=True)
    with _opened(scan) as original, pikepdf.open(BytesIO(said)) as whole:
        count = len(original.pages)
        marks = paper.render(template=FOOT, data={"pages": count, "code": code}, made_at=at, tagged=False)
        with pikepdf.open(BytesIO(marks)) as feet:
            for place, page in enumerate(original.pages):
                whole.pages.insert(place, page)
                added = whole.pages[place]
                for key in ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/StructParents"):
                    if key in added.obj:
                        del added.obj[key]
                added.add_overlay(feet.pages[place], None)
            out = BytesIO()
            whole.save(out, deterministic_id=True)
    return out.getvalue()


def _opened(scan: bytes) -> pikepdf.Pdf:
    try:
        return pikepdf.open(BytesIO(scan))
    except (pikepdf.PdfError, ValueError) as error:
        fault = _("Không đọc được bản quét. Hãy quét lại thành PDF hoặc chụp ảnh từng trang.")
        raise Invalid(fault, faults={"tep": fault}) from error
