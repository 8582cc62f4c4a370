"""Files from scanners' folders: waited for until they stand still, taken aside, read, and put into the tray.

A file leaves the disk only after what was made of it is committed; one that cannot be read stays, with what
is wrong said, and is tried again when it changes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.digitising import folders
from tinhso.digitising.contracts import ArrivalState, NoSuchScan, Way
from tinhso.digitising.models import Arrival
from tinhso.digitising.operations import scans, sorting
from tinhso.foundation import files, legal, transactions
from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import new_id
from tinhso.foundation.moments import today
from tinhso.foundation.refs import ActorKind, ActorRef

logger = logging.getLogger(__name__)
WAITING, FAULTY, TAKEN, ASIDE = ArrivalState


def look(*, at: datetime) -> int:
    """Look once through every office's folder; how many files were taken. Call it with no transaction open.

    Safe to be killed anywhere and run again, also beside another that looks.
    """
    for office, unit in folders.offices(at=at).items():
        with _alone(office):
            _see(office, unit, at=at)
    settle = timedelta(seconds=legal.integer("scan_settle_seconds", on=today(at)))
    still = Arrival.objects.filter(state=WAITING, claimed=False, seen_at__lte=at - settle)
    for arrival in still.order_by("seen_at"):
        with _alone(arrival.path):
            _claim(arrival)
    taken = 0
    for arrival in Arrival.objects.filter(claimed=True).order_by("id"):
        with _alone(arrival.path):
            taken += _settled(arrival, at=at)
    return taken


@contextmanager
def _alone(path: str) -> Iterator[None]:
    """What the disk refuses of one file or folder stops no other: logged, and tried again next time."""
    try:
        yield
    except OSError:
        logger.exception("the disk refuses a scanner's file: %s", path)


def set_aside(*, arrival_id: UUID, by: ActorRef, at: datetime) -> None:
    """Say that nobody needs a faulty file; it is moved out of the folder. Raises NoSuchScan, NotAllowed."""
    row = Arrival.objects.filter(id=arrival_id, state=FAULTY).first()
    if row is None:
        raise NoSuchScan(_("Tệp này không còn trong thư mục máy quét."))
    with transactions.act(
        "digitising.set_aside", by=by, at=at, on=scans.subject(row.id, row.unit_id)
    ) as work:
        Arrival.objects.filter(id=row.id, state=FAULTY).update(state=ASIDE)
        work.record(path=row.path, size=row.size, fault=row.fault)


def _see(office: str, unit: UUID, *, at: datetime) -> None:
    """Note what lies there and since when it is as it is; forget what went away before it was taken."""
    lying = {found.path: found for found in folders.lying(office)}
    known = {
        row.path: row
        for row in Arrival.objects.filter(unit_id=unit, claimed=False, path__startswith=f"{office}/")
    }
    Arrival.objects.filter(id__in=[row.id for path, row in known.items() if path not in lying]).delete()
    for path, found in lying.items():
        row = known.get(path)
        if row is None:
            Arrival.objects.get_or_create(
                path=path,
                claimed=False,
                defaults={
                    "unit_id": unit,
                    "size": found.size,
                    "modified_ns": found.modified_ns,
                    "seen_at": at,
                },
            )
        elif (row.size, row.modified_ns) != (found.size, found.modified_ns):
            Arrival.objects.filter(id=row.id).update(
                size=found.size, modified_ns=found.modified_ns, seen_at=at
            )


def _claim(arrival: Arrival) -> None:
    """Take the file aside. The row says so first, so that a file taken aside is never without its row."""
    if not Arrival.objects.filter(id=arrival.id, claimed=False).update(claimed=True):
        return
    try:
        taken = folders.claim(arrival.path, arrival.id)
    except OSError:
        Arrival.objects.filter(id=arrival.id).update(claimed=False)
        raise
    if not taken:
        Arrival.objects.filter(id=arrival.id).delete()


def _settled(arrival: Arrival, *, at: datetime) -> int:
    """Bring a file taken aside to its end, as far as it can be; 1 when it became scans now."""
    path = folders.claimed(arrival.id)
    if arrival.state == TAKEN:
        _let_go(arrival, path)
        return 0
    if arrival.state == ASIDE:
        folders.set_aside(arrival.id, Path(arrival.path).name)
        arrival.delete()
        return 0
    if not path.exists():
        folders.claim(arrival.path, arrival.id)
    try:
        before = path.stat()
    except FileNotFoundError:
        arrival.delete()
        return 0
    if arrival.state == FAULTY and (before.st_size, before.st_mtime_ns) == (
        arrival.size,
        arrival.modified_ns,
    ):
        return 0
    try:
        stored, parts = _read(arrival, path, at=at)
    except (files.ScannerUnreachable, files.StorageUnreachable) as down:
        logger.warning("a scanner's file waits for the next look: %s", down.code)
        return 0
    except PermissionError:
        refused = _("Không đọc được tệp này: máy quét không cho phép. Hãy báo quản trị hệ thống.")
        _mark(arrival, before.st_size, before.st_mtime_ns, refused, at=at)
        return 0
    except Unable as fault:
        _mark(arrival, before.st_size, before.st_mtime_ns, fault.message, at=at)
        return 0
    try:
        after = path.stat()
    except FileNotFoundError:
        return 0
    if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
        Arrival.objects.filter(id=arrival.id).update(
            size=after.st_size, modified_ns=after.st_mtime_ns, seen_at=at, state=WAITING, fault=""
        )
        return 0
    if not _take(arrival, stored, parts, size=after.st_size, modified=after.st_mtime_ns, at=at):
        return 0
    arrival.refresh_from_db()
    _let_go(arrival, path)
    return 1


def _read(arrival: Arrival, path: Path, *, at: datetime) -> tuple[files.StoredFile, tuple[scans.Part, ...]]:
    """Keep the file and find whose its pages are. Raises Unable with what is wrong with it."""
    by = scanner(arrival)
    with path.open("rb") as source:
        stored = files.receive(source, name=Path(arrival.path).name, kinds_of=files.SCAN_KINDS, by=by, at=at)
    files.page_count(stored.id, at=at)
    parts = sorting.parts(files.page_codes(stored.id, at=at), unit=arrival.unit_id)
    if not parts:
        raise files.FileRefused(_("Tệp chỉ có tờ ngăn, không có trang giấy tờ nào. Hãy quét lại."))
    return stored, parts


def _take(
    arrival: Arrival,
    stored: files.StoredFile,
    parts: tuple[scans.Part, ...],
    *,
    size: int,
    modified: int,
    at: datetime,
) -> bool:
    """Make scans of the file, once; then put those to their papers whose label says which."""
    by = scanner(arrival)
    with transactions.act(
        "digitising.receive", by=by, at=at, on=scans.subject(arrival.id, arrival.unit_id)
    ) as work:
        locked = Arrival.objects.select_for_update().filter(id=arrival.id).exclude(state=TAKEN).first()
        if locked is None:
            work.leave_no_entry()
            return False
        made = scans.receive(
            unit=arrival.unit_id,
            file_ids=[stored.id],
            parts=parts,
            way=Way.FOLDER,
            place=by.name,
            arrival=arrival.id,
            by=by,
            at=at,
        )
        locked.state, locked.fault, locked.sha256 = TAKEN.value, "", stored.sha256
        locked.size, locked.modified_ns = size, modified
        locked.save()
    for scan_id, part in zip(made, parts, strict=True):
        if part.dossier is not None and part.paper:
            with suppress(Unable):
                scans.attach(scan_id=scan_id, dossier_id=part.dossier, paper=part.paper, by=by, at=at)
    return True


def _mark(arrival: Arrival, size: int, modified: int, fault: str, *, at: datetime) -> None:
    Arrival.objects.filter(id=arrival.id).exclude(state=TAKEN).update(
        state=FAULTY, fault=fault, size=size, modified_ns=modified, seen_at=at
    )


def _let_go(arrival: Arrival, path: Path) -> None:
    """Delete the file of a row that is taken, unless the scanner wrote on meanwhile: then it is new again."""
    try:
        now = path.stat()
    except FileNotFoundError:
        arrival.delete()
        return
    if (now.st_size, now.st_mtime_ns) != (arrival.size, arrival.modified_ns):
        logger.warning("a scanner wrote on to %s after it was taken", arrival.path)
        again = Arrival.objects.create(
            id=new_id(),
            unit_id=arrival.unit_id,
            path=arrival.path,
            size=now.st_size,
            modified_ns=now.st_mtime_ns,
            seen_at=arrival.seen_at,
            claimed=True,
        )
        path.rename(folders.claimed(again.id))
    else:
        path.unlink()
    arrival.delete()


def scanner(arrival: Arrival) -> ActorRef:
    """Who lays a file into the tray: the scanner of its folder."""
    place = str(Path(arrival.path).parent)
    return ActorRef(kind=ActorKind.SYSTEM, id=None, name=_("Máy quét %(place)s") % {"place": place})
