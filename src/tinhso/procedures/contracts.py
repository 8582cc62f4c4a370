"""What crosses the door of the catalogue: the description of a procedure, its parts, errors and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from tinhso.foundation.errors import Conflict, Invalid, NotFound
from tinhso.foundation.worktime import Term
from tinhso.procedures.fees.contracts import Fee, FeeTable


class OnlineLevel(StrEnum):
    """How much of a procedure is done online (NĐ 42/2022): toàn trình, một phần, cung cấp thông tin."""

    FULL = "full"
    PARTIAL = "partial"
    INFORMATION = "information"


class AgencyLevel(StrEnum):
    """The level of the agency that carries a procedure out."""

    MINISTRY = "ministry"
    PROVINCE = "province"
    COMMUNE = "commune"
    OTHER = "other"


class ApplicantKind(StrEnum):
    """Who may file."""

    CITIZEN = "citizen"
    OVERSEAS = "overseas"
    FOREIGNER = "foreigner"
    OFFICIAL = "official"
    HOUSEHOLD_BUSINESS = "household_business"
    ENTERPRISE = "enterprise"
    FOREIGN_INVESTED = "foreign_invested"
    COOPERATIVE = "cooperative"
    ORGANISATION = "organisation"
    FOREIGN_ORGANISATION = "foreign_organisation"


class ChannelKind(StrEnum):
    """How a dossier comes in: at the counter, online, by public post."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class VersionState(StrEnum):
    """Where a version stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Source(StrEnum):
    """Where a version's words come from: written here, or read from the national catalogue."""

    WRITTEN = "written"
    IMPORTED = "imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One way to file. `fee_text` and `note` are words for people; amounts stand in `Fee`."""

    kind: ChannelKind
    term: Term | None = None
    fee_text: str = ""
    note: str = ""


class ReuseSource(StrEnum):
    """Where what stands in for a paper lies: the vault, a result given earlier, a national store."""

    VAULT = "vault"
    RESULT = "result"
    NATIONAL = "national"


class ElectronicCopy(StrEnum):
    """Which electronic copy of a paper is accepted: any scan, a certified copy (NĐ 45/2020), or only the
    original that was made digitally."""

    SCAN = "scan"
    CERTIFIED = "certified"
    ORIGINAL = "original"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """What may stand in for a paper. `code`: a kind of vault document, a procedure whose result it is, or the
    name of a national store."""

    source: ReuseSource
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperAsked:
    """One paper of the dossier. `case` groups papers asked only then, in words; empty means always.

    `when` is the rule over the answers of the form that decides it; without one the person reads the case and
    decides. `ground` is the law that lists the paper. `form_file` is a kept file, or the name of a form.
    """

    code: str
    name: str
    originals: int = 0
    copies: int = 0
    required: bool = True
    case: str = ""
    hint: str = ""
    example: str = ""
    form_file: str = ""
    when: Any = None
    reuse: tuple[Reuse, ...] = ()
    ecopy: ElectronicCopy = ElectronicCopy.SCAN
    ground: str = ""

    @property
    def always(self) -> bool:
        """Whether no dossier is whole without it."""
        return self.required and not self.case and self.when is None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """A legal document the procedure rests on: its number and what it is about."""

    number: str
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultGiven:
    """What the applicant gets; `code` is the national one (KQ.Gxx.nnnnnn) where known."""

    name: str
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question asked before signing in: does this procedure suit? `suits` is the answer that goes on.

    Otherwise the person reads `reason` and `instead`, what to do in its place.
    """

    text: str
    suits: bool
    reason: str
    instead: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTerm:
    """The share of the whole term that one step of the process may use."""

    step: str
    name: str
    term: Term


class PhaseAgency(StrEnum):
    """Which agency has a phase: the one filed to, the one above it, or the one named."""

    RECEIVING = "receiving"
    PARENT = "parent"
    NAMED = "named"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTerm:
    """One agency's part of the way (giai đoạn), with its own time in its own unit.

    `key` is what the lanes of the process name (`specialist@so`), `code` the agency's when it is named,
    `role` who takes it up there.
    """

    key: str
    name: str
    term: Term
    agency: PhaseAgency = PhaseAgency.RECEIVING
    code: str = ""
    role: str = ""


class DeemedOutcome(StrEnum):
    """What the law makes of an agency's silence: the dossier counts as approved, or as refused."""

    APPROVAL = "approval"
    REFUSAL = "refusal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deemed:
    """The promise ran out with no answer: what the dossier then counts as, and the law that says so."""

    outcome: DeemedOutcome
    ground: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePart:
    """One procedure of a bundle that is filed once (liên thông nhóm thủ tục), by its code.

    It begins when the results of those it `needs` are there. The pairs say where its answers, its papers and
    its papers that are another part's result come from: (here, in the bundle's form), (here, in the bundle),
    (here, procedure). The agency is the one filed to, the one above it, or the one named by `code`.
    """

    procedure: str
    needs: tuple[str, ...] = ()
    agency: PhaseAgency = PhaseAgency.RECEIVING
    code: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    papers: tuple[tuple[str, str], ...] = ()
    results: tuple[tuple[str, str], ...] = ()


