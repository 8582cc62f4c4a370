"""Who may see a file: rooms that hold files answer for theirs.

files.readers.add("dossiers", may_see_paper)   # in the room's `ports`: (file_id, actor, at) -> bool
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation.files import keeping, uploads
from tinhso.foundation.files.contracts import NoSuchFile, StoredFile
from tinhso.foundation.refs import ActorRef
from tinhso.foundation.registry import Port, Registry

MaySee = Callable[[UUID, ActorRef, datetime], bool]

readers: Registry[MaySee] = Registry("reader of files")
visitors: Port[Callable[[HttpRequest], ActorRef]] = Port("who visits")

readers.add("uploads", uploads.owns)


def may_see(file_id: UUID, *, by: ActorRef, at: datetime) -> bool:
    """Whether a room that holds the file shows it to this actor."""
    return any(reader(file_id, by, at) for _name, reader in readers)


def shown(file_id: UUID, *, by: ActorRef, at: datetime) -> StoredFile:
    """The file, when the actor may see it. Raises NoSuchFile, the same for hidden and unknown ones."""
    found = keeping.describe([file_id]).get(file_id)
    if found is None or not may_see(file_id, by=by, at=at):
        raise NoSuchFile(_("Không tìm thấy tệp này, hoặc tài khoản này không được xem."))
    return found
