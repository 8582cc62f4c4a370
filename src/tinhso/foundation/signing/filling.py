"""Words filled into fields that were there before the signatures: the number, the date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPSpec

from tinhso.foundation.signing import appearance
from tinhso.foundation.signing.errors import FieldLocked, FieldTaken, FieldUnknown
from tinhso.foundation.signing.typeface import Typeface, covers, typeface

BASELINE = 0.3


def fields_of(writer: IncrementalPdfFileWriter) -> dict[str, Any]:
    """The document's form fields by name (without hierarchies, which `prepare` never makes)."""
    if "/AcroForm" not in writer.root or "/Fields" not in writer.root["/AcroForm"]:
        return {}
    found = [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
    return {str(one["/T"]): one for one in found if "/T" in one}


def locks(fields: Mapping[str, Any]) -> list[FieldMDPSpec]:
    """What the signatures made so far forbid."""
    return [
        FieldMDPSpec.from_pdf_object(one["/Lock"])
        for one in fields.values()
        if one.get("/FT") == "/Sig" and "/V" in one and "/Lock" in one
    ]


def fill_into(writer: IncrementalPdfFileWriter, values: Mapping[str, str]) -> None:
    """Fill text fields in a document being written.

    Raises FieldUnknown, FieldTaken (filled already), FieldLocked (a signature forbids it).
    """
    fields = fields_of(writer)
    forbidden = locks(fields)
    for name, words in values.items():
        widget = fields.get(name)
        if widget is None or widget.get("/FT") != "/Tx":
            raise FieldUnknown(_("Văn bản không có ô “%(name)s” để điền.") % {"name": name})
        if "/V" in widget:
            raise FieldTaken(_("Ô “%(name)s” đã được điền, không sửa được nữa.") % {"name": name})
        if any(lock.is_locked(name) for lock in forbidden):
            raise FieldLocked(_("Chữ ký trên văn bản không cho điền ô “%(name)s”.") % {"name": name})
        _fill(writer, widget, words)


def _fill(writer: IncrementalPdfFileWriter, widget: Any, words: str) -> None:
    left, bottom, right, top = (float(value) for value in widget["/Rect"])
    width, height = right - left, top - bottom
    style = widget.get("/TinhSo", {})
    size, italic = float(style.get("/Size", 13)), bool(style.get("/Italic", False))
    align = "left" if widget.get("/Q", 1) == 0 else "center"
    if covers(words):
        face = typeface(italic=italic)
        font = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get("/" + face.key)
        drawn = _plain(writer, words, face=face, font=font, box=(width, height), size=size, align=align)
    else:
        drawn = appearance.text(
            writer, (words,), width=width, height=height, size=size, align=align, italic=italic
        )
    widget[pdf_name("/V")] = generic.TextStringObject(words)
    widget[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): drawn})
    writer.update_container(widget)


def _plain(
    writer: IncrementalPdfFileWriter,
    words: str,
    *,
    face: Typeface,
    font: Any,
    box: tuple[float, float],
    size: float,
    align: str,
) -> generic.IndirectObject:
    wide = face.width(words, size=size)
    left = 0.0 if align == "left" else max(0.0, (box[0] - wide) / 2)
    drawing = (
        f"/Tx BMC q BT /{face.key} {size:g} Tf 0 g {left:.3f} {BASELINE * size:.3f} Td ({words}) Tj ET Q EMC"
    )
    fonts = generic.DictionaryObject({pdf_name("/" + face.key): font})
    resources = generic.DictionaryObject({pdf_name("/Font"): fonts})
    return writer.add_object(appearance.form(drawing.encode("ascii"), *box, resources=resources))
