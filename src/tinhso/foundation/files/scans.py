"""Scanned files: how many pages, what one looks like, which square codes are on it, and one PDF/A of them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from io import BytesIO
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import legal, moments
from tinhso.foundation.examining import process
from tinhso.foundation.examining.verdicts import Refused
from tinhso.foundation.files import keeping, kinds, naming, receiving, words
from tinhso.foundation.files.contracts import NoSuchFile, Scanned, StoredFile
from tinhso.foundation.files.plain import plain
from tinhso.foundation.refs import ActorRef

Pick = tuple[int, int, int]
KINDS = frozenset({kinds.PDF, kinds.JPEG, kinds.PNG, kinds.HEIC, kinds.TIFF})


def page_count(file_id: UUID, *, at: datetime) -> int:
    """How many pages a scanned file has, each of them whole. Raises NoSuchFile, FileRefused."""
    stored = _stored([file_id])[0]
    with ExitStack() as stack:
        path = plain(file_id, stack)
        try:
            return process.counted(path, media_type=stored.media_type, limits=receiving.limits(at=at).inside)
        except Refused as refusal:
            raise words.refused(refusal, name=stored.name) from None


def page_picture(file_id: UUID, *, page: int, turn: int = 0, side: int, at: datetime) -> bytes:
    """A JPEG of one page (from 0), turned right by `turn` degrees. Raises NoSuchFile when there is none."""
    stored = _stored([file_id])[0]
    with ExitStack() as stack:
        path = plain(file_id, stack)
        try:
            return process.page(
                path,
                media_type=stored.media_type,
                limits=receiving.limits(at=at).inside,
                page=page,
                turn=turn,
                side=side,
            )
        except Refused:
            raise NoSuchFile(_("Không có ảnh của trang này.")) from None


def page_codes(file_id: UUID, *, at: datetime) -> list[list[str]]:
    """The texts of the square codes on each page. Raises NoSuchFile, FileRefused."""
    stored = _stored([file_id])[0]
    with ExitStack() as stack:
        path = plain(file_id, stack)
        try:
            return process.codes(path, media_type=stored.media_type, limits=receiving.limits(at=at).inside)
        except Refused as refusal:
            raise words.refused(refusal, name=stored.name) from None


def archive(
    file_ids: Sequence[UUID], *, picks: Sequence[Pick], name: str, by: ActorRef, at: datetime
) -> StoredFile:
    """One PDF/A-2b of picked pages, each (which of the files, its place there, degrees turned right).

    Slow: call it with no transaction open. Resolution: legal value `scan_dpi`. Raises NoSuchFile,
    FileRefused.
    """
    parts = _stored(file_ids)
    shown = naming.with_ending(naming.normal(name), "pdf")
    with ExitStack() as stack:
        paths = [plain(part.id, stack) for part in parts]
        try:
            made = process.archived(
                paths,
                media_types=[part.media_type for part in parts],
                limits=receiving.limits(at=at).inside,
                picks=picks,
                dpi=legal.integer("scan_dpi", on=moments.today(at)),
                title=naming.normal(name),
                made_at=at,
            )
        except Refused as refusal:
            raise words.refused(refusal, name=shown) from None
    every = {part.scanned for part in parts}
    scanned = Scanned.NOT_SCANNED if Scanned.NOT_SCANNED in every else Scanned.CLEAN
    return keeping.keep_as(BytesIO(made), name=shown, by=by, at=at, scanned=scanned)


def _stored(file_ids: Sequence[UUID]) -> list[StoredFile]:
    known = keeping.describe(file_ids)
    if not file_ids or any(known[each].media_type not in KINDS for each in file_ids if each in known):
        raise NoSuchFile(_("Tệp này không phải bản quét."))
    if set(file_ids) - set(known):
        raise NoSuchFile(_("Không tìm thấy tệp này."))
    return [known[each] for each in file_ids]
