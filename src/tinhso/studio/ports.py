"""What this room binds of lower rooms when Django starts: navigation, files it holds, lists it takes out."""

from __future__ import annotations

from tinhso.foundation import files
from tinhso.studio import exporting
from tinhso.studio.models import SampleForm
from tinhso.studio.pages import navigation

__all__ = ["exporting", "navigation"]

files.hold(SampleForm, "file_id")
