"""The door of the visual language for Python code; templates use `{% load ui %}`."""

from __future__ import annotations

from tinhso.ui.components import render as component

__all__ = ["component"]
