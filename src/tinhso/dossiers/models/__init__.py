"""Tables of the one-stop and the constraints that keep them true."""

from tinhso.dossiers.models.alarms import Alarm
from tinhso.dossiers.models.clock import Promise, Standing
from tinhso.dossiers.models.desks import Bulk, BulkItem, NoteDraft, Presence
from tinhso.dossiers.models.dossier import Content, Dossier, Running
from tinhso.dossiers.models.drafts import Draft, DraftPaper
from tinhso.dossiers.models.history import HistoryEntry, Note, Rating
from tinhso.dossiers.models.lookups import LookupAttempt
from tinhso.dossiers.models.papers import Fault, SubmittedPaper, Supplement, SupplementFile
from tinhso.dossiers.models.reports import FactReport, UsualTime
from tinhso.dossiers.models.results import Result

__all__ = [
    "Alarm",
    "Bulk",
    "BulkItem",
    "Content",
    "Dossier",
    "Draft",
    "DraftPaper",
    "FactReport",
    "Fault",
    "HistoryEntry",
    "LookupAttempt",
    "Note",
    "NoteDraft",
    "Presence",
    "Promise",
    "Rating",
    "Result",
    "Running",
    "Standing",
    "SubmittedPaper",
    "Supplement",
    "SupplementFile",
    "UsualTime",
]
