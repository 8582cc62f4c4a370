"""Zip files made by anybody, opened without trusting anything they say of themselves.

A package is flat: a dozen files by known names. Whatever else a zip can hold (folders, links, the same name
twice, sizes that lie) is refused in words before a byte is used.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Mapping

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

LARGEST = 8_000_000
LARGEST_FILE = 2_500_000
LARGEST_WHOLE = 12_000_000
MOST_FILES = 20
BORN = (2026, 1, 1, 0, 0, 0)
WAYS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1


class BadArchive(Invalid):
    """A zip that is not opened, and why."""

    code = "archive-refused"


def pack(files: Mapping[str, bytes]) -> bytes:
    """A zip of the files, always the same bytes for the same files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, BORN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return out.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a zip by name. Raises BadArchive."""
    if len(content) > LARGEST:
        raise BadArchive(_("Gói quá lớn (trên 8 MB)."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES:
                raise BadArchive(_("Gói có quá nhiều tệp. Một gói thủ tục chỉ có vài tệp."))
            _check_names(entries)
            return _read(archive, entries)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        OverflowError,
    ) as error:
        raise BadArchive(_("Tệp này không phải gói thủ tục hoặc đã hỏng. Hãy tải lại gói.")) from error


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        shown = "".join(mark if mark.isprintable() else "?" for mark in name)[:80]
        if (
            not name
            or "/" in name
            or "\\" in name
            or ":" in name
            or ".." in name
            or entry.orig_filename != name
        ):
            raise BadArchive(
                _("Gói có tệp trỏ ra ngoài gói (%(name)s). Không nhập gói này.") % {"name": shown}
            )
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.is_dir():
            raise BadArchive(
                _("Gói có liên kết hoặc thư mục (%(name)s). Không nhập gói này.") % {"name": shown}
            )
        if name.casefold() in seen:
            raise BadArchive(_("Gói có hai tệp cùng tên (%(name)s). Không nhập gói này.") % {"name": shown})
        if entry.flag_bits & ENCRYPTED:
            raise BadArchive(_("Gói bị khóa bằng mật khẩu. Hãy xin gói không khóa."))
        if entry.compress_type not in WAYS:
            raise BadArchive(_("Gói nén theo cách không được hỗ trợ."))
        seen.add(name.casefold())


def _read(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """What the files hold, counted while it comes out: sizes in the headers are only claims."""
    files: dict[str, bytes] = {}
    left = LARGEST_WHOLE
    for entry in entries:
        most = min(LARGEST_FILE, left)
        with archive.open(entry) as stream:
            found = stream.read(most + 1)
        if len(found) > most:
            raise BadArchive(_("Gói nở ra quá lớn khi giải nén. Không nhập gói này."))
        left -= len(found)
        files[entry.filename] = found
    return files
