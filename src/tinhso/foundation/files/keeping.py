"""Keeping and reading files. Bytes are in the store before their row is; an orphan does no harm."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BufferedReader, BytesIO
from typing import BinaryIO, cast
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from tinhso.foundation import ids
from tinhso.foundation.crypto import ring
from tinhso.foundation.files import kinds, naming, sealing
from tinhso.foundation.files.contracts import NoSuchFile, Scanned, StoredFile
from tinhso.foundation.files.models import FileContent, KeptFile, Upload
from tinhso.foundation.files.stores import Missing, store
from tinhso.foundation.refs import ActorRef

LARGEST_IN_MEMORY = 8 * 1024**2


def place(sha256: str) -> str:
    """Where in the store the content of that hash lies."""
    return f"content/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def picture_place(sha256: str) -> str:
    """Where in the store the small picture of that content lies."""
    return f"pictures/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def picture_label(sha256: str) -> bytes:
    """What the sealed small picture of that content says it is."""
    return b"picture/" + sha256.encode()


def keep(data: bytes | BinaryIO, *, name: str, by: ActorRef, at: datetime) -> StoredFile:
    """Keep bytes made inside the house, exactly as they are: nothing is checked or rewritten.

    What comes from outside goes through `receive`. Raises StorageUnreachable.
    """
    with _rewound(data) as source:
        return keep_as(source, name=name, by=by, at=at, scanned=Scanned.OWN)


def keep_as(
    data: BinaryIO, *, name: str, by: ActorRef, at: datetime, scanned: Scanned, media_type: str = ""
) -> StoredFile:
    """Keep a seekable stream, with what is known of malware in it, and of its type."""
    sha256, size, head = _digest(data)
    known = FileContent(sha256=sha256, size=size, media_type=media_type or kinds.of_bytes(head))
    known.wrapped_by = ring().current.name if _store(data, sha256) else ""
    with transaction.atomic():
        content = _known(known)
        # What lay there a moment ago may have been cleared away; from here on the row is ours.
        _store(data, sha256)
        row = KeptFile.objects.create(
            id=ids.new_id(),
            content=content,
            name=naming.normal(name),
            kept_by_kind=by.kind.value,
            kept_by=by.id,
            kept_at=at,
            scanned=scanned.value,
            loose_since=None if scanned is Scanned.OWN else at,
        )
    return _view(row)


def read(id: UUID) -> bytes:
    """All bytes of a file. Raises NoSuchFile, Damaged."""
    with open(id) as source:
        return source.read()


def open(id: UUID) -> BinaryIO:
    """A seekable stream of a file's bytes. Raises NoSuchFile; Damaged, also while reading."""
    row = KeptFile.objects.select_related("content").filter(id=id).first()
    if row is None:
        raise NoSuchFile(_("Không tìm thấy tệp này."))
    return opened(place(row.content.sha256), label=row.content.sha256.encode(), length=row.content.size)


def describe(ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """The files of these ids, in one query; unknown ids are left out."""
    rows = KeptFile.objects.select_related("content").filter(id__in=set(ids))
    return {row.id: _view(row) for row in rows}


def kept_by(ids: Iterable[UUID], by: ActorRef) -> frozenset[UUID]:
    """Those of the files that this actor sent or made, in one query."""
    rows = KeptFile.objects.filter(id__in=set(ids), kept_by_kind=by.kind.value, kept_by=by.id)
    return frozenset(rows.values_list("id", flat=True))


def hand_over(keeper: UUID, *, to: UUID) -> None:
    """What one account sent or is sending is another's from now on."""
    KeptFile.objects.filter(kept_by=keeper).update(kept_by=to)
    Upload.objects.filter(owner=keeper).update(owner=to)


def opened(name: str, *, label: bytes, length: int) -> BinaryIO:
    """A stream of the bytes in a sealed object. Raises Damaged when it is missing or changed."""
    chosen = store()

    def ranged(start: int, end: int) -> bytes:
        try:
            return chosen.get(name, start, end)
        except Missing:
            raise sealing.damaged() from None

    raw = sealing.Opened(ranged, label=label, length=length)
    return cast(BinaryIO, BufferedReader(raw, buffer_size=sealing.CHUNK_BYTES))


@contextmanager
def _rewound(data: bytes | BinaryIO) -> Iterator[BinaryIO]:
    if isinstance(data, bytes):
        yield BytesIO(data)
    elif data.seekable():
        data.seek(0)
        yield data
    else:
        with tempfile.SpooledTemporaryFile(max_size=LARGEST_IN_MEMORY) as spool:
            shutil.copyfileobj(data, spool)
            spool.seek(0)
            yield cast(BinaryIO, spool)


def _digest(data: BinaryIO) -> tuple[str, int, bytes]:
    digest, size, head = hashlib.sha256(), 0, b""
    data.seek(0)
    while piece := data.read(sealing.CHUNK_BYTES):
        head = head or piece[: kinds.HEAD_BYTES]
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size, head


def _store(data: BinaryIO, sha256: str) -> bool:
    """Whether it had to be stored."""
    if store().has(place(sha256)):
        return False
    data.seek(0)
    store().put(place(sha256), sealing.sealed(data, label=sha256.encode()))
    return True


def _known(content: FileContent) -> FileContent:
    """The row of this content, made if need be, and locked against being cleared away."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO foundation_filecontent (sha256, size, media_type, wrapped_by)"
                " VALUES (%s, %s, %s, %s) ON CONFLICT (sha256) DO NOTHING",
                [content.sha256, content.size, content.media_type, content.wrapped_by],
            )
        kept = FileContent.objects.select_for_update(no_key=True).filter(sha256=content.sha256).first()
        if kept is not None:
            return kept


def _view(row: KeptFile) -> StoredFile:
    return StoredFile(
        id=row.id,
        sha256=row.content.sha256,
        size=row.content.size,
        media_type=row.content.media_type,
        name=row.name,
        kept_at=row.kept_at,
        scanned=Scanned(row.scanned),
    )
