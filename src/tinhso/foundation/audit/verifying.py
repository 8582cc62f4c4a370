"""Walking the whole trace and naming what was broken, in bounded memory.

Chains show a changed, missing or moved entry; the seals show what a chain rebuilt or removed as a whole
would hide; the stamps show seals rebuilt after the fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction

from tinhso.foundation.audit.entries import GENESIS, link_hash, stamp_of
from tinhso.foundation.audit.models import AuditEntry, AuditSeal, AuditStamp
from tinhso.foundation.audit.sealing import LEAF, StampAuthority, Stamped, content_hash, seal_hash

CHUNK = 2000
COLUMNS = (
    "id",
    "subject_kind",
    "subject_id",
    "seq",
    "at",
    "actor_kind",
    "actor_id",
    "act",
    "payload",
    "previous",
    "hash",
)
HEADS = (
    "SELECT subject_kind, subject_id, chain.seq, last.seq FROM"
    " (SELECT * FROM foundation_auditchain WHERE %s::text IS NULL"
    " OR (subject_kind = %s AND subject_id = %s::uuid)) chain FULL JOIN"
    " (SELECT DISTINCT ON (subject_kind, subject_id) subject_kind, subject_id, seq, hash"
    " FROM foundation_auditentry WHERE %s::text IS NULL OR (subject_kind = %s AND subject_id = %s::uuid)"
    " ORDER BY subject_kind, subject_id, seq DESC) last USING (subject_kind, subject_id)"
    " WHERE chain.seq IS DISTINCT FROM last.seq OR chain.head IS DISTINCT FROM last.hash"
    " ORDER BY subject_kind, subject_id LIMIT 100"
)


@dataclass(frozen=True, slots=True)
class Break:
    """A broken link: where, and what is wrong there (Vietnamese)."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk found. `head` is the newest seal's hash: keep it elsewhere to notice a cut tail.

    `unsealed_age` is how long the oldest unsealed entry waits.
    """

    entries: int
    chains: int
    seals: int
    stamps: int
    unsealed: int
    unsealed_age: timedelta
    head: str
    breaks: tuple[Break, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing is broken."""
        return not self.breaks

    @property
    def first(self) -> Break | None:
        """The first broken link."""
        return self.breaks[0] if self.breaks else None


@contextmanager
def _one_moment() -> Iterator[None]:
    """All queries see the same rows, while acts go on."""
    nested = connection.in_atomic_block
    with transaction.atomic():
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def verify(*, at: datetime, limit: int = 10, authority: StampAuthority | None = None) -> Verdict:
    """Walk everything; at most `limit` breaks are named. Stamps are asked of `authority` where given."""
    with _one_moment():
        chains = _Chains()
        breaks = list(islice(chains.breaks(), limit))
        seals = _Seals()
        breaks += islice(seals.breaks(), limit - len(breaks))
        breaks += islice(_stamp_breaks(authority), limit - len(breaks))
        unsealed, oldest, missing = _unsealed()
        breaks += missing[: limit - len(breaks)]
        if not breaks and seals.entries + unsealed != chains.entries:
            stray = chains.entries - seals.entries - unsealed
            breaks.append(Break("niêm phong", f"lệch {stray} bút ký không có trong niêm phong nào"))
        stamps = AuditStamp.objects.count()
    return Verdict(
        entries=chains.entries,
        chains=chains.chains,
        seals=seals.seals,
        stamps=stamps,
        unsealed=unsealed,
        unsealed_age=at - oldest if oldest else timedelta(),
        head=seals.head.hex(),
        breaks=tuple(breaks),
    )


def verify_chain(kind: str, subject_id: UUID) -> Break | None:
    """The first broken link of one subject's chain alone."""
    with _one_moment():
        return next(iter(_Chains(kind=kind, subject_id=subject_id).breaks()), None)


class _Chains:
    """All entries, chain by chain."""

    def __init__(self, *, kind: str | None = None, subject_id: UUID | None = None) -> None:
        self.entries = 0
        self.chains = 0
        self._kind = kind
        self._subject_id = subject_id
        self._seq, self._previous = 0, GENESIS

    def breaks(self) -> Iterator[Break]:
        for key, rows in self._grouped():
            self.chains += 1
            yield from self._walk(key, rows)
        yield from self._head_breaks()

    def _walk(self, key: tuple[str, UUID], rows: Iterator[tuple[Any, ...]]) -> Iterator[Break]:
        self._seq, self._previous = 0, GENESIS
        for row in rows:
            self.entries += 1
            wrong = self._wrong(row)
            if wrong:
                yield Break(f"{_name(key)} #{row[3]} (bút ký {row[0]})", wrong)
            self._seq, self._previous = row[3], bytes(row[10])

    def _wrong(self, row: tuple[Any, ...]) -> str:
        seq, payload, previous, kept = row[3], bytes(row[8]), bytes(row[9]), bytes(row[10])
        if seq != self._seq + 1:
            return f"thiếu bút ký #{self._seq + 1}"
        if previous != self._previous:
            return "không nối với bút ký trước"
        if link_hash(previous=previous, seq=seq, payload=payload) != kept:
            return "nội dung hoặc mã băm đã bị sửa"
        return "" if _copies_agree(row, payload) else "cột tra cứu khác nội dung đã băm"

    def _grouped(self) -> Iterator[tuple[tuple[str, UUID], Iterator[tuple[Any, ...]]]]:
        rows = (
            AuditEntry.objects.filter(**self._filter())
            .order_by("subject_kind", "subject_id", "seq")
            .values_list(*COLUMNS)
            .iterator(chunk_size=CHUNK)
        )
        pending = next(rows, None)
        while pending is not None:
            key = (pending[1], pending[2])

            def of_one(first: tuple[Any, ...], key: tuple[str, UUID]) -> Iterator[tuple[Any, ...]]:
                nonlocal pending
                yield first
                for row in rows:
                    if (row[1], row[2]) != key:
                        pending = row
                        return
                    yield row
                pending = None

            yield key, of_one(pending, key)

    def _head_breaks(self) -> Iterator[Break]:
        with connection.cursor() as cursor:
            cursor.execute(HEADS, [self._kind, self._kind, self._subject_id] * 2)
            for kind, subject_id, noted, last in cursor.fetchall():
                where = _name((kind, subject_id))
                if last is None:
                    yield Break(where, f"mất cả chuỗi {noted} bút ký")
                elif noted is None:
                    yield Break(where, "mất đầu chuỗi")
                elif noted == last:
                    yield Break(where, "đầu chuỗi khác bút ký cuối")
                else:
                    yield Break(where, f"đầu chuỗi ghi {noted} bút ký, chuỗi dừng ở {last}")

    def _filter(self) -> dict[str, Any]:
        if self._kind is None:
            return {}
        return {"subject_kind": self._kind, "subject_id": self._subject_id}


