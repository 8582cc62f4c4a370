"""Small pictures of files, made once, and papers joined into one PDF."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.examining import process
from tinhso.foundation.examining.verdicts import Refused
from tinhso.foundation.files import keeping, kinds, naming, receiving, sealing, words
from tinhso.foundation.files.contracts import FileRefused, NoSuchFile, Scanned, StoredFile
from tinhso.foundation.files.models import FileContent, KeptFile
from tinhso.foundation.files.plain import plain
from tinhso.foundation.files.stores import store
from tinhso.foundation.refs import ActorRef

SIDE = 480
DRAWN = (kinds.PDF, kinds.JPEG, kinds.PNG, kinds.HEIC)


def thumbnail(file_id: UUID, *, at: datetime) -> bytes:
    """A JPEG of the photo or the first page, at most 480 pixels wide and high; made at the first ask.

    Raises NoSuchFile, also for a file of which no picture can be made; Damaged.
    """
    row = KeptFile.objects.select_related("content").filter(id=file_id).first()
    if row is None:
        raise NoSuchFile(_("Không tìm thấy tệp này."))
    content = row.content
    if content.picture_size is None:
        return _made(content, file_id, at=at)
    if content.picture_size == 0:
        raise _no_picture()
    label, length = _label(content), content.picture_size
    with keeping.opened(_place(content), label=label, length=length) as source:
        return source.read()


def join(file_ids: Sequence[UUID], *, name: str, by: ActorRef, at: datetime) -> StoredFile:
    """One PDF of several photos and PDFs in their order: upright, on A4 at 200 dpi, without place and time.

    Raises NoSuchFile, FileRefused.
    """
    known = keeping.describe(file_ids)
    if not file_ids or set(file_ids) - set(known):
        raise NoSuchFile(_("Không tìm thấy tệp này."))
    parts = [known[file_id] for file_id in file_ids]
    for part in parts:
        if part.media_type not in DRAWN:
            message = _("Tệp “%(name)s” không ghép được vào PDF. Hãy gửi riêng tệp này.")
            raise FileRefused(message % {"name": part.name})
    shown = naming.with_ending(naming.normal(name), "pdf")
    with ExitStack() as stack:
        paths = [plain(part.id, stack) for part in parts]
        try:
            made = process.joined(
                paths,
                media_types=[part.media_type for part in parts],
                limits=receiving.limits(at=at).inside,
            )
        except Refused as refusal:
            raise words.refused(refusal, name=shown) from None
    every = {part.scanned for part in parts}
    scanned = Scanned.NOT_SCANNED if Scanned.NOT_SCANNED in every else Scanned.CLEAN
    return keeping.keep_as(BytesIO(made), name=shown, by=by, at=at, scanned=scanned)


def _made(content: FileContent, file_id: UUID, *, at: datetime) -> bytes:
    picture = b""
    if content.media_type in DRAWN:
        with ExitStack() as stack:
            path = plain(file_id, stack)
            try:
                picture = process.thumbnail(
                    path,
                    media_type=content.media_type,
                    limits=receiving.limits(at=at).inside,
                    side=SIDE,
                )
            except Refused:
                picture = b""
    if picture:
        store().put(_place(content), sealing.sealed(BytesIO(picture), label=_label(content)))
    FileContent.objects.filter(sha256=content.sha256).update(picture_size=len(picture))
    if not picture:
        raise _no_picture()
    return picture


def _no_picture() -> NoSuchFile:
    return NoSuchFile(_("Không có ảnh nhỏ của tệp này."))


def _place(content: FileContent) -> str:
    return keeping.picture_place(content.sha256)


def _label(content: FileContent) -> bytes:
    return keeping.picture_label(content.sha256)
