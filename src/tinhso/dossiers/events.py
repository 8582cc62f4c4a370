"""What the one-stop tells other rooms: something happened to a dossier, or to a calendar offices count by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.contracts import Status
from tinhso.foundation.refs import ActorRef, CalendarRef


@dataclass(frozen=True, slots=True)
class _Happened:
    """What every event of a dossier tells."""

    dossier: UUID
    code: str
    by: ActorRef
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierSubmitted(_Happened):
    """A dossier was sent; nobody has accepted it yet."""


@dataclass(frozen=True, slots=True)
class DossierAccepted(_Happened):
    """Intake accepted it and promised a date."""

    promised_at: datetime


@dataclass(frozen=True, slots=True)
class DossierRefused(_Happened):
    """Intake refused it."""

    reason: str


@dataclass(frozen=True, slots=True)
class SupplementAsked(_Happened):
    """Papers are missing or faulty; the clock stands still."""

    answer_by: datetime
    message: str


@dataclass(frozen=True, slots=True)
class SupplementAnswered(_Happened):
    """The person answered; the clock runs again."""

    promised_at: datetime | None


@dataclass(frozen=True, slots=True)
class ResultReady(_Happened):
    """The result is signed, numbered and sealed."""

    file_id: UUID


@dataclass(frozen=True, slots=True)
class ResultHandedOver(_Happened):
    """The person has the result: `receiver` took it, and `proof` shows that, where they are known."""

    file_id: UUID
    receiver: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class PromiseMoved(_Happened):
    """The office apologised and promised a later date."""

    promised_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ResultReplaced(_Happened):
    """A corrected result took the place of an issued one; both are files."""

    earlier_file: UUID
    later_file: UUID


@dataclass(frozen=True, slots=True)
class ResultRevoked(_Happened):
    """An issued result was taken back by decision."""

    file_id: UUID
    decision_number: str
    ground: str


@dataclass(frozen=True, slots=True)
class DossierErased:
    """Event: the person's data in a dossier went, its papers with them."""

    dossier: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class DossierEnded(_Happened):
    """Withdrawn by the person, or stopped by the agency."""

    status: Status
    reason: str


@dataclass(frozen=True, slots=True)
class CalendarCorrected:
    """A working calendar was corrected, an office closed for a day, or opened after all: `what` in words."""

    calendar: CalendarRef
    what: str
    at: datetime
