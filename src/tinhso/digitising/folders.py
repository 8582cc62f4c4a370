"""The folders that scanners write into, below `TINHSO_SCANS`: one for each one-stop unit.

It is named by the code of the unit's agency. Files lie in it, or in a folder of it for one window.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tinhso.directory import api as directory
from tinhso.foundation.moments import today

logger = logging.getLogger(__name__)
CLAIMED = ".nhan"
ASIDE = ".loi"


@dataclass(frozen=True, slots=True)
class Found:
    """A file lying in a folder: its path below the root, its size in bytes, when it was last changed."""

    path: str
    size: int
    modified_ns: int


def root() -> Path:
    """The folder of all scanners."""
    return Path(settings.SCANS)


def offices(*, at: datetime) -> dict[str, UUID]:
    """The unit of each office's folder: the one-stop unit of the agency whose code the folder has."""
    day = today(at)
    units = directory.units_of_kind(directory.UnitKind.ONE_STOP, on=day)
    codes = {agency.id: agency.code for agency in directory.agencies(day)}
    return {codes[unit.agency_id]: unit.id for unit in units if unit.agency_id in codes}


def lying(office: str) -> Iterator[Found]:
    """Files in an office's folder and in those of its windows; hidden ones and links are left alone.

    So are files whose name is no text: they cannot be written down.
    """
    folder = root() / office
    for place in (folder, *sorted(_folders(folder))):
        for each in sorted(place.iterdir() if place.is_dir() else ()):
            if each.name.startswith(".") or each.is_symlink():
                continue
            if not _is_text(place.name + each.name):
                logger.warning("a file in the scanners' folder of %s has a name that is no text", office)
                continue
            try:
                known = each.stat()
            except FileNotFoundError:
                continue
            if each.is_file():
                yield Found(str(each.relative_to(root())), known.st_size, known.st_mtime_ns)


def claimed(arrival: UUID) -> Path:
    """Where a file lies once it was taken aside to be read."""
    return root() / CLAIMED / str(arrival)


def claim(path: str, arrival: UUID) -> bool:
    """Take a file aside under its row's id; False when it is gone, or a link stands in its place by now."""
    target = claimed(arrival)
    target.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        (root() / path).rename(target)
    if target.is_symlink():
        target.unlink()
    return target.exists()


def set_aside(arrival: UUID, name: str) -> None:
    """Move a faulty file out of the way, for whoever wants to look at it."""
    target = root() / ASIDE / f"{arrival}-{_short(name)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    if claimed(arrival).exists():
        claimed(arrival).rename(target)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _short(name: str) -> str:
    """The end of a name, so that the id fits before it (255 bytes)."""
    return name.encode()[-200:].decode(errors="ignore")


def _folders(folder: Path) -> Iterator[Path]:
    for each in folder.iterdir() if folder.is_dir() else ():
        if each.is_dir() and not each.is_symlink() and not each.name.startswith("."):
            yield each
