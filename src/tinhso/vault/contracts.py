"""What crosses the door of the vault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, Invalid, NotFound, Unable
from tinhso.foundation.refs import ActorRef, OwnerRef


class Source(StrEnum):
    """How a document came into the vault; it decides how far the document may be trusted."""

    ISSUED = "issued"
    CERTIFIED = "certified"
    DIGITISED = "digitised"
    UPLOADED = "uploaded"

    @property
    def label(self) -> str:
        """Where it comes from, in words."""
        return str(_SOURCES[self][0])

    @property
    def trust(self) -> str:
        """How far it may be trusted, in one sentence."""
        return str(_SOURCES[self][1])


_SOURCES = {
    Source.ISSUED: (
        _("Cơ quan cấp"),
        _("Bản điện tử do cơ quan cấp, có chữ ký số và dấu của cơ quan. Dùng như bản giấy."),
    ),
    Source.CERTIFIED: (
        _("Bản sao chứng thực"),
        _("Bản sao điện tử đã chứng thực từ bản chính. Dùng thay bản chính khi nộp hồ sơ."),
    ),
    Source.DIGITISED: (
        _("Cán bộ số hóa"),
        _("Cán bộ đã xem giấy và quét lại tại quầy. Cơ quan khác có thể hỏi xem bản giấy."),
    ),
    Source.UPLOADED: (
        _("Tự tải lên"),
        _("Do chủ giấy tờ tự tải lên. Cơ quan còn phải đối chiếu với bản chính."),
    ),
}


class State(StrEnum):
    """Whether a document still holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"

    @property
    def label(self) -> str:
        """What people read."""
        return str(_STATES[self])


_STATES = {
    State.VALID: _("Còn giá trị"),
    State.EXPIRED: _("Đã hết hạn"),
    State.REVOKED: _("Đã bị thu hồi"),
    State.REPLACED: _("Đã có bản thay thế"),
}


class UseKind(StrEnum):
    """What was done with a document by somebody other than its owner, or by the owner with effect outside."""

    REUSED = "reused"
    OFFERED = "offered"
    OPENED = "opened"
    SHOWN = "shown"

    @property
    def label(self) -> str:
        """What the owner reads."""
        return str(_USES[self])


_USES = {
    UseKind.REUSED: _("Dùng trong hồ sơ"),
    UseKind.OFFERED: _("Cán bộ xem danh sách trong kho"),
    UseKind.OPENED: _("Cán bộ mở xem"),
    UseKind.SHOWN: _("Xem qua liên kết ông/bà đã chia sẻ"),
}


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One e-document of an owner. Legal days, `valid_to` no longer in it; `sha256` of the kept bytes.

    `ended_because` says why it was revoked; `replaced_by` is the document that took its place.
    """

    id: UUID
    owner: OwnerRef
    kind: str
    title: str
    number: str
    issuer: str
    source: Source
    file_id: UUID
    sha256: str
    issued_on: date | None
    valid_from: date | None
    valid_to: date | None
    kept_at: datetime
    about_kind: str
    about_id: UUID | None
    ended_at: datetime | None = None
    ended_because: str = ""
    replaced_by: UUID | None = None

    def state(self, on: date) -> State:
        """Whether it holds on a legal day. What was revoked or replaced never holds again."""
        if self.replaced_by is not None:
            return State.REPLACED
        if self.ended_at is not None:
            return State.REVOKED
        if self.valid_to is not None and self.valid_to <= on:
            return State.EXPIRED
        return State.VALID


@dataclass(frozen=True, slots=True)
class Lent:
    """A document taken into a dossier: its file, frozen by its hash, its number, and where it came from."""

    document: UUID
    file_id: UUID
    sha256: str
    source: Source
    number: str = ""


@dataclass(frozen=True, slots=True)
class UseView:
    """One use as its owner reads it: `who` and `unit` did it, `why` in words."""

    id: UUID
    at: datetime
    kind: UseKind
    document: UUID | None
    title: str
    who: str
    unit: UUID | None
    why: str
    address: str


@dataclass(frozen=True, slots=True)
class ShareView:
    """A link by which a document is shown. `token` is the secret part of its address; `left` counts uses."""

    id: UUID
    document: UUID
    title: str
    token: str
    purpose: str
    made_at: datetime
    until: datetime
    most: int
    used: int
    guarded: bool
    ended_at: datetime | None
    locked: bool

    @property
    def left(self) -> int:
        """How many more times it opens."""
        return max(0, self.most - self.used)

    def open(self, at: datetime) -> bool:
        """Whether it still opens."""
        return self.ended_at is None and at < self.until and self.left > 0


@dataclass(frozen=True, slots=True)
class DocumentRevoked:
    """Event: a document does not hold any more."""

    document: UUID
    sha256: str
    ground: str
    by: ActorRef
    at: datetime


class NotInVault(NotFound):
    """No such document in this vault."""

    code = "not-in-vault"


class NoLongerHolds(Invalid):
    """The document was revoked, replaced, or its time is over."""

    code = "document-no-longer-holds"


class AlreadyEnded(Conflict):
    """The document was revoked or replaced before."""

    code = "document-ended"


class LinkEnded(Unable):
    """The link does not open: past its day, used up, taken back, or never made. Nobody is told which."""

    code = "link-ended"
    status = 410


class WrongPasscode(Unable):
    """The passcode of the link is another."""

    code = "wrong-passcode"
    status = 422


class TooManyGuesses(Unable):
    """Too many wrong passcodes for now."""

    code = "too-many-guesses"
    status = 429
