"""Files that come in pieces over networks that break (what tus 1.0 needs of a store).

An upload belongs to the account that began it: for everybody else it does not exist. A piece lies in the
store before its row says so; the row and the new offset are one statement's success, so two writers of the
same piece cannot both win, and a killed server loses at most the piece under way.
"""

from __future__ import annotations

import base64
import hashlib
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO, RawIOBase
from typing import BinaryIO, Protocol, cast
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.foundation import ids, legal, moments
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.files import keeping, naming, receiving, sealing, words
from tinhso.foundation.files.contracts import (
    FileRefused,
    NoSuchFile,
    OffsetMismatch,
    StoredFile,
    UploadGone,
    UploadUnfinished,
)
from tinhso.foundation.files.models import PURPOSE, Upload, UploadPart, UploadState
from tinhso.foundation.files.stores import store
from tinhso.foundation.refs import ActorRef

PIECE_BYTES = 1024**2
READ_BYTES = 64 * 1024
CHECKSUMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


class ChecksumMismatch(Invalid):
    """The piece is not what its sender says (status 460 of the tus protocol)."""

    code = "upload-checksum"
    status = 460


class TooManyUploads(Conflict):
    """This account has too many unfinished uploads."""

    code = "too-many-uploads"
    status = 429


class Readable(Protocol):
    """Bytes as they come, such as the body of a request; short when the network is cut."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes, none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class UploadView:
    """An upload as its owner sees it. Sizes in bytes; `file_id` once it is kept."""

    id: UUID
    name: str
    size: int
    received: int
    state: UploadState
    expires_at: datetime
    file_id: UUID | None = None
    refusal: str = ""
    purpose: str = ""

    @property
    def percent(self) -> int:
        """How much of it is here; 100 only when it is whole."""
        return 100 * self.received // self.size


def begin(*, name: str, size: int, by: ActorRef, at: datetime, purpose: str = "") -> UploadView:
    """Announce a file of `size` bytes; `purpose` says where it shall go, so that nobody goes on without it.

    Raises FileTooLarge, FileRefused (empty), TooManyUploads, Invalid for a purpose that is no path.
    """
    if not re.fullmatch(PURPOSE, purpose):
        raise Invalid(_("Không biết tệp này gửi cho giấy tờ nào. Hãy mở lại trang rồi chọn tệp."))
    shown, day = naming.normal(name), moments.today(at)
    if size <= 0:
        raise words.empty(name=shown)
    most = receiving.limits(at=at).size
    if size > most:
        raise words.too_large(name=shown, size=size, most=most)
    owner = _owner(by)
    unfinished = Upload.objects.filter(owner=owner, state=UploadState.RECEIVING, expires_at__gt=at).count()
    if unfinished >= legal.integer("upload_unfinished_max", on=day):
        raise TooManyUploads(
            _("Có %(count)s tệp đang tải dở. Hãy chờ tải xong hoặc bỏ bớt rồi tải tiếp.")
            % {"count": unfinished}
        )
    lives = timedelta(hours=legal.integer("upload_unfinished_hours", on=day))
    row = Upload.objects.create(
        owner_kind=by.kind.value,
        owner=owner,
        name=shown,
        purpose=purpose,
        size=size,
        begun_at=at,
        expires_at=at + lives,
    )
    return _view(row)


def find(id: UUID, *, by: ActorRef, at: datetime) -> UploadView:
    """An upload of this actor's. Raises NoSuchFile for another's or an unknown one; UploadGone."""
    return _view(_own(id, by=by, at=at))


def under_way(purpose: str, *, by: ActorRef, at: datetime) -> tuple[UploadView, ...]:
    """What this actor announced under a purpose and has not handed in yet, oldest first. One query."""
    if by.id is None:
        return ()
    rows = Upload.objects.filter(
        owner=by.id, owner_kind=by.kind.value, state=UploadState.RECEIVING, expires_at__gt=at
    )
    return tuple(_view(row) for row in rows.filter(purpose__startswith=purpose).order_by("begun_at", "id"))


def write(id: UUID, *, offset: int, source: Readable, by: ActorRef, at: datetime, checksum: str = "") -> int:
    """Append what comes, from `offset` on; how far the upload is now.

    Ends early, keeping what came, when the source ends early. `checksum` is `sha1 base64` or `sha256
    base64` of the whole piece: nothing of it is kept when it does not match.
    Raises OffsetMismatch, ChecksumMismatch, NoSuchFile, UploadGone, Invalid, StorageUnreachable.
    """
    row = _own(id, by=by, at=at)
    if row.state != UploadState.RECEIVING or offset != row.received:
        raise _elsewhere(row.received)
    with _checked(source, checksum, most=row.size - offset) as checked:
        place = offset
        for piece in _pieces(checked, row.size - offset):
            _append(row, place, piece)
            place += len(piece)
        if place == row.size and _more(checked):
            raise _elsewhere(place)
    return place


def withdraw(id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Take an upload back; a kept file stays for whoever attached it. Raises NoSuchFile, UploadGone."""
    row = _own(id, by=by, at=at)
    if row.state == UploadState.KEPT:
        Upload.objects.filter(id=row.id).update(expires_at=at + timedelta(microseconds=1))
        return
    Upload.objects.filter(id=row.id, state=UploadState.RECEIVING).update(state=UploadState.WITHDRAWN)
    _forget_parts(row.id)


