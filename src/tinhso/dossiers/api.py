"""The door of the one-stop."""

from tinhso.dossiers.contracts import (
    Applicant,
    DossierAccepted,
    DossierEnded,
    DossierErased,
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
    PaperView,
    ResultHandedOver,
    ResultReady,
    Status,
    SupplementAnswered,
    SupplementAsked,
    Verdict,
    Via,
)
from tinhso.dossiers.exporting import COLUMNS as EXPORT_COLUMNS
from tinhso.dossiers.exporting import written as written_list
from tinhso.dossiers.faults import Stale, TooManyLookups, WrongTurn
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.measures import Measure
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations.counter import Taken, take_in
from tinhso.dossiers.operations.digitised import digitise, take_from_national
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.pages.desk.entering import counter_entry
from tinhso.dossiers.pages.desk.lines import Line, lines
from tinhso.dossiers.pages.desk.pieces import papers_piece
from tinhso.dossiers.queries.behind import Part, Standing, flow_behind, open_behind, pending_behind
from tinhso.dossiers.queries.counts import Among, By, LateHand, Stands, flows, late_hands, standing
from tinhso.dossiers.queries.desks import Desk, desk_of, end_of_day, own, stood_in_for, unattended
from tinhso.dossiers.queries.digitised import Digitised, OnPaper, at_hand, digitised, on_paper
from tinhso.dossiers.queries.drafts import drafts
from tinhso.dossiers.queries.lists import count, groups, page, rows
from tinhso.dossiers.queries.lookup import guarded
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.past import Past, Stay, pasts
from tinhso.dossiers.queries.reading import find, read
from tinhso.dossiers.queries.retained import Retained, retained
from tinhso.dossiers.queries.whose import Whose, whose_lists

__all__ = [
    "EXPORT_COLUMNS",
    "MEANINGS",
    "Among",
    "Applicant",
    "By",
    "Desk",
    "Digitised",
    "DossierAccepted",
    "DossierEnded",
    "DossierErased",
    "DossierRefused",
    "DossierRow",
    "DossierSubmitted",
    "DossierView",
    "DraftView",
    "Filed",
    "Filter",
    "LateHand",
    "Line",
    "Measure",
    "OnPaper",
    "Page",
    "PaperFault",
    "PaperForm",
    "PaperGiven",
    "PaperView",
    "Part",
    "Past",
    "ResultHandedOver",
    "ResultReady",
    "Retained",
    "Stale",
    "Standing",
    "Stands",
    "Status",
    "Stay",
    "Submission",
    "SupplementAnswered",
    "SupplementAsked",
    "Taken",
    "TooManyLookups",
    "Verdict",
    "Via",
    "Whose",
    "WrongTurn",
    "at_hand",
    "count",
    "counter_entry",
    "desk_of",
    "digitise",
    "digitised",
    "drafts",
    "end_of_day",
    "find",
    "flow_behind",
    "flows",
    "groups",
    "guarded",
    "in_words",
    "late_hands",
    "lines",
    "on_paper",
    "open_behind",
    "own",
    "page",
    "papers_piece",
    "pasts",
    "pending_behind",
    "read",
    "retained",
    "rows",
    "standing",
    "stood_in_for",
    "submit",
    "take_from_national",
    "take_in",
    "unattended",
    "whose_lists",
    "written_list",
]
