"""Archives of the log: stamped messages in order, in files of 32 MiB, each bound to the one before (§13.3).

A finished file is durable before the table says so, and the table says how far the log stands in files. Work
that died between the two left a file that no row names: the next run makes it again of as many messages and
takes it when it is the same to the byte. Any other file without a row is set aside, loudly: the log has its
messages still, and they are archived anew.
"""

from __future__ import annotations

import filecmp
import logging
import mmap
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, cast
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from tinhso.exchange.evidence.archives import Archived, Archiver, Link, Linking, open_archive
from tinhso.exchange.evidence.errors import BadEvidence
from tinhso.exchange.evidence.zips import Content
from tinhso.exchange.keeping import export, loading
from tinhso.exchange.keeping.loading import Kept
from tinhso.exchange.keeping.records import least_id
from tinhso.exchange.keeping.search import owned_by
from tinhso.exchange.models import ArchiveFile, ArchiveGroup, Message
from tinhso.foundation import legal
from tinhso.foundation.ids import new_id

logger = logging.getLogger(__name__)
GROUPING = "exchange_archive_grouping"
LOCK = "exchange archiving"
MAKING, ASIDE = "making", "aside"
AT_ONCE = 100
SETTLED = timedelta(minutes=5)
"""By then every row with an earlier identifier is there or never will be: it waits for a minute at most and
is tried twice for half a minute. Identifiers go by the database's clock."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose messages make one chain of archives; an empty name for all."""

    name: str

    def rows(self, rows: QuerySet[Message]) -> QuerySet[Message]:
        """The rows that are theirs: as client on the client side, as owner on the service side (§11.1)."""
        return rows.filter(owned_by(self.name)) if self.name else rows


def owners(rows: QuerySet[Message], grouping: str) -> list[Owner]:
    """The groups that have messages among the rows: `none`, one for each `member`, or each `subsystem`."""
    if grouping == "none":
        return [Owner("")]
    parts = 3 if grouping == "member" else 4
    clients = rows.filter(side="client").values_list("client", flat=True).distinct()
    services = rows.filter(side="service").values_list("service", flat=True).distinct()
    names = {"/".join(each.split("/")[:parts]) for found in (clients, services) for each in found}
    return [Owner(name) for name in sorted(names)]


def grouping(at: datetime) -> str:
    """How archives are grouped on that day."""
    return legal.text(GROUPING, on=at)


def reached(owner: Owner) -> UUID | None:
    """The last message of a group that stands in a finished file."""
    return ArchiveGroup.objects.filter(name=owner.name).values_list("upto", flat=True).first()


def archive(*, at: datetime, folder: Path, bodies: Path) -> list[str]:
    """Write all stamped messages that stand in no archive yet; the names of the files made.

    `folder` gets the files, `bodies` is the spool. One archiver works at a time; another returns at once.
    Names of files that an earlier run finished and did not write down are among them.
    """
    made: list[str] = []
    with _alone() as alone:
        if not alone:
            return made
        (folder / MAKING).mkdir(parents=True, exist_ok=True)
        for half in (folder / MAKING).iterdir():
            half.unlink()
        works = [_Work(owner, folder, bodies, at) for owner in owners(Message.objects.all(), grouping(at))]
        for work in works:
            while name := work.adopted(_unnamed(folder)):
                made.append(name)
        _set_aside(folder, at)
        for work in works:
            while name := work.file():
                made.append(name)
    return made


def _unnamed(folder: Path) -> list[Path]:
    """Archive files that no row names, by name."""
    found = {path.name: path for path in folder.glob("*.zip")}
    named = set(ArchiveFile.objects.filter(name__in=found).values_list("name", flat=True))
    return [found[name] for name in sorted(found.keys() - named)]


def _set_aside(folder: Path, at: datetime) -> None:
    aside = folder / ASIDE / f"{at.astimezone(UTC):%Y%m%dT%H%M%S}"
    for path in _unnamed(folder):
        aside.mkdir(parents=True, exist_ok=True)
        path.replace(aside / path.name)
        said = "the archive file %s is in no chain: no row names it and the log gives another; it lies in %s"
        logger.error(said, path.name, aside)


@contextmanager
def _alone() -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [LOCK])
        (got,) = cursor.fetchone()
        try:
            yield got
        finally:
            if got:
                cursor.execute("SELECT pg_advisory_unlock(hashtext(%s))", [LOCK])


