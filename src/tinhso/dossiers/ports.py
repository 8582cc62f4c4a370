"""What this room binds of lower rooms when Django starts: its views on the desk."""

from tinhso.dossiers.pages.desk import navigation

__all__ = ["navigation"]