def _name(key: tuple[str, UUID]) -> str:
    return f"{key[0]}/{key[1]}"


def _copies_agree(row: tuple[Any, ...], payload: bytes) -> bool:
    try:
        kept = orjson.loads(payload)
        return bool(
            kept["subject"] == [row[1], str(row[2])]
            and kept["at"] == stamp_of(row[4])
            and kept["actor"] == [row[5], str(row[6]) if row[6] else None]
            and kept["act"] == row[7]
        )
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return False


class _Seals:
    """The province-wide list."""

    def __init__(self) -> None:
        self.entries = 0
        self.seals = 0
        self.head = GENESIS

    def breaks(self) -> Iterator[Break]:
        expected = 1
        for seal in AuditSeal.objects.order_by("seq").iterator(chunk_size=20):
            self.seals += 1
            where = f"niêm phong {seal.seq}"
            leaves, content = bytes(seal.leaves), bytes(seal.content)
            if seal.seq != expected:
                yield Break(where, f"thiếu niêm phong {expected}")
            elif bytes(seal.previous) != self.head:
                yield Break(where, "không nối với niêm phong trước")
            computed = seal_hash(
                previous=bytes(seal.previous),
                seq=seal.seq,
                at=seal.at,
                count=seal.count,
                leaves=leaves,
                content=content,
            )
            if computed != bytes(seal.hash):
                yield Break(where, "nội dung hoặc mã băm đã bị sửa")
            else:
                yield from self._content_breaks(where, leaves, content)
            self.entries += seal.count
            self.head, expected = bytes(seal.hash), seal.seq + 1

    def _content_breaks(self, where: str, leaves: bytes, content: bytes) -> Iterator[Break]:
        sealed = list(LEAF.iter_unpack(leaves))
        found = _hashes([entry_id for entry_id, _start in sealed])
        broken = False
        for entry_id, start in sealed:
            if entry_id not in found:
                broken = True
                yield Break(f"bút ký {entry_id}", f"đã vào {where} nhưng không còn")
            elif found[entry_id][:8] != start:
                broken = True
                yield Break(f"bút ký {entry_id}", f"khác với khi vào {where}")
        if not broken and content_hash([(entry_id, found[entry_id]) for entry_id, _s in sealed]) != content:
            yield Break(where, "mã băm các bút ký không khớp")


def _hashes(ids: Sequence[int]) -> dict[int, bytes]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, hash FROM foundation_auditentry WHERE id = ANY(%s)", [list(ids)])
        return {int(entry_id): bytes(found) for entry_id, found in cursor.fetchall()}


def _stamp_breaks(authority: StampAuthority | None) -> Iterator[Break]:
    for stamp in AuditStamp.objects.order_by("seal_id").iterator(chunk_size=200):
        where = f"dấu thời gian của niêm phong {stamp.pk}"
        seal = AuditSeal.objects.filter(seq=stamp.pk).only("hash").first()
        if seal is None or bytes(seal.hash) != bytes(stamp.digest):
            yield Break(where, "niêm phong khác với khi đóng dấu")
        elif authority is not None:
            try:
                authority.stamped_at(Stamped(bytes(stamp.token), bytes(stamp.proof)), bytes(stamp.digest))
            except ValueError as error:
                yield Break(where, f"dấu không hợp lệ ({error})")


def _unsealed() -> tuple[int, datetime | None, list[Break]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(entry.id), min(entry.at), count(*) - count(entry.id), min(unsealed.entry_id)"
            " FILTER (WHERE entry.id IS NULL) FROM foundation_auditunsealed unsealed"
            " LEFT JOIN foundation_auditentry entry ON entry.id = unsealed.entry_id"
        )
        count, oldest, gone, first = cursor.fetchone()
    missing = (
        [Break(f"bút ký {first}", f"đang chờ niêm phong nhưng không còn (tất cả: {gone})")] if gone else []
    )
    return int(count), oldest, missing
