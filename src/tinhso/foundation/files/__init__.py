"""Files: kept once by content, sealed at rest, on disk or S3.

stored = files.keep(pdf, name="ket-qua.pdf", by=actor, at=at)
files.read(stored.id)
"""

from tinhso.foundation.files.contracts import (
    Damaged,
    FileRefused,
    FileTooLarge,
    NoSuchFile,
    OffsetMismatch,
    Scanned,
    ScannerUnreachable,
    StorageUnreachable,
    StoredFile,
    UploadGone,
    UploadUnfinished,
)
from tinhso.foundation.files.keeping import describe, keep, open, read

__all__ = [
    "Damaged",
    "FileRefused",
    "FileTooLarge",
    "NoSuchFile",
    "OffsetMismatch",
    "Scanned",
    "ScannerUnreachable",
    "StorageUnreachable",
    "StoredFile",
    "UploadGone",
    "UploadUnfinished",
    "describe",
    "keep",
    "open",
    "read",
]
