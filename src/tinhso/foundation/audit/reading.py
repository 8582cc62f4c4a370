"""Reading the trace of one subject, and values only their person's key opens."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from tinhso.foundation import crypto
from tinhso.foundation.audit.models import AuditEntry

SEALED = "sealed:"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a trace, as it is shown."""

    seq: int
    at: datetime
    act: str
    actor_kind: str
    actor_id: UUID | None
    actor_name: str
    purpose: str
    details: dict[str, Any]


def trace(kind: str, subject_id: UUID, *, before: int | None = None, limit: int = 50) -> tuple[Line, ...]:
    """The acts on one subject, newest first; `before` (a seq) pages on."""
    rows = AuditEntry.objects.filter(subject_kind=kind, subject_id=subject_id)
    if before is not None:
        rows = rows.filter(seq__lt=before)
    return tuple(_line(row) for row in rows.order_by("-seq")[:limit])


def _line(row: AuditEntry) -> Line:
    kept = orjson.loads(bytes(row.payload))
    return Line(
        seq=row.seq,
        at=row.at,
        act=row.act,
        actor_kind=row.actor_kind,
        actor_id=row.actor_id,
        actor_name=kept["name"],
        purpose=kept["purpose"],
        details=kept["details"],
    )


def sealed(person_id: UUID, value: str) -> str:
    """The value under the person's key, as text for `work.record`: unreadable once the person is erased,
    while the chain still holds. Raises crypto.Erased."""
    return SEALED + base64.b64encode(crypto.seal(person_id, value.encode())).decode()


def unsealed(person_id: UUID, text: str) -> str:
    """What was sealed. Raises crypto.Erased or crypto.Unreadable, ValueError for text never sealed."""
    if not text.startswith(SEALED):
        raise ValueError("this text was never sealed")
    try:
        return crypto.unseal(person_id, base64.b64decode(text[len(SEALED) :], validate=True)).decode()
    except binascii.Error:
        raise ValueError("this text was never sealed") from None
