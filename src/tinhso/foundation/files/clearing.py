"""Clearing away files from outside that nothing holds, with bytes that no other file has.

A file from outside is loose until something is seen to hold it; what lets a file go makes it loose again.
Rooms declare the columns that hold files in their `ports`: `files.hold(DraftPaper, "file_id")`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import models, transaction

from tinhso.foundation import legal, moments
from tinhso.foundation.files import keeping
from tinhso.foundation.files.models import FileContent, KeptFile, Upload
from tinhso.foundation.files.stores import store
from tinhso.foundation.registry import Registry


@dataclass(frozen=True, slots=True)
class Holder:
    """A column whose rows hold files."""

    model: type[models.Model]
    column: str

    def held(self, ids: Collection[UUID]) -> set[UUID]:
        """Those of the files that a row holds."""
        rows = self.model._default_manager.filter(**{f"{self.column}__in": ids})
        return set(rows.values_list(self.column, flat=True))


holders: Registry[Holder] = Registry("holder of files")


def hold(model: type[models.Model], column: str) -> None:
    """Declare that rows of a table hold files by this column."""
    holders.add(f"{model._meta.label}.{column}", Holder(model, column))


def loosen(ids: Iterable[UUID], *, at: datetime) -> None:
    """Say that something let these files go: unless held elsewhere they are cleared away in time."""
    KeptFile.objects.filter(id__in=set(ids)).update(loose_since=at)


def clear(*, at: datetime, limit: int = 200) -> int:
    """Judge files that are loose for longer than `upload_unfinished_hours`: keep what is held, delete the
    rest with bytes that no other file has. The number judged. Call with no transaction open."""
    hours = legal.integer("upload_unfinished_hours", on=moments.today(at))
    old = KeptFile.objects.filter(loose_since__lte=at - timedelta(hours=hours)).order_by("loose_since")
    ids = set(old.values_list("id", flat=True)[:limit])
    held: set[UUID] = set(Upload.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
    for _name, holder in holders:
        held |= holder.held(ids)
    KeptFile.objects.filter(id__in=held).update(loose_since=None)
    for file_id in ids - held:
        _delete(file_id)
    return len(ids)


def _delete(file_id: UUID) -> None:
    """Delete one file. The lock on its content keeps out whoever would keep the same bytes just now."""
    with transaction.atomic():
        bytes_of = KeptFile.objects.filter(id=file_id).values("content")
        content = FileContent.objects.select_for_update().filter(sha256__in=bytes_of).first()
        if content is None:
            return
        KeptFile.objects.filter(id=file_id).delete()
        if KeptFile.objects.filter(content=content).exists():
            return
        for name in (keeping.place(content.sha256), keeping.picture_place(content.sha256)):
            store().delete(name)
        content.delete()
