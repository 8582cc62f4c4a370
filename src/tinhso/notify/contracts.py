"""What crosses the door of notify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.foundation.errors import Unable
from tinhso.foundation.refs import SubjectRef


class Channel(StrEnum):
    """How a message travels."""

    IN_APP = "in_app"
    MAIL = "mail"


class State(StrEnum):
    """Where a message is. `failed` is seen on the desk and on its subject, never silent.

    `dropped` is one that must not leave any more, since its recipient's data were erased.
    """

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told: an account (`person`, `organisation`, `officer`) or only a mail address.

    `language` is the language of the words; empty for the house's own.
    """

    name: str
    kind: str = ""
    id: UUID | None = None
    email: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell one recipient; see `send`."""

    to: Recipient
    template: str
    facts: Mapping[str, object]
    about: SubjectRef | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as its recipient, or an officer who looks after it, sees it.

    `recipient` is a name, empty once erased. `error` says why it did not arrive, without the address.
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


@dataclass(frozen=True, slots=True)
class Template:
    """Words of one kind of message; `%(name)s` marks are filled from the facts."""

    name: str
    subject: str
    body: str


class MissingFact(Unable):
    """A template asks for a fact that the sender did not give."""

    code = "missing-fact"
    status = 500
