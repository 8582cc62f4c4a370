"""Messages of the log with all that proves them, a few at a time."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence import stamps
from tinhso.exchange.evidence.chains import SIGNATURES
from tinhso.exchange.keeping import packing
from tinhso.exchange.keeping.records import Body, Proof, month_of, proof
from tinhso.exchange.keeping.rows import part_digests
from tinhso.exchange.keeping.spool import Spooled, settled
from tinhso.exchange.models import Message, Signature

AT_ONCE = 200

STAMPS = """
SELECT d.month, d.digest, d.chain, s.id, s.at, s.authority, s.token, s.chain_result
FROM unnest(%s::date[], %s::bytea[]) AS w (month, digest)
JOIN exchange_stamped d ON d.month = w.month AND d.digest = w.digest
JOIN exchange_stamp s ON s.id = d.stamp_id
"""
SIGNED = """
SELECT s.month, s.digest, s.xml, s.chain_result FROM unnest(%s::date[], %s::bytea[]) AS w (month, digest)
JOIN exchange_signature s ON s.month = w.month AND s.digest = w.digest
"""

Key = tuple[date, bytes]


@dataclass(frozen=True, slots=True)
class Stamped:
    """The stamp of a signature: `chain_result` and `chain` where it covers many."""

    at: datetime
    authority: str
    token: bytes
    chain_result: bytes | None
    chain: bytes | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A message as it was logged. `attachments` are what is kept: none in mode `masked`, for what was sent
    is not there. `signature` carries its own stamp where it was stamped alone."""

    id: UUID
    at: datetime
    side: str
    response: bool
    message_id: str
    client: str
    service: str
    proof: Proof
    mode: str
    head: bytes
    attachments: tuple[Body, ...]
    signature: bytes | None
    chain_result: bytes | None
    chain: bytes | None
    stamped: Stamped | None

    @property
    def stamped_signature(self) -> bytes | None:
        """The signature as it stands in a container: with its stamp inside when it was stamped alone."""
        if self.signature is None or self.stamped is None or self.stamped.chain is not None:
            return self.signature
        return stamps.stamp_one(self.signature, self.stamped.token)


def one(id: UUID, folder: Path) -> Kept | None:
    """The message with this identifier. `folder` is the spool."""
    return next(kept([id], folder), None)


def kept(ids: Iterable[UUID], folder: Path, *, at_once: int = AT_ONCE) -> Iterator[Kept]:
    """The messages with these identifiers, in the order given; unknown ones are passed over."""
    batch: list[UUID] = []
    for id in ids:
        batch.append(id)
        if len(batch) == at_once:
            yield from _batch(batch, folder)
            batch = []
    if batch:
        yield from _batch(batch, folder)


def unstamped(ids: Sequence[UUID]) -> list[Key]:
    """Month and digest of the signatures of these messages that have no stamp yet."""
    rows = Message.objects.filter(id__in=ids).order_by("id").values_list("id", "signature")
    keys = list(dict.fromkeys((month_of(id), bytes(digest)) for id, digest in rows if digest is not None))
    stamped = _stamps(keys)
    return [key for key in keys if key not in stamped]


def _batch(ids: Sequence[UUID], folder: Path) -> Iterator[Kept]:
    found = Message.objects.in_bulk(ids)
    rows = [found[id] for id in ids if id in found]
    keys = list(
        dict.fromkeys((month_of(row.id), bytes(row.signature)) for row in rows if row.signature is not None)
    )
    signatures = _signatures(keys)
    stamped = _stamps(keys)
    for row in rows:
        key = None if row.signature is None else (month_of(row.id), bytes(row.signature))
        yield _kept(row, signatures[key] if key else None, stamped.get(key) if key else None, folder)


def _signatures(keys: Sequence[Key]) -> dict[Key, Signature]:
    return {
        (month, bytes(digest)): Signature(month=month, digest=digest, xml=xml, chain_result=result)
        for month, digest, xml, result in _asked(SIGNED, keys)
    }


def _stamps(keys: Sequence[Key]) -> dict[Key, Stamped]:
    return {
        (month, bytes(digest)): Stamped(
            at=at,
            authority=authority,
            token=bytes(token),
            chain_result=None if result is None else bytes(result),
            chain=None if chain is None else packing.unpacked(bytes(chain), [(SIGNATURES, bytes(digest))]),
        )
        for month, digest, chain, _stamp, at, authority, token, result in _asked(STAMPS, keys)
    }


def _asked(sql: str, keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    if not keys:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, [[month for month, _digest in keys], [digest for _month, digest in keys]])
        return list(cursor.fetchall())


def _kept(row: Message, signature: Signature | None, stamped: Stamped | None, folder: Path) -> Kept:
    whole = row.mode == BodyLog.FULL
    attachments = _attachments(row, folder) if whole else ()
    chain = None
    if row.chain is not None:
        digests = [_digest(one) for one in attachments]
        chain = packing.unpacked(bytes(row.chain), part_digests(bytes(row.head), digests))
    return Kept(
        id=row.id,
        at=row.at,
        side=row.side,
        response=row.response,
        message_id=row.message_id,
        client=row.client,
        service=row.service,
        proof=proof(mode=row.mode, signed=signature is not None, truncated=row.truncated),
        mode=row.mode,
        head=bytes(row.head),
        attachments=attachments,
        signature=None if signature is None else bytes(signature.xml),
        chain_result=None
        if signature is None or signature.chain_result is None
        else bytes(signature.chain_result),
        chain=chain,
        stamped=stamped,
    )


def _attachments(row: Message, folder: Path) -> tuple[Body, ...]:
    first: list[Body] = []
    if row.body_digest is not None:
        first = [settled(folder, bytes(row.body_digest), row.size)]
    elif row.body is not None:
        first = [bytes(row.body)]
    more = [settled(folder, bytes.fromhex(one["digest"]), one["size"]) for one in row.more or ()]
    return (*first, *more)


def _digest(body: Body) -> bytes:
    return body.digest if isinstance(body, Spooled) else hashlib.sha512(body).digest()


def text_of(id: UUID, folder: Path, most: int) -> bytes | None:
    """The first bytes of the body as it is kept, masked or whole, for people to read; None without one."""
    row = Message.objects.filter(id=id).only("body", "body_digest", "size").first()
    if row is None:
        return None
    if row.body_digest is not None:
        with contextlib.suppress(FileNotFoundError):
            return next(settled(folder, bytes(row.body_digest), row.size).pieces(), b"")[:most]
    return None if row.body is None else bytes(row.body)[:most]
