"""The door of the one-stop."""

from tinhso.dossiers.contracts import (
    Applicant,
    DossierRow,
    DossierView,
    DraftView,
    Filed,
    Page,
    PaperFault,
    PaperForm,
    PaperGiven,
    PaperView,
    Status,
    Verdict,
    Via,
)
from tinhso.dossiers.events import (
    CalendarCorrected,
    DossierAccepted,
    DossierEnded,
    DossierErased,
    DossierRefused,
    DossierSubmitted,
    ResultHandedOver,
    ResultReady,
    SupplementAnswered,
    SupplementAsked,
)
from tinhso.dossiers.exporting import COLUMNS as EXPORT_COLUMNS
from tinhso.dossiers.exporting import written as written_list
from tinhso.dossiers.faults import NotTheirs, Stale, TooManyLookups, WrongTurn
from tinhso.dossiers.inward.state import PLACE as STATE_SERVICE
from tinhso.dossiers.inward.state import description as state_description
from tinhso.dossiers.lifecycle import MEANINGS
from tinhso.dossiers.marks import status_words
from tinhso.dossiers.measures import Measure
from tinhso.dossiers.notices import in_words
from tinhso.dossiers.operations.counter import Taken, take_in
from tinhso.dossiers.operations.digitised import digitise, take_from_national
from tinhso.dossiers.operations.parcels import back as parcel_back
from tinhso.dossiers.operations.parcels import delivered as parcel_delivered
from tinhso.dossiers.operations.parcels import send as send_by_post
from tinhso.dossiers.operations.parcels import tell as tell_of_parcel
from tinhso.dossiers.operations.recounts import SETTLES
from tinhso.dossiers.operations.submission import Submission, submit
from tinhso.dossiers.outcomes import DeliveryView
from tinhso.dossiers.pages.desk.cuts import DeskCut, desk_cut
from tinhso.dossiers.pages.desk.entering import counter_entry
from tinhso.dossiers.pages.desk.lines import Line, lines
from tinhso.dossiers.pages.desk.pieces import papers_piece
from tinhso.dossiers.prints.heads import form_of
from tinhso.dossiers.queries.balances import Balance, Figure, balance_behind, balances
from tinhso.dossiers.queries.behind import Part, Standing, flow_behind, open_behind
from tinhso.dossiers.queries.counts import Among, By, LateHand, Stands, flows, late_hands, standing
from tinhso.dossiers.queries.delivery import deliveries, to_be_sent
from tinhso.dossiers.queries.desks import Desk, desk_of, end_of_day, own, stood_in_for, unattended
from tinhso.dossiers.queries.digitised import Digitised, OnPaper, at_hand, digitised, on_paper
from tinhso.dossiers.queries.drafts import drafts, unsent
from tinhso.dossiers.queries.facts import FACTS, RESULT_FACTS
from tinhso.dossiers.queries.lists import count, groups, page, rows
from tinhso.dossiers.queries.lookup import glimpse, guarded
from tinhso.dossiers.queries.narrowing import Filter
from tinhso.dossiers.queries.owing import owed
from tinhso.dossiers.queries.past import Past, Stay, pasts
from tinhso.dossiers.queries.reading import find, read
from tinhso.dossiers.queries.retained import Retained, retained
from tinhso.dossiers.queries.usual import Taking, taking
from tinhso.dossiers.queries.whose import Whose, whose_lists
from tinhso.dossiers.queries.workload import Load, loads_of_units
from tinhso.dossiers.stages import life_cycle
from tinhso.dossiers.turning import HANDLING

__all__ = [
    "EXPORT_COLUMNS",
    "FACTS",
    "HANDLING",
    "MEANINGS",
    "RESULT_FACTS",
    "SETTLES",
    "STATE_SERVICE",
    "Among",
    "Applicant",
    "Balance",
    "By",
    "CalendarCorrected",
    "DeliveryView",
    "Desk",
    "DeskCut",
    "Digitised",
    "DossierAccepted",
    "DossierEnded",
    "DossierErased",
    "DossierRefused",
    "DossierRow",
    "DossierSubmitted",
    "DossierView",
    "DraftView",
    "Figure",
    "Filed",
    "Filter",
    "LateHand",
    "Line",
    "Load",
    "Measure",
    "NotTheirs",
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
    "Taking",
    "TooManyLookups",
    "Verdict",
    "Via",
    "Whose",
    "WrongTurn",
    "at_hand",
    "balance_behind",
    "balances",
    "count",
    "counter_entry",
    "deliveries",
    "desk_cut",
    "desk_of",
    "digitise",
    "digitised",
    "drafts",
    "end_of_day",
    "find",
    "flow_behind",
    "flows",
    "form_of",
    "glimpse",
    "groups",
    "guarded",
    "in_words",
    "late_hands",
    "life_cycle",
    "lines",
    "loads_of_units",
    "on_paper",
    "open_behind",
    "owed",
    "own",
    "page",
    "papers_piece",
    "parcel_back",
    "parcel_delivered",
    "pasts",
    "read",
    "retained",
    "rows",
    "send_by_post",
    "standing",
    "state_description",
    "status_words",
    "stood_in_for",
    "submit",
    "take_from_national",
    "take_in",
    "taking",
    "tell_of_parcel",
    "to_be_sent",
    "unattended",
    "unsent",
    "whose_lists",
    "written_list",
]
