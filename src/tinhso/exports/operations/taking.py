"""Taking a list out: asked for, written by a job, fetched, forgotten after some days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from tinhso.directory import api as directory
from tinhso.exports.contracts import NoSuchExport, Shape, Source, State
from tinhso.exports.models import Export
from tinhso.exports.operations.keeping import over
from tinhso.exports.sources import sources
from tinhso.foundation import files, transactions
from tinhso.foundation.errors import Invalid, NotAllowed
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.identity import api as identity

LONGEST_QUERY = 4000


def subject(export: Export) -> SubjectRef:
    """The export as identity judges it."""
    return SubjectRef(kind="export", id=export.id, units=(export.unit_id,), handlers=(export.officer,))


def ask(*, source: str, query: str, shape: Shape, columns: Sequence[str], by: ActorRef, at: datetime) -> UUID:
    """Ask for a list as a file; the job is the caller's. Returns the export's id.

    Raises NotAllowed for who may not read the list, or not have its personal columns; Invalid for no column.
    """
    known = sources.get(source)
    acting = identity.acting_as(by, known.act, None, at)
    if acting is None or acting.unit is None or acting.id is None:
        raise NotAllowed(_("Tài khoản này không xem được danh sách này nên không xuất được."))
    chosen = [column for column in known.columns if column.word in columns]
    if not chosen:
        raise Invalid(_("Hãy chọn ít nhất một cột."), faults={"cot": _("Hãy chọn ít nhất một cột.")})
    personal = any(column.personal for column in chosen)
    if personal and not may_personal(known, by=by, at=at):
        raise NotAllowed(_("Tài khoản này không được xuất cột có dữ liệu cá nhân. Hãy bỏ các cột ấy."))
    unit = directory.units([acting.unit])[acting.unit]
    export = Export(
        id=new_id(),
        source=source,
        shape=shape.value,
        query=query[:LONGEST_QUERY],
        about=known.describe(query, by, at),
        columns=[column.word for column in chosen],
        personal=personal,
        officer=acting.id,
        officer_name=by.name,
        unit_id=unit.id,
        agency_id=unit.agency_id,
        asked_at=at,
    )
    with transactions.act("exports.ask", by=by, at=at, on=subject(export)) as work:
        export.save(force_insert=True)
        work.record(
            source=source,
            query=identity.masked_query(export.query),
            columns=export.columns,
            shape=export.shape,
        )
    return export.id


def may_personal(source: Source, *, by: ActorRef, at: datetime) -> bool:
    """Whether the officer may have the personal columns of a list."""
    return identity.somewhere(by, source.personal_act, at)


def own(export_id: UUID, *, by: ActorRef) -> Export:
    """An officer's own export. Raises NoSuchExport."""
    found = Export.objects.filter(id=export_id, officer=by.id).first() if by.id else None
    if found is None:
        raise NoSuchExport(_("Không tìm thấy lần xuất này trong các lần xuất của anh/chị."))
    return found


def cancel(export_id: UUID, *, by: ActorRef, at: datetime) -> None:
    """Call off an export that is not ready yet; its job stops at the next batch. Raises NoSuchExport."""
    export = own(export_id, by=by)
    with transactions.act("exports.cancel", by=by, at=at, on=subject(export)):
        over(export.id, State.CANCELLED, at=at)


def fetched(export_id: UUID, *, by: ActorRef, at: datetime, whole: bool) -> files.StoredFile:
    """The file of an export that its officer fetches; each fetch leaves a trace, its later pieces none.

    Raises NoSuchExport, also for one whose file is gone.
    """
    export = own(export_id, by=by)
    if export.file_id is None or export.expires_at is None or export.expires_at <= at:
        raise NoSuchExport(_("Tệp này đã hết hạn tải hoặc chưa xong. Hãy xuất lại danh sách."))
    if whole:
        with transactions.act("exports.download", by=by, at=at, on=subject(export)) as work:
            Export.objects.filter(id=export.id).update(downloads=F("downloads") + 1)
            work.record(source=export.source, rows=export.done, personal=export.personal)
    return files.describe([export.file_id])[export.file_id]
