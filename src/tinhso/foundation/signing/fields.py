"""Form fields of a document: made before the first signature, filled with words afterwards."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pikepdf
from django.utils.translation import gettext as _
from pikepdf import Array, Dictionary, Name, String

from tinhso.foundation.moments import local
from tinhso.foundation.signing.contracts import Box, Draft, SignatureFieldSpec, TextFieldSpec
from tinhso.foundation.signing.errors import FieldTaken, FieldUnknown, UnreadableDocument
from tinhso.foundation.signing.typeface import FIRST, LAST, Typeface, typeface

MARK = "field:"
PLAIN_SIZE = 13.0
LABELS = {
    "number": "số",
    "day": "ngày",
    "month": "tháng",
    "year": "năm",
    "signature": "chữ ký",
    "seal": "con dấu",
}
LARGEST = 64 * 1024 * 1024
READ_ONLY = 1
PRINTED = 4
SIGNATURES_EXIST_APPEND_ONLY = 3


def prepare(
    pdf: bytes,
    *,
    fields: Sequence[SignatureFieldSpec],
    texts: Sequence[TextFieldSpec] = (),
) -> Draft:
    """Give a document every field it will ever need, and freeze it.

    A field takes the place that the layout marked with its name (`field:signature/NAME`,
    `field:text/NAME`), or its own `box`. Marks that nobody asked for are removed.
    Raises UnreadableDocument, FieldUnknown for a field with no place, FieldTaken for a name used twice.
    """
    with _opened(pdf) as document:
        marks = {one.name: one for one in _marks(document)}
        made = Array()
        names: set[str] = set()
        specs: list[SignatureFieldSpec | TextFieldSpec] = [*texts, *fields]
        for spec in specs:
            if spec.name in names:
                raise FieldTaken(_("Văn bản có hai vùng cùng tên “%(name)s”.") % {"name": spec.name})
            names.add(spec.name)
            made.append(_widget(document, spec, marks.pop(spec.name, None)))
        for mark in marks.values():
            _remove(document, mark)
        document.Root.AcroForm = document.make_indirect(_form(document, made))
        out = io.BytesIO()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return Draft(out.getvalue())


def corner(pdf: bytes, *, width: float = 170.0, height: float = 40.0) -> Box:
    """The upper right corner of the first page, where an agency signs attachments and digital copies.

    Sizes in points. Nghị định 30/2020/NĐ-CP, Phụ lục I. Raises UnreadableDocument.
    """
    with _opened(pdf) as document:
        if not document.pages:
            raise UnreadableDocument(_("Tệp PDF này không có trang nào."))
        left, bottom, right, top = (float(value) for value in document.pages[0].cropbox)
    edge = 20.0
    return Box(
        0,
        max(left, right - edge - width),
        max(bottom, top - edge - height),
        right - edge,
        top - edge,
    )


def corner_lines(*, number: str, agency: str, at: datetime) -> tuple[str, ...]:
    """What stands in the corner: number and notation, agency, the moment of signing in Viet Nam's zone."""
    moment = local(at)
    return (number, agency, f"{moment:%d/%m/%Y; %H:%M:%S}; {moment:%z}"[:-2] + ":00")


def _opened(pdf: bytes) -> pikepdf.Pdf:
    if len(pdf) > LARGEST:
        raise UnreadableDocument(_("Văn bản quá lớn để ký. Hãy giảm dung lượng xuống dưới 64 MB."))
    try:
        document = pikepdf.open(io.BytesIO(pdf))
    except (pikepdf.PdfError, ValueError) as error:
        raise UnreadableDocument(_("Tệp này không phải PDF đọc được. Hãy chọn tệp khác.")) from error
    if document.is_encrypted:
        raise UnreadableDocument(_("Tệp PDF có mật khẩu nên không ký được. Hãy bỏ mật khẩu rồi thử lại."))
    if "/AcroForm" in document.Root and "/SigFlags" in document.Root.AcroForm:
        raise FieldTaken(_("Văn bản này đã có chữ ký. Hãy dùng bản chưa ký."))
    return document


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place that the layout marked, and how words in it look."""

    name: str
    page: pikepdf.Page
    annotation: Any
    italic: bool = False
    size: float = PLAIN_SIZE


def _marks(document: pikepdf.Pdf) -> Iterator[_Mark]:
    for page in document.pages:
        for annotation in page.obj.get("/Annots", Array()):
            target = str(annotation.get("/A", Dictionary()).get("/URI", ""))
            if target.startswith(MARK):
                name, _hash, look = target.rpartition("/")[2].partition("#")
                style, _comma, size = look.partition(",")
                yield _Mark(name, page, annotation, style == "italic", float(size or PLAIN_SIZE))


def _remove(document: pikepdf.Pdf, mark: _Mark) -> None:
    element, _reference = _element_of(document, mark.annotation)
    if element is not None:
        element.S = Name.Span
        element.K = Array()
        del pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)[int(mark.annotation.StructParent)]
    page = mark.page.obj
    page.Annots = Array([one for one in page.Annots if one.objgen != mark.annotation.objgen])


def _widget(
    document: pikepdf.Pdf,
    spec: SignatureFieldSpec | TextFieldSpec,
    mark: _Mark | None,
) -> Any:
    """Turn the mark into a field in place, so that the document's structure still points at it."""
    if mark is None:
        page, widget = _placed(document, spec)
    else:
        page, widget = mark.page, mark.annotation
        _as_form_element(document, widget)
        for key in ("/A", "/Contents", "/Border", "/H"):
            if key in widget:
                del widget[key]
    widget.Subtype = Name.Widget
    widget.Type = Name.Annot
    widget.T = String(spec.name)
    widget.TU = String(spec.label or LABELS.get(spec.name, spec.name))
    widget.F = PRINTED
    widget.P = page.obj
    if isinstance(spec, SignatureFieldSpec):
        widget.FT = Name.Sig
        widget.Lock = document.make_indirect(_lock(spec.leaves_open))
    else:
        widget.FT = Name.Tx
        widget.Ff = READ_ONLY
        italic = spec.italic if spec.italic is not None else mark is not None and mark.italic
        size = spec.size or (mark.size if mark is not None else PLAIN_SIZE)
        widget.DA = String(f"/{typeface(italic=italic).key} {size:g} Tf 0 g")
        widget.Q = 0 if spec.align == "left" else 1
        widget.TinhSo = Dictionary(Size=size, Italic=italic)
    return widget


