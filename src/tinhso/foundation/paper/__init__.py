"""Paper: documents set by Typst from templates and data.

What people wrote is data: it reaches a template as JSON and is set as text, never as markup. A template
sees only this package's folder, no network, no other file. It must not sign or number anything.
"""

from __future__ import annotations

from tinhso.foundation.paper.codes import qr
from tinhso.foundation.paper.merging import (
    NUMBER_OF_ROW,
    Asks,
    Value,
    ValuesMissing,
    asks,
    fill,
    literal,
    remark,
    written_as,
)
from tinhso.foundation.paper.press import FONTS, render, render_pages
from tinhso.foundation.paper.shapes import SHAPES
from tinhso.foundation.paper.templates import (
    PaperError,
    TemplateRefused,
    check,
    places,
    register,
    register_sheets,
)

__all__ = [
    "FONTS",
    "NUMBER_OF_ROW",
    "SHAPES",
    "Asks",
    "PaperError",
    "TemplateRefused",
    "Value",
    "ValuesMissing",
    "asks",
    "check",
    "fill",
    "literal",
    "places",
    "qr",
    "register",
    "register_sheets",
    "remark",
    "render",
    "render_pages",
    "written_as",
]
