"""What digitising speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tinhso.foundation.errors import Conflict, NotFound


class Way(StrEnum):
    """How a scan came: sent on a page by an officer, or laid into the office's folder by the scanner."""

    UPLOAD = "upload"
    FOLDER = "folder"


class ScanState(StrEnum):
    """Where a scan stands. `attached` and `dropped` are final."""

    TRAY = "tray"
    ATTACHED = "attached"
    DROPPED = "dropped"


class TextState(StrEnum):
    """How far the reading of letters came. `none`: no engine on this machine."""

    WAITING = "waiting"
    READ = "read"
    FAILED = "failed"
    NONE = "none"

    @property
    def label(self) -> str:
        """What officers read."""
        return _(_TEXTS[self])


_TEXTS = {
    TextState.WAITING: gettext_noop("Đang nhận dạng chữ."),
    TextState.READ: gettext_noop("Đã nhận dạng chữ."),
    TextState.FAILED: gettext_noop("Không nhận dạng được chữ trong bản quét này."),
    TextState.NONE: gettext_noop("Máy chủ chưa cài bộ nhận dạng chữ nên không tìm được trong nội dung."),
}


class ArrivalState(StrEnum):
    """What became of a file in a scanner's folder. `taken` and `aside` wait only for the file to leave."""

    WAITING = "waiting"
    FAULTY = "faulty"
    TAKEN = "taken"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a scan: of which of its files (from 0), its place there, degrees turned right."""

    source: int
    page: int
    turn: int = 0


@dataclass(frozen=True, slots=True)
class ScanView:
    """Scanned pages of one paper. `dossier` and `paper` (its code) are known once somebody, or a label, said.

    `sources` are the files as they came, by their ids; `texts` what was read on each page of them.
    """

    id: UUID
    unit: UUID
    way: Way
    place: str
    name: str
    state: ScanState
    received_at: datetime
    received_by: str
    dossier: UUID | None
    paper: str
    pages: tuple[Page, ...]
    sources: tuple[UUID, ...]
    file_id: UUID | None
    text_state: TextState
    texts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """A file of a scanner's folder that is no scan yet: still coming, or with what is wrong with it."""

    id: UUID
    place: str
    name: str
    size: int
    state: ArrivalState
    fault: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Hints:
    """What the letters of a scan suggest; empty where nothing was found. `day` as dd/mm/yyyy."""

    number: str = ""
    day: str = ""
    issuer: str = ""


class NoSuchScan(NotFound):
    """No such scan, or not of this office."""

    code = "no-such-scan"


class ScanGone(Conflict):
    """Somebody attached or dropped the scan already."""

    code = "scan-gone"