def _placed(document: pikepdf.Pdf, spec: SignatureFieldSpec | TextFieldSpec) -> tuple[pikepdf.Page, Any]:
    box = spec.box
    if box is None or not 0 <= box.page < len(document.pages):
        raise FieldUnknown(_("Văn bản không có chỗ cho vùng “%(name)s”.") % {"name": spec.name})
    page = document.pages[box.page]
    rectangle = Array([box.left, box.bottom, box.right, box.top])
    widget = document.make_indirect(Dictionary(Rect=rectangle))
    if "/Annots" in page.obj:
        page.obj.Annots = Array([*page.obj.Annots, widget])
    else:
        page.obj.Annots = Array([widget])
    return page, widget


def _as_form_element(document: pikepdf.Pdf, widget: Any) -> None:
    """The mark was tagged as a link; screen readers should hear of a form field.

    The element holds the field directly, not in a list: verifiers look for it there.
    """
    element, reference = _element_of(document, widget)
    if element is not None:
        element.S = Name.Form
        element.K = reference


def _element_of(document: pikepdf.Pdf, annotation: Any) -> tuple[Any, Any]:
    """The element of the document's structure that holds an annotation, and its reference to it."""
    if "/StructParent" not in annotation or "/StructTreeRoot" not in document.Root:
        return None, None
    element: Any = pikepdf.NumberTree(document.Root.StructTreeRoot.ParentTree)[int(annotation.StructParent)]
    kids = element.K if isinstance(element.K, Array) else [element.K]
    reference = next(one for one in kids if "/Obj" in one and one.Obj.objgen == annotation.objgen)
    return element, reference


def _lock(leaves_open: tuple[str, ...] | None) -> Dictionary:
    if leaves_open is None:
        return Dictionary(Type=Name.SigFieldLock, Action=Name.All)
    names = Array([String(name) for name in leaves_open])
    return Dictionary(Type=Name.SigFieldLock, Action=Name.Exclude, Fields=names)


def _form(document: pikepdf.Pdf, fields: Array) -> Dictionary:
    """The form, with the fonts that its text fields will be filled in."""
    fonts = Dictionary()
    texts = [one for one in fields if Name.Tx == one.FT]
    for italic in sorted({bool(one.TinhSo.Italic) for one in texts}):
        face = typeface(italic=italic)
        fonts["/" + face.key] = _font(document, face)
    return Dictionary(Fields=fields, SigFlags=SIGNATURES_EXIST_APPEND_ONLY, DR=Dictionary(Font=fonts))


def _font(document: pikepdf.Pdf, face: Typeface) -> Any:
    file = pikepdf.Stream(document, face.file, Filter=Name.FlateDecode, Length1=face.length)
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/" + face.name),
        Flags=98 if face.angle else 34,
        FontBBox=Array(face.box),
        ItalicAngle=face.angle,
        Ascent=face.ascent,
        Descent=face.descent,
        CapHeight=face.ascent,
        StemV=80,
        FontFile2=file,
    )
    return document.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=Name("/" + face.name),
            Encoding=Name.WinAnsiEncoding,
            FirstChar=FIRST,
            LastChar=LAST,
            Widths=Array(face.widths),
            FontDescriptor=document.make_indirect(descriptor),
        )
    )
