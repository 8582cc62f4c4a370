"""Evidence taken out of the log: one container, many in a ZIP, and the checking of what somebody has."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.exchange.evidence.containers import MIME, BatchStamp, Evidence, file_name, write
from tinhso.exchange.evidence.signatures import Signed
from tinhso.exchange.evidence.zips import Content, Writer
from tinhso.exchange.keeping import loading
from tinhso.exchange.keeping.loading import Kept
from tinhso.exchange.keeping.records import Body
from tinhso.exchange.keeping.spool import Spooled
from tinhso.foundation.errors import Conflict, NotFound

logger = logging.getLogger(__name__)
ASIC = MIME
IN_MEMORY_BYTES = 8 * 1024 * 1024
AT_ONCE = 20
LEFT_OUT = "khong-co-bang-chung.txt"


class NotStampedYet(Conflict):
    """The message's signature still waits for its time-stamp."""

    code = "not-stamped-yet"


class NoEvidence(Conflict):
    """The message was kept without its signature, so there is nothing to take out."""

    code = "no-evidence"


def evidence(kept: Kept) -> Evidence:
    """What a container holds of a message (§13.1). Raises NotStampedYet, NoEvidence.

    A message kept in mode `metadata` gives one that does not verify, as the protocol says (§11.2).
    """
    if kept.signature is None:
        raise NoEvidence(_("Thông điệp này được lưu không có chữ ký nên không có bằng chứng để lấy ra."))
    if kept.stamped is None:
        raise NotStampedYet(_("Thông điệp chưa có dấu thời gian. Hãy thử lại sau vài phút."))
    stamp = None
    if kept.stamped.chain is not None and kept.stamped.chain_result is not None:
        stamp = BatchStamp(kept.stamped.token, kept.stamped.chain_result, kept.stamped.chain)
    return Evidence(
        message=kept.head,
        signed=Signed(kept.stamped_signature or b"", kept.chain_result, kept.chain),
        at=kept.at,
        attachments=tuple([_content(one) for one in kept.attachments]),
        stamp=stamp,
    )


def name_of(kept: Kept) -> str:
    """What the container of a message is called (§13.1)."""
    return file_name(kept.message_id, response=kept.response, record=kept.id.int)


def container(id: UUID, folder: Path) -> tuple[IO[bytes], str]:
    """The container of one message, open at its begin, and its file name. Large ones lie in a temporary file.

    `folder` is the spool. Raises NotFound, NotStampedYet, NoEvidence.
    """
    kept = loading.one(id, folder)
    if kept is None:
        raise NotFound(_("Không có thông điệp này trong nhật ký."))
    return packed(kept), name_of(kept)


def packed(kept: Kept) -> IO[bytes]:
    """The container of a message, open at its begin. Raises NotStampedYet, NoEvidence."""
    whole = evidence(kept)
    file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 - handed to who asked
    try:
        write(whole, file)
    except FileNotFoundError as error:
        file.close()
        logger.error("the body of message %s is gone: %s", kept.id, error.filename)
        raise NoEvidence(
            _("Tệp chứa nội dung thông điệp không còn. Hãy tìm trong các bản sao lưu.")
        ) from error
    file.seek(0)
    return file


def saved(kept: Kept, folder: Path) -> str:
    """Write a message's container into a folder; its name, or why there is none."""
    name = name_of(kept)
    try:
        with packed(kept) as file, (folder / name).open("wb") as out:
            for piece in pieces(file):
                out.write(piece)
    except (NotStampedYet, NoEvidence) as error:
        return f"{name}: {error.message}"
    return name


def zipped(ids: Iterable[UUID], folder: Path) -> Iterator[bytes]:
    """The containers of these messages as a ZIP, in pieces; what has none is named in a text at its end.

    Memory holds a few megabytes however large the bodies are.
    """
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as sink:
        writer = Writer(sink)
        left_out = []
        last = None
        for kept in loading.kept(ids, folder, at_once=AT_ONCE):
            last = kept.at
            try:
                file = packed(kept)
            except (NotStampedYet, NoEvidence) as error:
                left_out.append(f"{name_of(kept)}: {error.message}")
                continue
            with file:
                writer.add_stored(name_of(kept), partial(pieces, file), at=kept.at)
            yield from _taken(sink)
        if left_out and last is not None:
            writer.add(LEFT_OUT, "\n".join([*left_out, ""]).encode(), at=last)
        writer.close()
        yield from _taken(sink)


def _taken(sink: IO[bytes]) -> Iterator[bytes]:
    """What was written so far; it is then forgotten."""
    yield from pieces(sink)
    sink.seek(0)
    sink.truncate()


def _content(body: Body) -> Content:
    return body.pieces if isinstance(body, Spooled) else body


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its begin, in pieces of at most a mebibyte."""
    file.seek(0)
    while piece := file.read(1024 * 1024):
        yield piece
