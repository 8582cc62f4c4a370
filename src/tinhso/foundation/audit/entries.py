"""Writing the chain: one statement per entry, which locks, extends and keeps.

`hash = sha256(previous || seq as 8 bytes || payload)`. The payload is kept as the very bytes hashed and
holds everything; the columns beside it are copies for look-ups, which `verify` compares.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from tinhso.foundation.refs import ActorRef, SubjectRef

GENESIS = bytes(32)
NIL = UUID(int=0)

APPEND = (
    "WITH given AS (SELECT %s::text AS kind, %s::uuid AS id, %s::timestamptz AS at, %s::text AS actor_kind,"
    " %s::uuid AS actor_id, %s::text AS act, %s::bytea AS payload),"
    " link AS (INSERT INTO foundation_auditchain AS chain (subject_kind, subject_id, seq, head)"
    " SELECT kind, id, 1, sha256(decode(repeat('00', 32), 'hex') || int8send(1) || payload) FROM given"
    " ON CONFLICT (subject_kind, subject_id) DO UPDATE SET seq = chain.seq + 1,"
    " head = sha256(chain.head || int8send(chain.seq + 1) || (SELECT payload FROM given))"
    " RETURNING new.seq AS seq, coalesce(old.head, decode(repeat('00', 32), 'hex')) AS previous,"
    " new.head AS hash),"
    " kept AS (INSERT INTO foundation_auditentry (subject_kind, subject_id, seq, at, actor_kind, actor_id,"
    " act, payload, previous, hash) SELECT kind, id, seq, at, actor_kind, actor_id, act, payload, previous,"
    " hash FROM given, link RETURNING id)"
    " INSERT INTO foundation_auditunsealed (entry_id) SELECT id FROM kept"
)


def link_hash(*, previous: bytes, seq: int, payload: bytes) -> bytes:
    """The hash of an entry at its place in a chain; `APPEND` computes the same in the database."""
    return hashlib.sha256(previous + struct.pack(">q", seq) + payload).digest()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trace, before it has its place in a chain. `payload` are the exact bytes kept."""

    subject_kind: str
    subject_id: UUID
    act: str
    actor_kind: str
    actor_id: UUID | None
    at: datetime
    payload: bytes

    @property
    def chain(self) -> tuple[str, str]:
        """The chain it belongs to, in the order in which chains are locked."""
        return self.subject_kind, str(self.subject_id)

    def parameters(self) -> tuple[str, UUID, datetime, str, UUID | None, str, bytes]:
        """Parameters of `APPEND`, for acts that run their own SQL: their last statements, by `chain`."""
        return (
            self.subject_kind,
            self.subject_id,
            self.at,
            self.actor_kind,
            self.actor_id,
            self.act,
            self.payload,
        )


def stamp_of(at: datetime) -> str:
    """The moment as the payload holds it: UTC, microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_of(
    act: str,
    *,
    by: ActorRef,
    at: datetime,
    on: SubjectRef | None,
    purpose: str = "",
    details: dict[str, Any] | None = None,
) -> Entry:
    """The entry of an act; one on nothing in particular is chained under its actor, else its unit."""
    kind, subject_id = (on.kind, on.id) if on else ("actor", by.id or by.unit or NIL)
    payload = orjson.dumps(
        {
            "act": act,
            "at": stamp_of(at),
            "subject": [kind, str(subject_id)],
            "actor": [by.kind.value, str(by.id) if by.id else None],
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
        subject_kind=kind,
        subject_id=subject_id,
        act=act,
        actor_kind=by.kind.value,
        actor_id=by.id,
        at=at,
        payload=payload,
    )


def append(entries: Sequence[Entry]) -> None:
    """Write entries, each at the head of its subject's chain: the last statements before commit.

    Chains are extended in one fixed order, so two acts on the same subjects cannot deadlock; entries of
    one chain keep their order.
    """
    if not entries:
        return
    rows = [entry.parameters() for entry in sorted(entries, key=lambda entry: entry.chain)]
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(APPEND, rows[0])
        else:
            cursor.executemany(APPEND, rows)
