"""What this room binds of lower rooms when Django starts: its entry in the desk's navigation and its list."""

from __future__ import annotations

from tinhso.studio import exporting
from tinhso.studio.pages import navigation

__all__ = ["exporting", "navigation"]
