"""Paper: documents set by Typst from templates and data.

What people wrote is data: it reaches a template as JSON and is set as text, never as markup. A template
sees only this package's folder, no network, no other file. It must not sign or number anything.
"""

from __future__ import annotations

from tinhso.foundation.paper.codes import qr
from tinhso.foundation.paper.press import FONTS, render
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
    "PaperError",
    "TemplateRefused",
    "check",
    "places",
    "qr",
    "register",
    "register_sheets",
    "render",
]
