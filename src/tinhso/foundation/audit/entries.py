"""Writing the chain."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from tinhso.foundation.refs import ActorRef, SubjectRef

GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trace, before it has its place in a chain. `payload` are the exact bytes kept."""

    subject_kind: str
    subject_id: UUID | None
    act: str
    actor_kind: str
    actor_id: UUID | None
    at: datetime
    payload: bytes

    def digest(self, *, seq: int, previous: bytes) -> bytes:
        """SHA-256 over place, time, actor, act and the exact payload."""
        head = orjson.dumps(
            [
                self.subject_kind,
                str(self.subject_id or ""),
                seq,
                self.at.astimezone(UTC).isoformat(timespec="microseconds"),
                self.actor_kind,
                str(self.actor_id or ""),
                self.act,
            ]
        )
        return hashlib.sha256(previous + head + b"\n" + self.payload).digest()


def entry_of(
    act: str,
    *,
    by: ActorRef,
    at: datetime,
    on: SubjectRef | None,
    purpose: str = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    """The entry of an act; an act on nothing in particular is chained under its actor's unit or itself."""
    payload = orjson.dumps(
        {
            "name": by.name,
            "unit": by.unit,
            "on_behalf_of": by.on_behalf_of,
            "address": by.address,
            "purpose": purpose,
            "details": details or {},
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS,
        default=str,
    )
    return Entry(
        subject_kind=on.kind if on else "actor",
        subject_id=on.id if on else (by.id or by.unit),
        act=act,
        actor_kind=by.kind.value,
        actor_id=by.id,
        at=at,
        payload=payload,
    )


def append(entries: Sequence[Entry]) -> None:
    """Write entries, each at the head of its subject's chain. The last statements before commit.

    Chains are extended in one fixed order, so two acts on the same subjects cannot deadlock.
    """
    nil = UUID(int=0)
    with connection.cursor() as cursor:
        for entry in sorted(entries, key=lambda e: (e.subject_kind, str(e.subject_id or nil))):
            subject_id = entry.subject_id or nil
            cursor.execute(
                "INSERT INTO foundation_auditchain (subject_kind, subject_id, seq, head)"
                " VALUES (%s, %s, 1, %s)"
                " ON CONFLICT (subject_kind, subject_id) DO UPDATE SET seq = foundation_auditchain.seq + 1"
                " RETURNING seq, head",
                [entry.subject_kind, subject_id, GENESIS],
            )
            row = cursor.fetchone()
            seq, previous = int(row[0]), bytes(row[1])
            digest = entry.digest(seq=seq, previous=previous)
            cursor.execute(
                "WITH kept AS (INSERT INTO foundation_auditentry (subject_kind, subject_id, seq, at,"
                " actor_kind, actor_id, act, payload, previous, hash)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s))"
                " UPDATE foundation_auditchain SET head = %s WHERE subject_kind = %s AND subject_id = %s",
                [
                    entry.subject_kind,
                    subject_id,
                    seq,
                    entry.at,
                    entry.actor_kind,
                    entry.actor_id,
                    entry.act,
                    entry.payload,
                    previous,
                    digest,
                    digest,
                    entry.subject_kind,
                    subject_id,
                ],
            )
