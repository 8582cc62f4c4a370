"""Writing the files of exports in the background, and forgetting them when their time is over."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.exports.contracts import Shape, Source, State
from tinhso.exports.models import Export
from tinhso.exports.sources import sources
from tinhso.exports.writing import writer
from tinhso.foundation import files, legal
from tinhso.foundation.errors import Unable
from tinhso.foundation.moments import local, today
from tinhso.foundation.refs import ActorKind, ActorRef
from tinhso.identity import api as identity

Clock = Callable[[], datetime]
"""Tells the moment: a list is long in the writing."""


def write(export_id: UUID, *, clock: Clock) -> None:
    """Write the file of an export that waits, or whose job died; a repeat begins anew and does no harm."""
    export = Export.objects.filter(id=export_id, state__in=[State.WAITING, State.RUNNING]).first()
    if export is None:
        return
    by = ActorRef(kind=ActorKind.OFFICER, id=export.officer, name=export.officer_name, unit=export.unit_id)
    Export.objects.filter(id=export_id).update(state=State.RUNNING, done=0, seen_at=clock())
    try:
        with tempfile.TemporaryDirectory(dir=_folder()) as folder:
            written = _written(export, Path(folder), by=by, clock=clock)
    except Unable as fault:
        over(export.id, State.FAILED, at=clock(), fault=fault.message)
        return
    if written is not None:
        number, kept = written
        _ready(export, kept, number=number, by=by, at=clock())


def _folder() -> Path:
    folder = Path(settings.HOME) / "exports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _written(
    export: Export, folder: Path, *, by: ActorRef, clock: Clock
) -> tuple[int, files.StoredFile] | None:
    """The number of rows and the kept file; None when the officer called it off meanwhile."""
    source = sources.get(export.source)
    labels = {column.word: str(column.label) for column in source.columns}
    prepared = source.prepare(export.query, export.columns, by, clock())
    Export.objects.filter(id=export.id).update(total=prepared.total)
    number = 0
    with (folder / "list").open("w+b") as file:
        out = writer(Shape(export.shape), file, [labels[word] for word in export.columns], folder=folder)
        for batch in prepared.batches:
            out.rows(batch)
            number += len(batch)
            running = Export.objects.filter(id=export.id, state=State.RUNNING)
            if not running.update(done=number, seen_at=clock()):
                return None
        out.close()
        file.flush()
        return number, files.keep(file, name=_name(export, source), by=by, at=clock())


def _name(export: Export, source: Source) -> str:
    return f"{source.label} {local(export.asked_at):%d-%m-%Y %H%M}.{export.shape}"


def _ready(export: Export, kept: files.StoredFile, *, number: int, by: ActorRef, at: datetime) -> None:
    days = legal.integer("export_keep_days", on=today(at))
    with transaction.atomic():
        changed = Export.objects.filter(id=export.id, state=State.RUNNING).update(
            state=State.READY,
            done=number,
            total=number,
            file_id=kept.id,
            size=kept.size,
            finished_at=at,
            expires_at=at + timedelta(days=days),
            query=identity.masked_query(export.query),
        )
        if not changed:
            files.loosen([kept.id], at=at)
            return
        identity.look_at_list(
            by,
            query=export.query,
            count=number,
            purpose=_("Xuất danh sách: %(about)s") % {"about": export.about},
            at=at,
        )


def over(export_id: UUID, state: State, *, at: datetime, fault: str = "") -> None:
    """End an export that is not ready, without a file."""
    Export.objects.filter(id=export_id, state__in=[State.WAITING, State.RUNNING]).update(
        state=state, finished_at=at, fault=fault
    )


def expire(*, at: datetime) -> int:
    """Let go of files whose time is over; how many."""
    with transaction.atomic():
        old = Export.objects.select_for_update(skip_locked=True).filter(state=State.READY, expires_at__lte=at)
        rows = list(old.values_list("id", "file_id")[:500])
        Export.objects.filter(id__in=[id_ for id_, _file in rows]).update(state=State.EXPIRED, file_id=None)
        files.loosen([file for _id, file in rows if file], at=at)
    return len(rows)
