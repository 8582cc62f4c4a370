"""What this room binds of lower rooms when Django starts: its views on the desk, the files it holds."""

from tinhso.dossiers.models import DraftPaper, Result, SubmittedPaper, SupplementFile
from tinhso.dossiers.pages.desk import navigation
from tinhso.foundation import files

__all__ = ["navigation"]

for holding in (DraftPaper, SubmittedPaper, SupplementFile):
    files.hold(holding, "file_id")
for column in ("draft_file", "signed_file", "sealed_file"):
    files.hold(Result, column)
