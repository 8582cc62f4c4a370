"""What this room binds of lower rooms when Django starts: its views, how officers like them, its files, and
where it names persons."""

from django.utils.translation import gettext_noop as _

from tinhso.dossiers import exporting
from tinhso.dossiers.models import (
    Bundle,
    Dossier,
    Draft,
    DraftPaper,
    FactReport,
    FiledBy,
    Letter,
    Member,
    Opinion,
    Result,
    SubmittedPaper,
    SupplementFile,
)
from tinhso.dossiers.operations import merged
from tinhso.dossiers.pages.desk import navigation
from tinhso.dossiers.preferring import OfOfficer
from tinhso.dossiers.queries.usual import published
from tinhso.foundation import files
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.ui.api import preference_store

preference_store.bind(OfOfficer())
procedures.handling_times.bind(published)

__all__ = ["exporting", "navigation"]

for holding in (DraftPaper, SubmittedPaper, SupplementFile):
    files.hold(holding, "file_id")
files.hold(Opinion, "file_id")
files.hold(Letter, "file")
for column in ("draft_file", "signed_file", "sealed_file"):
    files.hold(Result, column)

identity.names_person(Dossier, "owner_id", what=_("hồ sơ"), settle=merged.dossiers)
identity.names_person(Dossier, "joint", what=_("hồ sơ cùng đứng tên"))
identity.names_person(FiledBy, "filer_id", what=_("hồ sơ nộp thay"))
identity.names_person(Bundle, "owner_id")
identity.names_person(Draft, "owner_id", what=_("bản đang viết"), settle=merged.drafts)
identity.names_person(FactReport, "person_id", settle=merged.reports)
identity.names_person(Member, "person_id")
