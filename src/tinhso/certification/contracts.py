"""What crosses the door of certification."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, NotFound, Unable
from tinhso.foundation.refs import OwnerRef


class State(StrEnum):
    """Where a certified copy stands."""

    DRAFTED = "drafted"
    SIGNED = "signed"
    SEALED = "sealed"
    DROPPED = "dropped"
    REVOKED = "revoked"

    @property
    def label(self) -> str:
        """What officers read."""
        return str(_STATES[self])


_STATES = {
    State.DRAFTED: _("Chờ ký"),
    State.SIGNED: _("Đã ký, chờ đóng dấu"),
    State.SEALED: _("Đã chứng thực"),
    State.DROPPED: _("Không chứng thực"),
    State.REVOKED: _("Đã thu hồi"),
}


class Standing(StrEnum):
    """What a public check says of a paper."""

    VALID = "valid"
    REVOKED = "revoked"
    REPLACED = "replaced"
    EXPIRED = "expired"
    ALTERED = "altered"
    UNTRUSTED = "untrusted"
    SIGNED_ELSEWHERE = "signed_elsewhere"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Original:
    """The original that was seen: what it is called, its number, who gave it and when.

    `kind` is one of the vault's kinds; `valid_to` the first day on which it no longer holds.
    """

    kind: str
    title: str
    number: str = ""
    issuer: str = ""
    issued_on: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class CopyView:
    """A certified copy as officers see it. `fee` in whole đồng; `pages` of the original."""

    id: UUID
    code: str
    agency: UUID
    unit: UUID
    owner: OwnerRef
    requester: str
    original: Original
    pages: int
    fee: int
    state: State
    number: str
    book: str
    file_id: UUID
    prepared_at: datetime
    prepared_by: str
    preparer: UUID | None
    signed_at: datetime | None
    signed_by: str
    sealed_at: datetime | None
    ended_at: datetime | None
    ended_because: str


@dataclass(frozen=True, slots=True)
class BookLine:
    """One line of the book of certification; `struck` says why its number stands for nothing."""

    id: UUID
    seq: int
    number: str
    given_at: datetime
    requester: str
    title: str
    pages: int
    fee: int
    signed_by: str
    code: str
    struck: str
    revoked: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody may know of a certified copy: no person but the one who certified it."""

    code: str
    title: str
    number: str
    book: str
    agency: str
    signed_by: str
    signed_at: datetime | None
    pages: int
    revoked_at: datetime | None
    revoked_because: str
    sha256: str


class NotCompetent(Unable):
    """This office may not certify copies (legal value `certification_levels`)."""

    code = "not-competent"
    status = 403


class WrongTurn(Conflict):
    """The copy does not stand where this act begins: someone else acted first."""

    code = "certification-wrong-turn"


class UnknownCopy(NotFound):
    """No such copy, or not for this officer."""

    code = "unknown-copy"


class TooManyChecks(Unable):
    """Too many checks from one address for now."""

    code = "too-many-checks"
    status = 429
