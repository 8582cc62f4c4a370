"""What this room binds of lower rooms when Django starts: its entry in the desk's navigation, its files."""

from __future__ import annotations

from tinhso.foundation import files
from tinhso.studio.models import SampleForm
from tinhso.studio.pages import navigation

__all__ = ["navigation"]

files.hold(SampleForm, "file_id")