def finish(id: UUID, *, kinds_of: str = receiving.UPLOAD_KINDS, by: ActorRef, at: datetime) -> StoredFile:
    """Check a whole upload and keep it; the same file when asked again.

    Raises UploadUnfinished while pieces are missing; FileRefused with the sentence for its owner (then the
    upload is gone); ScannerUnreachable and StorageUnreachable, after which it may be asked again;
    NoSuchFile, UploadGone.
    """
    row = _own(id, by=by, at=at)
    if row.file_id is not None:
        return keeping.describe([row.file_id])[row.file_id]
    if row.received < row.size:
        raise UploadUnfinished(
            _("Tệp “%(name)s” chưa tải xong. Hãy chờ tải xong rồi gửi.") % {"name": row.name},
            received=row.received,
            size=row.size,
        )
    try:
        return _kept(row, kinds_of=kinds_of, by=by, at=at)
    except FileRefused as refusal:
        Upload.objects.filter(id=row.id, state=UploadState.RECEIVING).update(
            state=UploadState.REFUSED, refusal=refusal.message
        )
        _forget_parts(row.id)
        raise


def expire(*, at: datetime, limit: int = 500) -> int:
    """Forget uploads whose time is over, with their pieces; kept files stay. The number forgotten."""
    old = list(Upload.objects.filter(expires_at__lte=at).values_list("id", flat=True)[:limit])
    for upload_id in old:
        store().delete_under(_folder(upload_id))
    Upload.objects.filter(id__in=old).delete()
    return len(old)


def owns(file_id: UUID, by: ActorRef, at: datetime) -> bool:
    """Whether this actor sent the file and has not attached or lost it yet: then they may look at it."""
    if by.id is None:
        return False
    mine = Upload.objects.filter(owner=by.id, owner_kind=by.kind.value, expires_at__gt=at)
    return mine.filter(file_id=file_id).exists()


def _kept(row: Upload, *, kinds_of: str, by: ActorRef, at: datetime) -> StoredFile:
    with transaction.atomic():
        kept = receiving.receive(_whole(row), name=row.name, kinds_of=kinds_of, by=by, at=at)
        won = Upload.objects.filter(id=row.id, state=UploadState.RECEIVING).update(
            state=UploadState.KEPT, file_id=kept.id
        )
        if not won:
            transaction.set_rollback(True)
    if not won:
        return finish(row.id, by=by, at=at)
    _forget_parts(row.id)
    return kept


def _own(id: UUID, *, by: ActorRef, at: datetime) -> Upload:
    row = Upload.objects.filter(id=id, owner=_owner(by), owner_kind=by.kind.value).first()
    if row is None:
        raise NoSuchFile(_("Không tìm thấy tệp đang tải này."))
    if row.expires_at <= at or row.state == UploadState.WITHDRAWN:
        raise UploadGone(_("Tệp tải dở này không còn được giữ. Hãy chọn tệp và tải lại từ đầu."))
    if row.state == UploadState.REFUSED:
        raise UploadGone(row.refusal)
    return row


