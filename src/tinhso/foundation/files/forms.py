"""Files sent with a form: those that came in pieces before, and those of a plain file field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation import moments
from tinhso.foundation.errors import Unable
from tinhso.foundation.files import naming, receiving, uploads, words
from tinhso.foundation.files.contracts import StoredFile
from tinhso.foundation.refs import ActorRef

SENT = "_da_gui"
DROPPED = "tinhso.dropped_files"


@dataclass(frozen=True, slots=True)
class Sent:
    """What a field brought: files that are kept, and one sentence for each that could not be."""

    files: tuple[StoredFile, ...]
    faults: tuple[str, ...]


def sent(
    request: HttpRequest,
    field: str,
    *,
    kinds_of: str = receiving.UPLOAD_KINDS,
    by: ActorRef,
    at: datetime,
) -> Sent:
    """The files of a form's field, checked and kept.

    `FIELD_da_gui` (repeated) names uploads sent in pieces; `FIELD` is the plain file field for browsers
    without JavaScript. One bad file does not harm the others.
    `kinds_of` names the legal value that lists what may come this way.
    """
    kept: list[StoredFile] = []
    named_before = request.POST.getlist(field + SENT)  # reads the body, so that `Bounded` has spoken
    faults: list[str] = list(request.META.get(DROPPED, {}).get(field, ()))
    for named in named_before:
        try:
            kept.append(uploads.finish(UUID(named), kinds_of=kinds_of, by=by, at=at))
        except ValueError:
            faults.append(_("Không tìm thấy tệp đang tải này."))
        except Unable as fault:
            faults.append(fault.message)
    for posted in request.FILES.getlist(field):
        try:
            name = posted.name or ""
            kept.append(receiving.receive(cast(BinaryIO, posted), name=name, kinds_of=kinds_of, by=by, at=at))
        except Unable as fault:
            faults.append(fault.message)
    return Sent(files=tuple(kept), faults=tuple(faults))


class Bounded(FileUploadHandler):
    """Django's first upload handler: drops a file of a form when it grows too large, before disks fill.

    The form's other fields are read on; `sent` tells of the dropped file.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the piece on, or drop the file."""
        most = receiving.limits(at=moments.now()).size
        if start + len(raw_data) > most and self.request is not None:
            name = naming.normal(self.file_name or "")
            fault = words.too_large(name=name, size=start + len(raw_data), most=most).message
            dropped = self.request.META.setdefault(DROPPED, {})
            dropped.setdefault(self.field_name, []).append(fault)
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler holds the file."""
        return
