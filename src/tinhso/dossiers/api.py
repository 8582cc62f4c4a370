"""The door of the one-stop."""

from tinhso.dossiers.contracts import (
    Applicant,
    DossierAccepted,
    DossierEnded,
    DossierRefused,
    DossierRow,
    DossierSubmitted,
    DossierView,
    DraftView,
    Filed,
    Page,
    PaperFault,
    PaperForm,
    PaperGiven,
    ResultHandedOver,
    ResultReady,
    Stale,
    Status,
    SupplementAnswered,
    SupplementAsked,
    Verdict,
    Via,
    WrongTurn,
)
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.pages.desk.lines import Line, lines
from tinhso.dossiers.queries.desks import Desk, desk_of, end_of_day, own, stood_in_for
from tinhso.dossiers.queries.drafts import drafts
from tinhso.dossiers.queries.lists import count, groups, page
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.reading import find, read
from tinhso.dossiers.queries.retained import Retained, retained
from tinhso.dossiers.queries.whose import Whose, whose_lists

__all__ = [
    "MEANINGS",
    "Applicant",
    "Desk",
    "DossierAccepted",
    "DossierEnded",
    "DossierRefused",
    "DossierRow",
    "DossierSubmitted",
    "DossierView",
    "DraftView",
    "Filed",
    "Filter",
    "Line",
    "Page",
    "PaperFault",
    "PaperForm",
    "PaperGiven",
    "ResultHandedOver",
    "ResultReady",
    "Retained",
    "Stale",
    "Status",
    "Submission",
    "SupplementAnswered",
    "SupplementAsked",
    "Verdict",
    "Via",
    "Whose",
    "WrongTurn",
    "count",
    "desk_of",
    "drafts",
    "end_of_day",
    "find",
    "groups",
    "in_words",
    "lines",
    "own",
    "page",
    "read",
    "retained",
    "stood_in_for",
    "submit",
    "whose_lists",
]
