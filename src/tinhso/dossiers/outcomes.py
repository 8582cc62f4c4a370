"""What became of promises, originals and results: views that cross the door beside `contracts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID


class Movable(StrEnum):
    """Dates of a dossier that count working time, and move when a calendar is corrected."""

    PROMISE = "promise"
    PHASE = "phase"
    OPINION = "opinion"
    TRANSFER = "transfer"
    TIMER = "timer"


class TimerKind(StrEnum):
    """What a clock of a process does at its time: end a wait, end a step that was not done, tell of it."""

    WAIT = "wait"
    GO = "go"
    TELL = "tell"


class TimerState(StrEnum):
    """Whether a clock runs still."""

    RUNS = "runs"
    RUNG = "rung"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ExtensionView:
    """A later promise asked for or given. Times are UTC; `granted` is None while nobody decided."""

    id: UUID
    asked_at: datetime
    asked_by: str
    reason: str
    until: date
    due_before: datetime
    due_after: datetime | None
    decided_at: datetime | None
    decided_by: str
    granted: bool | None
    answer: str
    lapsed: bool


@dataclass(frozen=True, slots=True)
class Original:
    """Originals of one paper: how many were taken and how many were given back."""

    paper: UUID
    name: str
    taken: int
    returned: int

    @property
    def left(self) -> int:
        """How many the office still has."""
        return self.taken - self.returned


@dataclass(frozen=True, slots=True)
class ReturnView:
    """Originals given back at one time: to whom, on what proof, and whether they signed for them."""

    at: datetime
    by: str
    to_name: str
    to_proof: str
    signed_for: bool
    note: str
    papers: tuple[tuple[str, int], ...]


class ResultState(StrEnum):
    """How far a result is: drafted, signed by a person, numbered and sealed by the agency.

    `deemed`: nobody decided, the law took silence for approval.
    """

    DRAFTED = "drafted"
    SIGNED = "signed"
    SEALED = "sealed"
    DEEMED = "deemed"


class Holds(StrEnum):
    """Whether an issued result still holds."""

    YES = "yes"
    REPLACED = "replaced"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ResultStanding:
    """Whether an issued result holds; if not, since when, why, and by what: a decision or another dossier.

    `correcting` is the code of the dossier that corrects it, `corrects` of the one whose result it corrects.
    """

    holds: Holds = Holds.YES
    at: datetime | None = None
    reason: str = ""
    ground: str = ""
    decision_number: str = ""
    decision_day: date | None = None
    by: str = ""
    number: str = ""
    correcting: str = ""
    corrects: str = ""
    corrects_number: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A result to be sent by public post: to whom and where, and what the receiver pays (đồng).

    `name`, `phone` and `address` are empty when the person was erased. `originals` go with it; `number` is
    the tracking number of the parcel under way, `out` says that one is being made ready or under way.
    """

    name: str
    phone: str
    address: str
    originals: bool
    fee: int
    chosen_at: datetime
    number: str = ""
    out: bool = False
