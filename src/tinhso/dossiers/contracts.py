"""What crosses the door of dossiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from tinhso.foundation.refs import OwnerRef
from tinhso.identity.api import Capacity, ProofGiven, Sight


class Status(StrEnum):
    """Where a dossier stands. The national portal's ten codes are an outbound mapping, not this."""

    SUBMITTED = "submitted"
    PRE_SUPPLEMENT = "pre_supplement"
    ACCEPTED = "accepted"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    OBLIGATION = "obligation"
    PAUSED = "paused"
    DONE = "done"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class Via(StrEnum):
    """How the dossier came (kênh thực hiện)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"
    MACHINE = "machine"


class PaperForm(StrEnum):
    """In which form a paper was given (loại bản)."""

    ORIGINAL = "original"
    COPY = "copy"
    ELECTRONIC = "electronic"


class ProofState(StrEnum):
    """What is known of the right by which somebody files for the applicant."""

    NOT_NEEDED = "not_needed"
    GOOD = "good"
    UNCHECKED = "unchecked"
    MISSING = "missing"
    EXPIRED = "expired"
    FAULTY = "faulty"
    REVOKED = "revoked"

    @property
    def stands_in_the_way(self) -> bool:
        """Whether intake must ask for the proof, or refuse, before it accepts."""
        return self not in (ProofState.NOT_NEEDED, ProofState.GOOD, ProofState.REVOKED)


class Verdict(StrEnum):
    """What an officer found of one paper."""

    UNSEEN = "unseen"
    GOOD = "good"
    FAULTY = "faulty"


class AlarmKind(StrEnum):
    """What is told of a deadline: of a promise, from the mildest to the gravest; that silence will decide; of
    the person's time to supplement.
    """

    SHARE = "share"
    DAY_BEFORE = "day_before"
    LATE = "late"
    DEEMED = "deemed"
    ANSWER_SOON = "answer_soon"
    ANSWER_LATE = "answer_late"


class PartState(StrEnum):
    """Where one procedure of a bundle stands: waiting for a result, a dossier of its own, or dropped."""

    WAITING = "waiting"
    STARTED = "started"
    DROPPED = "dropped"


class OpinionState(StrEnum):
    """What became of an opinion that another agency was asked for."""

    ASKED = "asked"
    GIVEN = "given"
    NONE = "none"
    PASSED_OVER = "passed_over"


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whose dossier it is (chủ hồ sơ), as known when it was submitted.

    `personal_id` is the 12-digit number or a tax code; `owner` the account, when there is one.
    """

    name: str
    kind: str = "person"
    owner: OwnerRef | None = None
    personal_id: str = ""
    birth_date: date | None = None
    phone: str = ""
    email: str = ""
    address: str = ""
    territory: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filer:
    """Who files (người nộp), when it is not the applicant alone: in what capacity, and by what proof.

    `relation` is the kept one by which they file; `seen` says that an officer held the proof in hand.
    """

    name: str
    capacity: Capacity
    id: UUID | None = None
    relation: UUID | None = None
    personal_id: str = ""
    phone: str = ""
    email: str = ""
    proof: ProofGiven | None = None
    seen: bool = False


@dataclass(frozen=True, slots=True)
class FilerView:
    """The filer as readers of the dossier see them, and how their proof stands."""

    filer: Filer
    proof_name: str
    state: ProofState
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaperGiven:
    """One paper handed in: which of those asked for, in which form, and its file if it has one.

    `document` is the one of the owner's vault that is reused; file, hash and marks are taken from there.
    """

    code: str
    form: PaperForm = PaperForm.ELECTRONIC
    file_id: UUID | None = None
    originals: int = 0
    copies: int = 0
    document: UUID | None = None
    sha256: str = ""
    reuse: int = 0
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class PaperFault:
    """What is wrong with one paper and what the person should send instead."""

    code: str
    reason: str
    name: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """The answer to a submission: enough for a receipt."""

    id: UUID
    code: str
    status: Status
    submitted_at: datetime
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class DossierRow:
    """All that a line of a list needs, in one call. Times are UTC; `term_unit` is that of the procedure.

    `commune_name` is where the applicant lives, empty when it is not known; `phase_due_at` by when the agency
    whose turn it is should be done, where several take turns; `waits_until` until when its step waits.
    """

    id: UUID
    code: str
    status: Status
    procedure_code: str
    procedure_name: str
    applicant_name: str
    agency: UUID
    agency_name: str
    unit: UUID
    unit_name: str
    step: str
    step_name: str
    role: str
    holder: UUID | None
    holder_name: str
    via: Via
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    stopped_since: datetime | None
    finished_at: datetime | None
    version: int
    flags: tuple[str, ...] = ()
    term_unit: str = ""
    commune_name: str = ""
    sector_name: str = ""
    phase_due_at: datetime | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A keyset page; `after` is the cursor of the next one, empty on the last."""

    rows: tuple[DossierRow, ...]
    after: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened to a dossier, as told to its readers."""

    at: datetime
    act: str
    actor: str
    unit: UUID | None
    status: Status
    note: str
    public: bool