class _Work:
    """The archives of one group, file by file."""

    def __init__(self, owner: Owner, folder: Path, bodies: Path, at: datetime) -> None:
        self._owner = owner
        self._folder = folder
        self._bodies = bodies
        self._at = at

    def adopted(self, unnamed: Sequence[Path]) -> str:
        """Write down the next file when it lies there finished; its name, empty when none is the next."""
        _upto, link = self._stands()
        for path in unnamed:
            said = _links(path)
            if said and said.previous == link and self.file(like=path, most=len(said.digests)):
                logger.warning("%s was finished by a run that died; it is written down now", path.name)
                return path.name
        return ""

    def file(self, *, like: Path | None = None, most: int | None = None) -> str:
        """Make the next file, of `most` messages; its name, empty when nothing is left that is stamped.

        With `like` it is made to be compared: another one than that is thrown away, and the name is empty.
        """
        upto, link = self._stands()
        with NamedTemporaryFile(dir=self._folder / MAKING, delete=False) as file:
            path = Path(file.name)
            try:
                first, last, done = self._filled(file, link, upto, most)
                if done is None:
                    return ""
                file.flush()
                if like is not None and not (
                    done.name == like.name and filecmp.cmp(path, like, shallow=False)
                ):
                    return ""
                os.fsync(file.fileno())
                path.replace(self._folder / done.name)
                _sync(self._folder)
            finally:
                path.unlink(missing_ok=True)
        self._finished(done, link, first, last)
        logger.info("%s: %d messages archived", done.name, done.count)
        return done.name

    def _stands(self) -> tuple[UUID | None, Link]:
        group = ArchiveGroup.objects.filter(name=self._owner.name).first()
        return (group.upto, Link(group.digest, group.file)) if group else (None, Link())

    def _filled(
        self, file: IO[bytes], link: Link, upto: UUID | None, most: int | None
    ) -> tuple[UUID, UUID, Archived | None]:
        archiver = Archiver(file, link, group=self._owner.name)
        first = last = UUID(int=0)
        for kept in loading.kept(self._ids(upto), self._bodies, at_once=AT_ONCE):
            if kept.signature is not None and kept.stamped is None:
                break
            last = kept.id
            if kept.signature is None:
                logger.warning("message %s has no signature and stands in no archive", kept.id)
                continue
            first = first if first.int else kept.id
            with _open(kept) as container:
                archiver.add(export.name_of(kept), container, at=kept.at)
            if archiver.is_full or archiver.count == most:
                break
        return first, last, archiver.close() if first.int else None

    def _ids(self, upto: UUID | None) -> Iterator[UUID]:
        horizon = least_id(min(self._at, database_clock()) - SETTLED)
        while True:
            rows = self._owner.rows(Message.objects.filter(id__lt=horizon))
            if upto is not None:
                rows = rows.filter(id__gt=upto)
            ids = list(rows.order_by("id").values_list("id", flat=True)[:AT_ONCE])
            yield from ids
            if len(ids) < AT_ONCE:
                return
            upto = ids[-1]

    def _finished(self, done: Archived, before: Link, first: UUID, last: UUID) -> None:
        with transaction.atomic():
            group, _made = ArchiveGroup.objects.update_or_create(
                name=self._owner.name, defaults={"digest": done.link.digest, "file": done.name, "upto": last}
            )
            ArchiveFile.objects.create(
                id=new_id(),
                group=group,
                name=done.name,
                previous=before.file,
                digest=done.link.digest,
                first_id=first,
                last_id=last,
                count=done.count,
                size=done.size,
                made_at=self._at,
            )


def _links(path: Path) -> Linking | None:
    """How an archive file says it is linked; None when it is none. The file is mapped and not read whole."""
    if not path.stat().st_size:
        return None
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as held,
        memoryview(held) as view,
    ):
        return _linking(view)


def _linking(view: memoryview) -> Linking | None:
    try:
        return open_archive(view).linking
    except BadEvidence:
        return None


@contextmanager
def _open(kept: Kept) -> Iterator[Content]:
    """A container as the archive takes it: its bytes, or what reads a large one from its file."""
    with export.packed(kept) as file:
        if file.seek(0, os.SEEK_END) <= export.IN_MEMORY_BYTES:
            file.seek(0)
            yield file.read()
        else:
            yield partial(export.pieces, file)


def database_clock() -> datetime:
    """The moment by the clock that identifiers go by."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (at,) = cursor.fetchone()
    return cast("datetime", at)


def _sync(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
