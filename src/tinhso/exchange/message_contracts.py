"""What rooms say to other systems through the exchange, and what they are told of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from tinhso.foundation.errors import Conflict, Unable

Given = TypeVar("Given")


class MessageKind(StrEnum):
    """Whether somebody waits for the answer (`ask`) or the message leaves by itself (`send`)."""

    SEND = "send"
    ASK = "ask"


class MessageState(StrEnum):
    """Where a message is. A dead one is its owner's to replay or to give up; a failed one was asked for
    by somebody who was told."""

    WAITING = "waiting"
    ANSWERED = "answered"
    DEAD = "dead"
    FAILED = "failed"
    GIVEN_UP = "given-up"


class Outcome(StrEnum):
    """What one try came to. `faulted`: the exchange answered instead of the service (§5.1)."""

    ANSWERED = "answered"
    DECLINED = "declined"
    FAULTED = "faulted"
    UNREACHED = "unreached"
    TIMED_OUT = "timed-out"
    UNREADABLE = "unreadable"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class About:
    """Whose data a message carries: personal identifiers, and why in plain words that they will read."""

    personal_ids: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Answered(Generic[Given]):
    """The answer to a message. `message_id` is its `X-Road-Id`, `request_id` the key of the log's row.

    `data` is None for an answer without a body, as some statuses have. `repeated`: this business key was
    answered before, and this is that answer.
    """

    message_id: UUID
    request_id: str
    status: int
    data: Given | None
    at: datetime
    repeated: bool = False


class MessageFailed(Unable):
    """No usable answer; the sentence says what to do. `facts`: message_id, outcome, fault_code, request_id.

    Its HTTP status is 502.
    """

    code = "message-failed"
    status = 502


class StillAsked(Conflict):
    """The same question is being asked at this moment."""

    code = "still-asked"


class AnswerForgotten(Conflict):
    """This business key was answered, and the answer was forgotten after its time."""

    code = "answer-forgotten"


@dataclass(frozen=True, slots=True)
class MessageAnswered:
    """Event: a message that was sent has its answer; read it by `answer_of`."""

    message_id: UUID
    client: str
    business_key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageDied:
    """Event: a message could not be delivered, and lies with its owner."""

    message_id: UUID
    client: str
    business_key: str
    outcome: str
    fault_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try of a message. `seconds` is how long it took."""

    number: int
    at: datetime
    seconds: float
    outcome: Outcome
    status: int | None
    fault_code: str
    detail: str
    request_id: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as lists and pages show it, without what it says."""

    id: UUID
    client: str
    title: str
    kind: MessageKind
    state: MessageState
    business_key: str
    service: str
    verb: str
    path: str
    issue: str
    reason: str
    personal: bool
    by_name: str
    owner_role: str
    unit_id: UUID | None
    made_at: datetime
    next_at: datetime | None
    ended_at: datetime | None
    tries: int
    outcome: str
    fault_code: str
    detail: str
    status: int | None
    request_id: str
    replayable: bool
    attempts: tuple[AttemptView, ...] = field(default=())
