"""What this room binds of lower rooms when Django starts: its views, how officers like them, its files."""

from tinhso.dossiers import exporting
from tinhso.dossiers.models import DraftPaper, Opinion, Result, SubmittedPaper, SupplementFile
from tinhso.dossiers.pages.desk import navigation
from tinhso.dossiers.preferring import OfOfficer
from tinhso.dossiers.queries.usual import published
from tinhso.foundation import files
from tinhso.procedures import api as procedures
from tinhso.ui.api import preference_store

preference_store.bind(OfOfficer())
procedures.handling_times.bind(published)

__all__ = ["exporting", "navigation"]

for holding in (DraftPaper, SubmittedPaper, SupplementFile):
    files.hold(holding, "file_id")
files.hold(Opinion, "file_id")
for column in ("draft_file", "signed_file", "sealed_file"):
    files.hold(Result, column)