def _owner(by: ActorRef) -> UUID:
    if by.id is None:
        raise NoSuchFile(_("Hãy đăng nhập rồi tải tệp lên."))
    return by.id


def _elsewhere(offset: int) -> OffsetMismatch:
    return OffsetMismatch(_("Tệp đã tải tới chỗ khác: tải tiếp từ chỗ dừng."), offset=offset)


def _pieces(source: Readable, left: int) -> Iterator[bytes]:
    """Pieces of a mebibyte, the last one smaller; a line that dies takes only one read along."""
    while left > 0:
        gathered = bytearray()
        while len(gathered) < min(PIECE_BYTES, left):
            try:
                came = source.read(min(READ_BYTES, min(PIECE_BYTES, left) - len(gathered)))
            except OSError:
                came = b""
            if not came:
                break
            gathered += came
        if gathered:
            yield bytes(gathered)
        if len(gathered) < min(PIECE_BYTES, left):
            return
        left -= len(gathered)


def _more(source: Readable) -> bool:
    try:
        return bool(source.read(1))
    except OSError:
        return False


def _append(row: Upload, place: int, piece: bytes) -> None:
    stored_as = f"{_folder(row.id)}/{place}-{ids.new_id()}"
    store().put(stored_as, sealing.sealed(BytesIO(piece), label=label_of(row.id, place)))
    with transaction.atomic():
        moved = Upload.objects.filter(id=row.id, received=place, state=UploadState.RECEIVING).update(
            received=F("received") + len(piece)
        )
        if moved:
            UploadPart.objects.create(upload=row, starts=place, size=len(piece), stored_as=stored_as)
    if not moved:
        store().delete(stored_as)
        now = Upload.objects.filter(id=row.id).values_list("received", flat=True).first()
        raise _elsewhere(now or 0)


@contextmanager
def _checked(source: Readable, checksum: str, *, most: int) -> Iterator[Readable]:
    """The source itself, or, where a checksum is given, its bytes after that matched."""
    if not checksum:
        yield source
        return
    name, _space, encoded = checksum.partition(" ")
    if name not in CHECKSUMS:
        raise Invalid(_("Không biết cách kiểm tra tệp này."), algorithm=name)
    digest = CHECKSUMS[name](usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(max_size=4 * PIECE_BYTES) as spool:
        for piece in _pieces(source, most):
            digest.update(piece)
            spool.write(piece)
        if base64.b64encode(digest.digest()).decode() != encoded.strip():
            raise ChecksumMismatch(_("Một phần của tệp bị hỏng trên đường truyền: tải lại phần đó."))
        spool.seek(0)
        yield cast(BinaryIO, spool)


class _Whole(RawIOBase):
    """All pieces of an upload, one after the other."""

    def __init__(self, row: Upload) -> None:
        super().__init__()
        self._row = row
        self._parts = iter(UploadPart.objects.filter(upload=row).order_by("starts"))
        self._place = 0
        self._held = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # the stub's Buffer
        if not self._held:
            part = next(self._parts, None)
            if part is None:
                return 0
            if part.starts != self._place:
                raise sealing.damaged()
            label = label_of(self._row.id, part.starts)
            with keeping.opened(part.stored_as, label=label, length=part.size) as source:
                self._held = source.read()
            self._place += part.size
        view = memoryview(buffer)
        given = self._held[: len(view)]
        view[: len(given)] = given
        self._held = self._held[len(given) :]
        return len(given)


def _whole(row: Upload) -> BinaryIO:
    return cast(BinaryIO, _Whole(row))


def label_of(upload_id: UUID, place: int) -> bytes:
    """What the sealed piece of an upload says it is."""
    return f"{upload_id}/{place}".encode()


def _folder(upload_id: UUID) -> str:
    return f"parts/{upload_id}"


def _forget_parts(upload_id: UUID) -> None:
    UploadPart.objects.filter(upload_id=upload_id).delete()
    store().delete_under(_folder(upload_id))


def _view(row: Upload) -> UploadView:
    return UploadView(
        id=row.id,
        name=row.name,
        size=row.size,
        received=row.received,
        state=UploadState(row.state),
        expires_at=row.expires_at,
        file_id=row.file_id,
        refusal=row.refusal,
        purpose=row.purpose,
    )
