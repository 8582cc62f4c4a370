"""What crosses the door of files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.foundation.errors import Conflict, Invalid, NotFound, Unable


class Scanned(StrEnum):
    """What is known about malware in a file."""

    OWN = "own"
    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A kept file. `size` in bytes, `sha256` in hexadecimal, `media_type` by content, `name` for people."""

    id: UUID
    sha256: str
    size: int
    media_type: str
    name: str
    kept_at: datetime
    scanned: Scanned = Scanned.OWN


class NoSuchFile(NotFound):
    """No file of that id, or not one that this actor may see."""

    code = "no-such-file"


class Damaged(Unable):
    """The stored bytes are missing or are not the ones that were kept."""

    code = "file-damaged"
    status = 500


class FileRefused(Invalid):
    """The file cannot be taken; the sentence says why and what to do."""

    code = "file-refused"


class FileTooLarge(FileRefused):
    """The file is larger than files may be."""

    code = "file-too-large"
    status = 413


class ScannerUnreachable(Unable):
    """Nobody can look for malware now, so nothing is taken."""

    code = "malware-scanner-unreachable"
    status = 503


class OffsetMismatch(Conflict):
    """A piece does not begin where the upload stands. The fact `offset` says where it stands."""

    code = "upload-offset"


class UploadGone(Unable):
    """The upload was finished, refused, taken back, or is too old."""

    code = "upload-gone"
    status = 410


class UploadUnfinished(Conflict):
    """Not all bytes are here yet. Facts: `received` and `size`, in bytes."""

    code = "upload-unfinished"


class StorageUnreachable(Unable):
    """The store of files does not answer."""

    code = "storage-unreachable"
    status = 503