@dataclass(frozen=True, slots=True)
class PaperView:
    """One paper of a dossier with its verdict. `current` is false for one that was replaced.

    One that was reused names the document of the vault and the hash that it had when it was handed in.

    Marks of 766: `digitised_at` (`DuocSoHoa`), `reuse` (`DuocTaiSuDung`), `national` (`DuocLayTuKhoDMQG`),
    `replaced_by`, the number of the result that stands in its place (`MaKetQuaThayThe`).
    """

    id: UUID
    code: str
    name: str
    form: PaperForm
    file_id: UUID | None
    originals: int
    copies: int
    given_at: datetime
    verdict: Verdict
    reason: str
    current: bool
    document: UUID | None = None
    sha256: str = ""
    reuse: int = 0
    replaced_by: str = ""
    national: bool = False
    digitised_at: datetime | None = None

    @property
    def reused(self) -> bool:
        """Whether it was taken from what a state body holds already."""
        return self.document is not None


@dataclass(frozen=True, slots=True)
class SupplementView:
    """A request to supplement and its answer, if it came.

    `ordinal` counts the dossier's requests; one `beyond` the rule says why. `unanswered` ended with the
    dossier.
    """

    id: UUID
    asked_at: datetime
    asked_by: str
    answer_by: datetime
    message: str
    faults: tuple[PaperFault, ...]
    answered_at: datetime | None
    ordinal: int = 1
    before_intake: bool = False
    beyond: bool = False
    again_because: str = ""
    unanswered: bool = False

    @property
    def awaited(self) -> tuple[PaperFault, ...]:
        """The papers that have not come yet."""
        return tuple(fault for fault in self.faults if fault.answered_at is None)


@dataclass(frozen=True, slots=True)
class EndingView:
    """How a dossier ended without a result, and on what ground."""

    status: Status
    at: datetime
    by: str
    reason: str
    ground: str


@dataclass(frozen=True, slots=True)
class ResultView:
    """The result in the making or made."""

    id: UUID
    title: str
    state: str
    file_id: UUID
    number: str
    drafted_at: datetime
    signed_at: datetime | None
    sealed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note between officers."""

    at: datetime
    author: str
    text: str
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class DossierView:
    """Everything about one dossier that its reader may see; `sight` says how much that is."""

    row: DossierRow
    procedure_version: UUID
    applicant: Applicant
    answers: dict[str, Any]
    papers: tuple[PaperView, ...]
    history: tuple[HistoryLine, ...]
    supplements: tuple[SupplementView, ...]
    result: ResultView | None
    promise_words: tuple[str, ...] = ()
    rating: int | None = None
    notes: tuple[NoteView, ...] = ()
    ending: EndingView | None = None
    sight: Sight = Sight.ALL
    filed_by: FilerView | None = None
    members: tuple[Applicant, ...] = ()
    identity_paper: str = ""
    """The name of the paper by which the officer at the counter knew who stood there."""

    @property
    def whole(self) -> bool:
        """Whether more than code and status is seen."""
        return self.sight > Sight.STATUS


@dataclass(frozen=True, slots=True)
class DraftPaperView:
    """One file attached to a draft; several of one `code` are pages of one paper.

    One with a `document` is reused from the vault and stands alone for its paper.
    """

    code: str
    file_id: UUID
    document: UUID | None = None


@dataclass(frozen=True, slots=True)
class DraftView:
    """What a person is writing. `origins` mark answers that came from elsewhere; `dossier` once sent.

    `collect` is the centre where the result is collected, None for the agency's own; `post` what was answered
    about receiving it by post, empty for collecting it. `renewed_from` is the version before the one it goes
    on under, until its owner has read what changed.
    """

    id: UUID
    owner: OwnerRef
    version: UUID
    agency: UUID | None
    answers: dict[str, Any]
    origins: dict[str, str]
    saved_at: datetime
    papers: tuple[DraftPaperView, ...] = ()
    dossier: UUID | None = None
    relation: UUID | None = None
    members: tuple[Applicant, ...] = ()
    collect: UUID | None = None
    post: dict[str, Any] = field(default_factory=dict)
    renewed_from: UUID | None = None
