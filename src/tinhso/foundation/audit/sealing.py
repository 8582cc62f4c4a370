"""The sealer: links newly committed entries into one province-wide list, away from the acts."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import connection, transaction

from tinhso.foundation.audit.entries import GENESIS, stamp_of
from tinhso.foundation.audit.models import AuditSeal, AuditStamp
from tinhso.foundation.registry import Port

BATCH = 2000
SEALER_LOCK = 7_203_116_101
LEAF = struct.Struct(">q8s")
MISSING = bytes(32)
TAKE = (
    "WITH taken AS (DELETE FROM foundation_auditunsealed WHERE ctid = ANY(ARRAY("
    "SELECT ctid FROM foundation_auditunsealed LIMIT %s)) RETURNING entry_id)"
    " SELECT taken.entry_id, entry.hash FROM taken"
    " LEFT JOIN foundation_auditentry entry ON entry.id = taken.entry_id ORDER BY taken.entry_id"
)


@dataclass(frozen=True, slots=True)
class Stamped:
    """A DER token, with the proof that its certificate led to a trusted root and was good at the time."""

    token: bytes
    proof: bytes


class StampAuthority(Protocol):
    """A time-stamp authority (RFC 3161), bound by signing."""

    def stamp(self, digest: bytes) -> Stamped:
        """A token over a SHA-256 digest by one whom the province trusts. Asked with no transaction open."""
        ...

    def stamped_at(self, stamped: Stamped, digest: bytes) -> datetime:
        """The moment the token vouches for. Raises ValueError when it is not a token of this digest, or of
        one whom the province does not trust."""
        ...


stamp_authority: Port[StampAuthority] = Port("stamp authority")


def content_hash(rows: Sequence[tuple[int, bytes]]) -> bytes:
    """SHA-256 over ids and hashes of entries, in order of id."""
    digest = hashlib.sha256()
    for entry_id, entry_hash in rows:
        digest.update(struct.pack(">q", entry_id) + entry_hash)
    return digest.digest()


def leaves_of(rows: Sequence[tuple[int, bytes]]) -> bytes:
    """Per entry its id and the first 8 bytes of its hash."""
    return b"".join(LEAF.pack(entry_id, entry_hash[:8]) for entry_id, entry_hash in rows)


def seal_hash(*, previous: bytes, seq: int, at: datetime, count: int, leaves: bytes, content: bytes) -> bytes:
    """The hash of a seal at its place in the list."""
    head = struct.pack(">qq", seq, count) + stamp_of(at).encode()
    return hashlib.sha256(previous + head + hashlib.sha256(leaves).digest() + content).digest()


def seal(*, at: datetime, batch: int = BATCH) -> int:
    """Seal what is committed and unsealed; the number of entries. Another sealer at work: none."""
    done = 0
    while True:
        taken = _seal_once(at=at, batch=batch)
        done += taken
        if taken < batch:
            return done


def _seal_once(*, at: datetime, batch: int) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEALER_LOCK])
            if not cursor.fetchone()[0]:
                return 0
            cursor.execute(TAKE, [batch])
            rows = [(int(entry_id), bytes(found or MISSING)) for entry_id, found in cursor.fetchall()]
        if not rows:
            return 0
        last = AuditSeal.objects.order_by("-seq").only("seq", "hash").first()
        seq, previous = (last.seq + 1, bytes(last.hash)) if last else (1, GENESIS)
        leaves, content = leaves_of(rows), content_hash(rows)
        AuditSeal.objects.create(
            seq=seq,
            at=at,
            count=len(rows),
            leaves=leaves,
            content=content,
            previous=previous,
            hash=seal_hash(
                previous=previous, seq=seq, at=at, count=len(rows), leaves=leaves, content=content
            ),
        )
    return len(rows)


def stamp(*, at: datetime) -> int | None:
    """Have the newest seal stamped; its number, or None when there is none or it is stamped already.

    Raises LookupError when no authority is bound, and what the authority raises. Call with no transaction
    open.
    """
    head = AuditSeal.objects.order_by("-seq").only("seq", "hash").first()
    if head is None or AuditStamp.objects.filter(seal_id=head.seq).exists():
        return None
    digest = bytes(head.hash)
    found = stamp_authority().stamp(digest)
    row = AuditStamp(seal_id=head.seq, at=at, digest=digest, token=found.token, proof=found.proof)
    AuditStamp.objects.bulk_create([row], ignore_conflicts=True)
    return head.seq
