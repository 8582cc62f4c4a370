"""What the gateway hands to the log: one message on one side, with its evidence."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.keeping.marks import Mark
from tinhso.exchange.keeping.spool import Spooled

Body = bytes | Spooled


@dataclass(slots=True)
class Record:
    """A message to be logged before it goes on (exchange protocol §11.1).

    Never changed once made; not frozen only because four are made for each exchange, of many fields.
    `head` is the header part of §4.1, or the SOAP message; `body` what is to be kept of the body, which in
    mode `masked` is the masked text. `body_digest` is SHA-512 of the body, where the caller knows it. `more`
    are the attachments after the first. A body longer than `most_kept` bytes is cut there and proves nothing.
    `mark` makes it pass once only, whatever of it is kept.
    """

    side: Literal["client", "service"]
    response: bool
    message_id: str
    request_id: str
    at: datetime
    client: str
    service: str
    head: bytes
    body: Body | None = None
    signed: Signed | None = None
    mode: BodyLog = BodyLog.FULL
    agreement_id: UUID | None = None
    agreement_revision: int | None = None
    user_id: str = ""
    issue: str = ""
    status: int | None = None
    fault_code: str = ""
    size: int = 0
    body_digest: bytes | None = None
    more: tuple[Body, ...] = ()
    most_kept: int | None = None
    mark: Mark | None = None


class Proof(StrEnum):
    """What a row of the log proves (§11.2)."""

    WHOLE = "whole"
    """Signature, message and body: evidence."""
    DIGESTS = "digests"
    """The body was masked: the signature covers digests of what was sent, not what is kept."""
    NONE = "none"
    """No evidence: the message itself was not kept."""


def proof(*, mode: str, signed: bool, truncated: bool) -> Proof:
    """What a row proves by how it was kept."""
    if not signed or truncated or mode not in (BodyLog.FULL, BodyLog.MASKED):
        return Proof.NONE
    return Proof.WHOLE if mode == BodyLog.FULL else Proof.DIGESTS


def month_of(id: UUID) -> date:
    """The first day of the month (UTC) whose partition holds the row with this identifier (UUIDv7)."""
    at = datetime.fromtimestamp((id.int >> 80) / 1000, UTC)
    return date(at.year, at.month, 1)


def id_at(at: datetime) -> UUID:
    """A new identifier (UUIDv7) of a row that is logged at this moment."""
    chance = int.from_bytes(os.urandom(10))
    fixed = chance & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62
    return UUID(int=int(at.timestamp() * 1000) << 80 | fixed)


def least_id(at: datetime) -> UUID:
    """The least identifier that a row logged at this moment can have (whole milliseconds)."""
    return UUID(int=int(at.timestamp() * 1000) << 80)
