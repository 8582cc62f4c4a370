"""A record as a row of PostgreSQL's binary COPY, made while others wait for their commit."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import orjson

from tinhso.exchange.contracts import BodyLog
from tinhso.exchange.evidence.chains import MESSAGE, attachment
from tinhso.exchange.keeping import modes, packing
from tinhso.exchange.keeping.binary import FALSE, LENGTH, NULL, TRUE
from tinhso.exchange.keeping.records import Body, Record, month_of
from tinhso.exchange.keeping.spool import Spooled

COLUMNS = (
    "id",
    "at",
    "side",
    "response",
    "message_id",
    "request_id",
    "client",
    "service",
    "user_id",
    "issue",
    "agreement_id",
    "agreement_revision",
    "mode",
    "status",
    "fault_code",
    "head",
    "size",
    "body",
    "body_digest",
    "in_spool",
    "more",
    "truncated",
    "signature",
    "chain",
)
MOST_TEXT = 255
"""Characters of an identifying field in log tables (exchange protocol §1.1)."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_COUNT = struct.pack("!h", len(COLUMNS))
_INT2, _INT4, _INT8 = struct.Struct("!ih").pack, struct.Struct("!ii").pack, struct.Struct("!iq").pack


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature to be kept once: its month and SHA-512, itself, and the tree's top that it covers."""

    month: date
    digest: bytes
    xml: bytes
    chain_result: bytes | None


@dataclass(frozen=True, slots=True)
class Row:
    """A record, ready to be copied."""

    id: UUID
    data: bytes
    signing: Signing | None


def row(record: Record, id: UUID) -> Row:
    """The row of a record. Spooled bodies must be settled.

    Raises ValueError for what no row can hold: NUL characters, identifiers beyond 255 characters.
    """
    whole = record.mode is not BodyLog.METADATA
    body = record.body if whole else None
    cut = body is not None and record.most_kept is not None and record.size > record.most_kept
    if isinstance(body, bytes) and cut:
        body = body[: record.most_kept]
    signing, chain = None, None
    if record.signed is not None:
        xml = record.signed.signature
        signing = Signing(month_of(id), hashlib.sha512(xml).digest(), xml, record.signed.chain_result)
        if record.signed.chain is not None:
            chain = _chain(record, record.signed.chain, kept_whole=record.mode is BodyLog.FULL and not cut)
    data = b"".join(
        (
            _COUNT,
            _bytes(id.bytes),
            _INT8(8, (record.at - _EPOCH) // _MICROSECOND),
            _text(record.side),
            TRUE if record.response else FALSE,
            _text(record.message_id, MOST_TEXT),
            _text(record.request_id, MOST_TEXT),
            _text(record.client),
            _text(record.service),
            _text(record.user_id, MOST_TEXT),
            _text(record.issue, MOST_TEXT),
            _bytes(record.agreement_id.bytes) if record.agreement_id else NULL,
            NULL if record.agreement_revision is None else _INT4(4, record.agreement_revision),
            _text(record.mode.value),
            NULL if record.status is None else _INT2(2, record.status),
            _text(record.fault_code),
            _bytes(modes.kept_head(record.head, record.mode)),
            _INT8(8, record.size),
            _bytes(body) if isinstance(body, bytes) else NULL,
            _bytes(body.digest) if isinstance(body, Spooled) else NULL,
            TRUE if isinstance(body, Spooled) else FALSE,
            _more(record.more) if whole else NULL,
            TRUE if cut else FALSE,
            _bytes(signing.digest) if signing else NULL,
            _bytes(chain) if chain is not None else NULL,
        )
    )
    return Row(id, data, signing)


def part_digests(head: bytes, attachments: Sequence[bytes]) -> list[tuple[str, bytes]]:
    """Name and SHA-512 of a message's parts: the message, then its attachments by their digests (§10.2)."""
    found = [(MESSAGE, hashlib.sha512(head).digest())]
    found += [(attachment(number), digest) for number, digest in enumerate(attachments, start=1)]
    return found


def _chain(record: Record, chain: bytes, *, kept_whole: bool) -> bytes:
    if not kept_whole:
        return packing.packed(chain, ())
    path = record.signed.path if record.signed is not None else None
    return packing.packed(chain, _parts(record)) if path is None else packing.of_path(path)


def _parts(record: Record) -> list[tuple[str, bytes]]:
    attachments = []
    if record.body is not None:
        attachments.append(record.body_digest or _digest(record.body))
    attachments += [_digest(one) for one in record.more]
    return part_digests(record.head, attachments)


def _digest(body: Body) -> bytes:
    return body.digest if isinstance(body, Spooled) else hashlib.sha512(body).digest()


def _bytes(data: bytes) -> bytes:
    return LENGTH(len(data)) + data


def _text(text: str, most: int = 0) -> bytes:
    if "\x00" in text:
        raise ValueError("a NUL character cannot be logged")
    if most and len(text) > most:
        raise ValueError(f"longer than {most} characters")
    return _bytes(text.encode())


def _more(more: Sequence[Body]) -> bytes:
    if not more:
        return NULL
    if not all(isinstance(one, Spooled) for one in more):
        raise ValueError("attachments after the first are spooled")
    listed = [{"digest": one.digest.hex(), "size": one.size} for one in more if isinstance(one, Spooled)]
    return _bytes(b"\x01" + orjson.dumps(listed))
