"""The door of the visual language for Python code; templates use `{% load ui %}`."""

from __future__ import annotations

from tinhso.ui import paging
from tinhso.ui.components import render as component
from tinhso.ui.dates import DateBoxes, DateField
from tinhso.ui.forms import errors as form_errors
from tinhso.ui.forms import field as form_field
from tinhso.ui.forms import fields as form_fields
from tinhso.ui.lateness import Lateness, Unit
from tinhso.ui.navigation import Entry as NavigationEntry
from tinhso.ui.navigation import Group as NavigationGroup
from tinhso.ui.navigation import providers as navigation
from tinhso.ui.preferences import Preferences
from tinhso.ui.preferences import keep as keep_preferences
from tinhso.ui.preferences import of as preferences
from tinhso.ui.preferences import store as preference_store
from tinhso.ui.small import icon

__all__ = [
    "DateBoxes",
    "DateField",
    "Lateness",
    "NavigationEntry",
    "NavigationGroup",
    "Preferences",
    "Unit",
    "component",
    "form_errors",
    "form_field",
    "form_fields",
    "icon",
    "keep_preferences",
    "navigation",
    "paging",
    "preference_store",
    "preferences",
]
