"""Taking files from outside: size, type by content, bombs, active content, malware; then they are kept."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, cast

from tinhso.foundation import legal, moments
from tinhso.foundation.examining import process
from tinhso.foundation.examining.verdicts import Limits, Refused
from tinhso.foundation.files import keeping, kinds, malware, naming, words
from tinhso.foundation.files.contracts import StoredFile
from tinhso.foundation.refs import ActorRef

PIECE_BYTES = 256 * 1024
UPLOAD_KINDS, SCAN_KINDS = "upload_kinds", "scan_kinds"


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What may be sent on a day: bytes of a file, and what may be inside.

    `side` is the longest side, in pixels, to which the sender's machine shrinks a photo.
    """

    size: int
    inside: Limits
    side: int


def limits(*, at: datetime, kinds_of: str = UPLOAD_KINDS) -> UploadLimits:
    """The limits in force at a moment."""
    day = moments.today(at)
    inside = Limits(
        pixels=legal.integer("upload_pixels_max", on=day),
        pages=legal.integer("upload_pages_max", on=day),
        unpacked=legal.integer("upload_unpacked_bytes_max", on=day),
        kinds=tuple(legal.value(kinds_of, on=day)),
    )
    return UploadLimits(
        size=legal.integer("upload_bytes_max", on=day),
        inside=inside,
        side=legal.integer("upload_photo_side", on=day),
    )


def receive(
    data: bytes | BinaryIO, *, name: str, kinds_of: str = UPLOAD_KINDS, by: ActorRef, at: datetime
) -> StoredFile:
    """Check a file from outside and keep it.

    A PDF loses what acts by itself (scripts, launch actions, attached files); a signed one is never
    changed, but refused when it has such things. `kinds_of` names the legal value that lists what may come
    this way. Raises FileRefused (FileTooLarge, MalwareFound) with a
    sentence for the sender; ScannerUnreachable, StorageUnreachable.
    """
    shown = naming.normal(name)
    allowed = limits(at=at, kinds_of=kinds_of)
    with _on_disk(data, name=shown, most=allowed.size) as (path, source):
        head = source.read(kinds.HEAD_BYTES)
        if not head:
            raise words.empty(name=shown)
        scanned = malware.scan(source, name=shown)
        try:
            found = process.examine(path, media_type=kinds.of_bytes(head), limits=allowed.inside)
        except Refused as refusal:
            raise words.refused(refusal, name=shown) from None
        kept = BytesIO(found.rewritten) if found.rewritten else source
        return keeping.keep_as(kept, name=shown, by=by, at=at, scanned=scanned, media_type=found.media_type)


@contextmanager
def _on_disk(data: bytes | BinaryIO, *, name: str, most: int) -> Iterator[tuple[Path, BinaryIO]]:
    """The data in a file of their own, at most `most` bytes of them. Raises FileTooLarge."""
    source = BytesIO(data) if isinstance(data, bytes) else data
    with tempfile.NamedTemporaryFile(prefix="tinhso-") as spool:
        size = 0
        while piece := source.read(PIECE_BYTES):
            size += len(piece)
            if size > most:
                raise words.too_large(name=name, size=size, most=most)
            spool.write(piece)
        spool.flush()
        spool.seek(0)
        yield Path(spool.name), cast(BinaryIO, spool)
