"""Files: kept once by content, sealed at rest, on disk or S3.

stored = files.keep(pdf, name="ket-qua.pdf", by=actor, at=at)
files.read(stored.id)
"""

from tinhso.foundation.files.clearing import clear, hold, holders, loosen
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
from tinhso.foundation.files.forms import Sent, sent
from tinhso.foundation.files.keeping import describe, hand_over, keep, kept_by, open, read
from tinhso.foundation.files.malware import MalwareFound
from tinhso.foundation.files.pictures import join, thumbnail
from tinhso.foundation.files.plain import plain
from tinhso.foundation.files.receiving import SCAN_KINDS, UploadLimits, limits, receive
from tinhso.foundation.files.scans import Pick, archive, page_codes, page_count, page_picture
from tinhso.foundation.files.seeing import MaySee, may_see, readers, visitors
from tinhso.foundation.files.uploads import (
    ChecksumMismatch,
    TooManyUploads,
    UploadView,
    begin,
    expire,
    find,
    finish,
    under_way,
    withdraw,
    write,
)

__all__ = [
    "SCAN_KINDS",
    "ChecksumMismatch",
    "Damaged",
    "FileRefused",
    "FileTooLarge",
    "MalwareFound",
    "MaySee",
    "NoSuchFile",
    "OffsetMismatch",
    "Pick",
    "Scanned",
    "ScannerUnreachable",
    "Sent",
    "StorageUnreachable",
    "StoredFile",
    "TooManyUploads",
    "UploadGone",
    "UploadLimits",
    "UploadUnfinished",
    "UploadView",
    "archive",
    "begin",
    "clear",
    "describe",
    "expire",
    "find",
    "finish",
    "hand_over",
    "hold",
    "holders",
    "join",
    "keep",
    "kept_by",
    "limits",
    "loosen",
    "may_see",
    "open",
    "page_codes",
    "page_count",
    "page_picture",
    "plain",
    "read",
    "readers",
    "receive",
    "sent",
    "thumbnail",
    "under_way",
    "visitors",
    "withdraw",
    "write",
]
