"""The signed package (`.tinhso.zip`): a procedure's files, a manifest of their hashes, a signature over it.

The signature is CMS beside the manifest, so another province checks it with the roots it trusts already and
needs nothing of ours. The manifest is signed as the bytes it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec
import orjson
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.studio.files import archives, folder

FORMAT = 1
KIND = "tinhso-procedure"
MANIFEST, SIGNATURE = "goi.json", "goi.json.p7s"
SUFFIX = ".tinhso.zip"


class BadPackage(Invalid):
    """A package that is not taken in, and why."""

    code = "package-refused"


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agency that made the package."""

    name: str
    identifier: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is in a package. `number` is the version's, 0 for a draft; `files` are SHA-256 in hex by name."""

    kind: str
    format: int
    origin: Origin
    code: str
    title: str
    number: int
    made_at: datetime
    files: dict[str, str]


def manifest_of(
    sheaf: folder.Sheaf, files: Mapping[str, bytes], *, origin: Origin, number: int, at: datetime
) -> bytes:
    """The manifest of a procedure's files, as the bytes that are signed."""
    said = Manifest(
        kind=KIND,
        format=FORMAT,
        origin=origin,
        code=sheaf.code,
        title=sheaf.title,
        number=number,
        made_at=at,
        files={name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
    )
    return orjson.dumps(msgspec.to_builtins(said), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def pack(files: Mapping[str, bytes], *, manifest: bytes, signature: bytes) -> bytes:
    """The package."""
    return archives.pack({**files, MANIFEST: manifest, SIGNATURE: signature})


class Opened(msgspec.Struct, frozen=True):
    """A package taken apart, not believed yet: see `believe`."""

    manifest: bytes
    signature: bytes
    files: dict[str, bytes]


def open_(content: bytes) -> Opened:
    """A package taken apart. Raises BadPackage without manifest or signature, archives.BadArchive."""
    files = archives.unpack(content)
    manifest, signature = files.pop(MANIFEST, None), files.pop(SIGNATURE, None)
    if manifest is None:
        raise BadPackage(_("Gói không có bảng kê (goi.json): đây không phải gói thủ tục."))
    if signature is None:
        raise BadPackage(_("Gói chưa được ký. Chỉ nhập gói có chữ ký của tỉnh làm ra nó."))
    return Opened(manifest, signature, files)


def believe(opened: Opened) -> tuple[Manifest, folder.Sheaf]:
    """What a package says, once its manifest's signature was found good.

    Raises BadPackage when manifest and files do not agree, folder.BadFiles when the files are no procedure.
    """
    try:
        manifest = msgspec.json.decode(opened.manifest, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadPackage(_("Bảng kê của gói không đọc được. Hãy xin gói khác.")) from None
    if manifest.kind != KIND or manifest.format != FORMAT:
        raise BadPackage(_("Gói theo khuôn mới hơn phần mềm này. Hãy nâng cấp rồi nhập lại."))
    if manifest.made_at.tzinfo is None or not 0 <= manifest.number < 2**31:
        raise BadPackage(_("Bảng kê của gói không đọc được. Hãy xin gói khác."))
    if missing := sorted(manifest.files.keys() - opened.files.keys()):
        raise BadPackage(_("Gói thiếu tệp đã kê: %(names)s.") % {"names": ", ".join(missing)[:200]})
    if extra := sorted(opened.files.keys() - manifest.files.keys()):
        raise BadPackage(_("Gói có tệp không kê: %(names)s.") % {"names": ", ".join(extra)[:200]})
    for name, content in sorted(opened.files.items()):
        if hashlib.sha256(content).hexdigest() != manifest.files[name]:
            raise BadPackage(_("Tệp %(name)s đã bị sửa sau khi ký. Không nhập gói này.") % {"name": name})
    sheaf = folder.read(opened.files)
    if (sheaf.code, sheaf.title) != (manifest.code, manifest.title):
        raise BadPackage(_("Bảng kê và tệp thu-tuc.yaml nói về hai thủ tục khác nhau."))
    return manifest, sheaf
