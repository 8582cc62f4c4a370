"""What this room binds of lower rooms when Django starts: its views on the desk, and how officers like it."""

from tinhso.dossiers.pages.desk import navigation
from tinhso.dossiers.preferring import OfOfficer
from tinhso.ui.api import preference_store

preference_store.bind(OfOfficer())

__all__ = ["navigation"]
