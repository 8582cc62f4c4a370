"""What crosses the door of notify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.errors import Conflict, NotFound, Unable
from tinhso.foundation.refs import SubjectRef


class Channel(StrEnum):
    """How a message travels."""

    IN_APP = "in_app"
    MAIL = "mail"
    SMS = "sms"
    ZALO = "zalo"
    PUSH = "push"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_CHANNEL_LABELS[self])


_CHANNEL_LABELS = {
    Channel.IN_APP: _("trong ứng dụng"),
    Channel.MAIL: _("thư điện tử"),
    Channel.SMS: _("SMS"),
    Channel.ZALO: _("Zalo"),
    Channel.PUSH: _("thông báo trên máy"),
}


class State(StrEnum):
    """Where a message is. `failed` is seen on the desk and on its subject, never silent.

    `queued` waits for its moment or its next try; `standby` leaves only if another channel fails; `sent` was
    taken by a carrier, `delivered` reached the person's device; `joined` went as part of one digest;
    `dropped` must not leave any more.
    """

    QUEUED = "queued"
    STANDBY = "standby"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    JOINED = "joined"
    DROPPED = "dropped"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_STATE_LABELS[self])

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return _STATE_COLOURS.get(self, "grey")


_STATE_LABELS = {
    State.QUEUED: _("đang gửi"),
    State.STANDBY: _("để dự phòng"),
    State.SENT: _("đã gửi"),
    State.DELIVERED: _("đã đến máy"),
    State.FAILED: _("không gửi được"),
    State.JOINED: _("gộp vào một tin"),
    State.DROPPED: _("không gửi nữa"),
}


_STATE_COLOURS = {
    State.QUEUED: "amber",
    State.SENT: "blue",
    State.DELIVERED: "green",
    State.FAILED: "red",
}


class Readers(StrEnum):
    """Whom a kind of message is for."""

    PERSONS = "persons"
    OFFICERS = "officers"


class Following(StrEnum):
    """Which messages of a kind an officer wants: those of own work, all that could concern them, none."""

    FOLLOW = "follow"
    ALL = "all"
    NONE = "none"

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_FOLLOWING_LABELS[self])


_FOLLOWING_LABELS = {
    Following.FOLLOW: _("Việc tôi giữ"),
    Following.ALL: _("Tất cả"),
    Following.NONE: _("Không"),
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: an account (`person`, `organisation`, `officer`) or only a mail address or a phone.

    `phone` as people write it; one no message can go to is left out. `language` is the language of the
    words; empty for the house's own.
    """

    name: str
    kind: str = ""
    id: UUID | None = None
    email: str = ""
    language: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one recipient; see `send`.

    `followed` says that it concerns the recipient's own work, not only work they watch over. `by` is the
    account whose act it tells of: nobody is told of what they did themselves.
    """

    to: Recipient
    template: str
    facts: Mapping[str, object]
    about: SubjectRef | None = None
    link: str = ""
    followed: bool = True
    by: UUID | None = None


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as its recipient, or an officer who looks after it, sees it.

    `recipient` is a name, empty once erased. `error` says why it did not arrive, without the address.
    `notice` is shared by the messages that tell one thing by several channels. `provider` carried it or may
    have; `leaves_at` is when it leaves while it waits. `doubtful`: a carrier was asked and did not answer.
    """

    id: UUID
    channel: Channel
    state: State
    recipient: str
    subject: str
    body: str
    link: str
    about_kind: str
    about_id: UUID | None
    written_at: datetime
    sent_at: datetime | None
    read_at: datetime | None
    tries: int
    error: str
    notice: UUID
    delivered_at: datetime | None
    leaves_at: datetime
    provider: str
    doubtful: bool


@dataclass(frozen=True, slots=True)
class Template:
    """Words of one kind of message; `%(name)s` marks are filled from the facts.

    `sms` is the text for a phone, without a link; a message without it does not go to phones.
    """

    name: str
    subject: str
    body: str
    sms: str = ""
    kind: str = "other"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message that people may want or not.

    `fixed` ones always come, in the application and by mail, `everywhere` by all other channels too; `urgent`
    ones at any hour. `by_phone` ones go by SMS to who gave only a phone and, without an account, cannot
    choose.
    """

    name: str
    label: str | Promise
    hint: str | Promise
    readers: Readers
    fixed: bool = False
    urgent: bool = False
    by_phone: bool = False
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose, from a moment on until they chose otherwise. `channel` is empty for officers."""

    kind: str
    channel: str
    setting: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that shows messages of an account."""

    id: UUID
    label: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """One try or one receipt of a message."""

    at: datetime
    carrier: str
    what: str
    detail: str

    @property
    def label(self) -> str:
        """What people call it."""
        return str(_EVENT_LABELS.get(self.what, self.what))


_EVENT_LABELS = {
    "asked": _("đã hỏi, chưa có trả lời"),
    "accepted": _("đã nhận gửi"),
    "not_taken": _("chưa nhận"),
    "refused": _("không nhận"),
    "doubtful": _("không rõ đã nhận hay chưa"),
    "sent": _("báo đã chuyển"),
    "delivered": _("báo đã đến máy"),
    "failed": _("báo không đến máy"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """An SMS provider: its share of 100 points, and whether it is left alone after failing repeatedly."""

    name: str
    points: int
    left_alone: bool


class UnknownMessage(NotFound):
    """No such message."""

    code = "unknown-message"


class NotFailed(Conflict):
    """The message is not one that waits for a decision."""

    code = "not-failed"


class Forged(Unable):
    """A receipt is not signed by whom it names, or is too old."""

    code = "forged-receipt"
    status = 403


class BadReceipt(Unable):
    """A receipt cannot be read."""

    code = "bad-receipt"
    status = 400


class BadDevice(Unable):
    """A browser's subscription cannot be used."""

    code = "bad-device"
    status = 422


class MissingFact(Unable):
    """A template asks for a fact that the sender did not give."""

    code = "missing-fact"
    status = 500