class LetterUse(StrEnum):
    """The slips of the one-stop to which a procedure may add words of its own."""

    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    EXTENSION = "extension"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWritten:
    """What a procedure adds to a slip: the source of the whole slip, checked by the press."""

    use: LetterUse
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLetter:
    """A letter that a procedure has of its own (giấy mời, thông báo, thư kèm kết quả): an officer picks it.

    `template` is the source of the whole letter, checked by the press.
    """

    code: str
    name: str
    template: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Agencies:
    """Who does what, as published: names of kinds of agencies, not of one office."""

    implementing: str = ""
    competent: str = ""
    cooperating: str = ""
    delegated: str = ""
    intake_address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything a version says, as its author writes it.

    `words` are the everyday words people search by; `minutes` how long filling the form takes.
    `term` is the time to the promised date; None only when the source does not say.
    `form_version_id` and `process_version_id` name versions kept by forms and workflow;
    `process_key` is the kind of process in the gallery. `fee_table` decides what is paid; `fees` are read
    where there is none.
    """

    name: str
    sector: str
    short_name: str = ""
    summary: str = ""
    kind: str = ""
    decision_number: str = ""
    levels: tuple[AgencyLevel, ...] = ()
    agency_level: AgencyLevel = AgencyLevel.OTHER
    applicant_kinds: tuple[ApplicantKind, ...] = ()
    agencies: Agencies = Agencies()
    online_level: OnlineLevel = OnlineLevel.INFORMATION
    words: tuple[str, ...] = ()
    minutes: int | None = None
    term: Term | None = None
    steps: tuple[str, ...] = ()
    channels: tuple[Channel, ...] = ()
    papers: tuple[PaperAsked, ...] = ()
    fees: tuple[Fee, ...] = ()
    fee_table: FeeTable | None = None
    legal_bases: tuple[LegalBasis, ...] = ()
    conditions: str = ""
    questions: tuple[Question, ...] = ()
    results: tuple[ResultGiven, ...] = ()
    step_allotments: tuple[StepTerm, ...] = ()
    phases: tuple[PhaseTerm, ...] = ()
    deemed: Deemed | None = None
    bundle: tuple[BundlePart, ...] = ()
    form_version_id: UUID | None = None
    process_key: str = ""
    process_version_id: UUID | None = None
    result_template: str = ""
    letters: tuple[LetterWritten, ...] = ()
    own_letters: tuple[OwnLetter, ...] = ()

    @property
    def fileable(self) -> bool:
        """Whether people file it online here: there is a form, and it may be done online at all."""
        return self.form_version_id is not None and self.online_level is not OnlineLevel.INFORMATION


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView(Content):
    """One version as other rooms see it. In force from `effective_from` until before `effective_to`."""

    id: UUID
    procedure_id: UUID
    code: str
    number: int
    state: VersionState
    source: Source
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureLine:
    """One procedure in a list."""

    procedure_id: UUID
    version_id: UUID
    code: str
    name: str
    short_name: str
    summary: str
    sector: str
    sector_slug: str
    online_level: OnlineLevel
    agency_level: AgencyLevel
    fileable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A procedure in force as whoever improves the catalogue looks at it: `written` here, `online` by a
    channel, `originals` asked on paper, `result` made by a template, `costs` a fee. `sort_key` puts names in
    Vietnamese order."""

    code: str
    version_id: UUID
    name: str
    sector: str
    sector_name: str
    sort_key: str
    agency_level: AgencyLevel
    online_level: OnlineLevel
    form_version_id: UUID | None
    written: bool
    online: bool
    originals: bool
    result: bool
    costs: bool


@dataclass(frozen=True, slots=True)
class Brief:
    """What a line of another room's list says of a version; `name` is the short one where there is one.

    `term_unit` is what its time is counted in, empty when it has no term. `sector` is a slug.
    """

    code: str
    name: str
    term_unit: str = ""
    sector: str = ""
    sector_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorLine:
    """A field of administration and how many procedures in force it holds."""

    slug: str
    name: str
    procedures: int


class ComparedPart(StrEnum):
    """The parts of a procedure in which two versions may differ, in the order they are told."""

    DESCRIPTION = "description"
    FORM = "form"
    PAPERS = "papers"
    FEES = "fees"
    PROCESS = "process"
    TEMPLATES = "templates"


class ChangeKind(StrEnum):
    """What became of a thing between two versions."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that two versions do not have in common.

    `key` is the thing's own: the path of a question, `papers.` and a paper's code, `fees.` and a fee's,
    `step.` and a step's, otherwise the field of the content; several differences may share it. `about` is the
    side of it that changed, empty for the whole. `before` and `after` are words, empty where none would help.
    """

    kind: ChangeKind
    part: ComparedPart
    key: str
    label: str
    about: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlingTime:
    """How long results of a procedure took to come over the last `over_days`, in words for its page.

    `whole` is empty while too few came; `thirds` and `agencies` are pairs of a name and its words.
    """

    over_days: int
    whole: str = ""
    thirds: tuple[tuple[str, str], ...] = ()
    agencies: tuple[tuple[str, str], ...] = ()


class HandlingTimes(Protocol):
    """Knows how long procedures take; bound by the room that carries them out."""

    def __call__(self, procedure: str, *, at: datetime) -> HandlingTime:
        """The times of a procedure by its code."""
        ...


@dataclass(frozen=True, slots=True)
class VersionPublished:
    """A version was published; `effective_from` may lie ahead."""

    procedure_id: UUID
    version_id: UUID
    code: str
    effective_from: date


@dataclass(frozen=True, slots=True)
class VersionWithdrawn:
    """A version ends on `effective_to` (the first day it is no longer in force) with none after it."""

    procedure_id: UUID
    version_id: UUID
    code: str
    effective_to: date


class UnknownProcedure(NotFound):
    """No procedure of that code, or none in force on that day."""

    code = "unknown-procedure"


class BadContent(Invalid):
    """The description of a procedure contradicts itself or lacks what publishing asks for."""

    code = "bad-procedure"


class OwnWords(Conflict):
    """Who wrote a version may not publish it: a second pair of eyes is asked for."""

    code = "own-words"


class WrongState(Conflict):
    """The version is not in a state in which this can be done."""

    code = "wrong-version-state"
