"""Evidence asked for by its owner over HTTP: `/asic` and `/verificationconf` (exchange protocol §13.2).

The gateway finds out who asks and calls from a thread; answers are whole or streamed, never both in memory.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import parse_qsl, quote
from uuid import UUID

from django.db.models import Q

from tinhso.exchange import configuration
from tinhso.exchange.keeping import export, loading
from tinhso.exchange.keeping.authorities import configured
from tinhso.exchange.keeping.stamping import Authority, NotStamped, stamp_now
from tinhso.exchange.models import Message
from tinhso.exchange.protocol.identifiers import ClientId

TEXT: Final = "text/plain; charset=utf-8"
ZIP: Final = "application/zip"
NEEDED: Final = ("queryId", "xRoadInstance", "memberClass", "memberCode")
FLAGS: Final = ("requestOnly", "responseOnly", "unique", "force")
KNOWN: Final = frozenset((*NEEDED, "subsystemCode", *FLAGS))
MOST: Final = 1_000
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
NOT_YET: Final = "Message signature has not been timestamped yet!"


class NotYet(Exception):
    """A signature waits for its stamp, and nobody asked to have it stamped now."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; `file` names what is saved, empty for text."""

    status: int
    content_type: str
    body: bytes | Iterator[bytes]
    file: str = ""

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Content type, and the name under which a browser saves it."""
        found = [("Content-Type", self.content_type)]
        if self.file:
            found.append(("Content-Disposition", f"attachment; filename*=UTF-8''{quote(self.file)}"))
        return found


@dataclass(frozen=True, slots=True)
class _Asked:
    query_id: str
    owner: ClientId
    flags: Mapping[str, bool] = field(default_factory=dict)

    @property
    def direction(self) -> bool | None:
        """Whether responses only; None for both."""
        if self.flags["requestOnly"]:
            return False
        return True if self.flags["responseOnly"] else None

    @property
    def file(self) -> str:
        suffix = {None: "", False: "-request", True: "-response"}[self.direction]
        return f"{self.query_id}{suffix}.zip"


def asked_for(query: str) -> ClientId | None:
    """Whose evidence a query (raw) asks for, whom the gateway then authenticates; None for a bad one."""
    try:
        return _read(query).owner
    except ValueError:
        return None


def asic(query: str, *, authenticated: bool, at: datetime, folder: Path) -> Answer:
    """The answer to `GET /asic?query` by the matrix of §13.2. `folder` is the spool.

    `authenticated`: the client that is asked for has shown who it is as for its messages (§14.2).
    """
    try:
        asked = _read(query)
    except ValueError as error:
        return _told(400, str(error))
    if not authenticated:
        return _told(401, "The client could not be authenticated")
    ids = _matching(asked)
    if not ids:
        return _told(404, "No signed documents found")
    if len(ids) > MOST:
        return _told(400, f"More than {MOST} messages; ask for a narrower query id")
    if asked.flags["unique"] and len(ids) > 1:
        return _told(400, "Several messages match; ask without unique")
    try:
        _stamped(ids, asked, at)
    except NotYet:
        return _told(500, NOT_YET)
    except NotStamped as error:
        return _told(500, f"{NOT_YET} {error}")
    if asked.flags["unique"]:
        kept = loading.one(ids[0], folder)
        if kept is None:
            return _told(404, "No signed documents found")
        return Answer(200, export.ASIC, _sent(export.packed(kept)), export.name_of(kept))
    return Answer(200, ZIP, export.zipped(ids, folder), asked.file)


def verification_conf() -> Answer:
    """The certificates by which containers are verified, as a ZIP."""
    named = configuration.held().document
    parts = {
        "authorities": [one.certificate for one in named.authorities] if named else [],
        "stamping": [one.certificate for one in named.stamping] if named else [],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part, listed in parts.items():
            for number, certificate in enumerate(listed, start=1):
                made.writestr(zipfile.ZipInfo(f"verificationconf/{part}/{number}.cer", EPOCH), certificate)
    return Answer(200, ZIP, out.getvalue(), "verificationconf.zip")


def _read(query: str) -> _Asked:
    words: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=20):
        if name in words:
            raise ValueError(f"Parameter {name} stands twice")
        if name not in KNOWN:
            raise ValueError(f"Parameter {name} is unknown")
        words[name] = value
    for name in NEEDED:
        if not words.get(name):
            raise ValueError(f"Parameter {name} is missing")
    if any("\x00" in value for value in words.values()):
        raise ValueError("A NUL character is not allowed")
    flags = {name: name in words and words[name].lower() != "false" for name in FLAGS}
    if flags["requestOnly"] and flags["responseOnly"]:
        raise ValueError("Give requestOnly or responseOnly, not both")
    if flags["unique"] and not (flags["requestOnly"] or flags["responseOnly"]):
        raise ValueError("unique needs requestOnly or responseOnly")
    owner = ClientId(
        words["xRoadInstance"], words["memberClass"], words["memberCode"], words.get("subsystemCode", "")
    )
    return _Asked(words["queryId"], owner, flags)


def _matching(asked: _Asked) -> list[UUID]:
    """Messages of that very client or service owner, not of other subsystems of its member."""
    owner = str(asked.owner)
    mine = Q(side="client", client=owner)
    if asked.owner.subsystem:
        mine |= Q(side="service", service__gte=f"{owner}/", service__lt=f"{owner}0")
    rows = Message.objects.filter(mine, message_id=asked.query_id, signature__isnull=False)
    if asked.direction is not None:
        rows = rows.filter(response=asked.direction)
    return list(rows.order_by("id").values_list("id", flat=True)[: MOST + 1])


def _stamped(ids: Sequence[UUID], asked: _Asked, at: datetime) -> None:
    """Raise unless all have their stamps; with `force` they are taken now."""
    authorities: tuple[Authority, ...] | None = None
    for key in loading.unstamped(ids):
        if not asked.flags["force"]:
            raise NotYet
        if authorities is None:
            authorities = configured().authorities
        if not stamp_now(*key, authorities, at=at):
            raise NotStamped("mlog.message_log_record_not_found", "the signature is not in the log")


def _sent(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        yield from export.pieces(file)


def _told(status: int, words: str) -> Answer:
    return Answer(status, TEXT, words.strip().encode())
