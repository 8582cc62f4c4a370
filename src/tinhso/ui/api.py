"""The door of the visual language for Python code; templates use `{% load ui %}`."""

from __future__ import annotations

from tinhso.ui.components import render as component
from tinhso.ui.dates import DateBoxes, DateField
from tinhso.ui.forms import errors as form_errors
from tinhso.ui.forms import field as form_field
from tinhso.ui.forms import fields as form_fields
from tinhso.ui.lateness import Lateness, Unit
from tinhso.ui.small import icon

__all__ = [
    "DateBoxes",
    "DateField",
    "Lateness",
    "Unit",
    "component",
    "form_errors",
    "form_field",
    "form_fields",
    "icon",
]
