"""Tables of the one-stop and the constraints that keep them true."""

from tinhso.dossiers.models.afterwards import (
    Correction,
    OriginalsReturn,
    ReturnedOriginal,
    Revocation,
)
from tinhso.dossiers.models.alarms import Alarm
from tinhso.dossiers.models.bundles import Bundle, BundlePart
from tinhso.dossiers.models.charging import Assessment
from tinhso.dossiers.models.clock import Promise, Standing
from tinhso.dossiers.models.closures import Closure
from tinhso.dossiers.models.counts import Count, CountChange, CountFault
from tinhso.dossiers.models.delivery import Delivery, PostArrival
from tinhso.dossiers.models.desks import ActDraft, Bulk, BulkItem, DeskPreference, Presence
from tinhso.dossiers.models.dossier import Content, Dossier, Running
from tinhso.dossiers.models.drafts import Draft, DraftPaper
from tinhso.dossiers.models.erasures import Erasure
from tinhso.dossiers.models.filers import FiledBy, Member
from tinhso.dossiers.models.history import HistoryEntry, Note, Rating
from tinhso.dossiers.models.lookups import LookupAttempt
from tinhso.dossiers.models.opinions import Opinion, OpinionRequest, SharedPaper
from tinhso.dossiers.models.papers import Fault, SubmittedPaper, Supplement, SupplementFile
from tinhso.dossiers.models.passing import Phase, Places, Transfer
from tinhso.dossiers.models.rebasing import Rebased, Rebasing, RebasingFault
from tinhso.dossiers.models.recounts import MovedPromise, Recount
from tinhso.dossiers.models.reports import FactReport
from tinhso.dossiers.models.results import GivenNumber, Result
from tinhso.dossiers.models.timers import Timer
from tinhso.dossiers.models.turning import Ending, Extension, HandOver
from tinhso.dossiers.models.undoing import Letter, Reversible
from tinhso.dossiers.models.usual import MonthTime, UsualTime
from tinhso.dossiers.models.views import ListHabit, SavedView, ViewKey

__all__ = [
    "ActDraft",
    "Alarm",
    "Assessment",
    "Bulk",
    "BulkItem",
    "Bundle",
    "BundlePart",
    "Closure",
    "Content",
    "Correction",
    "Count",
    "CountChange",
    "CountFault",
    "Delivery",
    "DeskPreference",
    "Dossier",
    "Draft",
    "DraftPaper",
    "Ending",
    "Erasure",
    "Extension",
    "FactReport",
    "Fault",
    "FiledBy",
    "GivenNumber",
    "HandOver",
    "HistoryEntry",
    "Letter",
    "ListHabit",
    "LookupAttempt",
    "Member",
    "MonthTime",
    "MovedPromise",
    "Note",
    "Opinion",
    "OpinionRequest",
    "OriginalsReturn",
    "Phase",
    "Places",
    "PostArrival",
    "Presence",
    "Promise",
    "Rating",
    "Rebased",
    "Rebasing",
    "RebasingFault",
    "Recount",
    "Result",
    "ReturnedOriginal",
    "Reversible",
    "Revocation",
    "Running",
    "SavedView",
    "SharedPaper",
    "Standing",
    "SubmittedPaper",
    "Supplement",
    "SupplementFile",
    "Timer",
    "Transfer",
    "UsualTime",
    "ViewKey",
]
