"""Drafts: writing a new version of a procedure, changing it, throwing it away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.foundation.text import sort_key
from tinhso.procedures import lifecycle
from tinhso.procedures.completeness import contradictions
from tinhso.procedures.content import encode
from tinhso.procedures.contracts import BadContent, Content, Source, UnknownProcedure, WrongState
from tinhso.procedures.known import KNOWN
from tinhso.procedures.models import Procedure, ProcedureVersion
from tinhso.procedures.operations import sectors


def subject(procedure_id: UUID) -> SubjectRef:
    """The procedure as acts name it."""
    return SubjectRef(kind="procedure", id=procedure_id)


def locked(version_id: UUID) -> ProcedureVersion:
    """The version, its procedure's row held until commit. Raises UnknownProcedure."""
    found = ProcedureVersion.objects.filter(id=version_id).first()
    if found is None:
        raise UnknownProcedure(_("Không có phiên bản thủ tục này."))
    Procedure.objects.select_for_update().get(id=found.procedure_id)
    found.refresh_from_db()
    return found


def require_sound(content: Content) -> None:
    """Return when the parts agree. Raises BadContent."""
    faults = contradictions(content)
    if not content.name.strip():
        faults["name"] = _("Hãy ghi tên thủ tục.")
    if not content.sector.strip():
        faults["sector"] = _("Hãy chọn lĩnh vực.")
    if faults:
        raise BadContent(_("Nội dung thủ tục chưa dùng được."), faults=faults)


def draft(*, code: str, content: Content, by: ActorRef, at: datetime) -> UUID:
    """Write a new version of the procedure `code`, made when new. Returns the version's id.

    Raises BadContent; WrongState when another draft of the procedure is open.
    """
    require_sound(content)
    procedure = Procedure.objects.filter(code=code).first() or Procedure(
        id=new_id(), code=code, created_at=at
    )
    with transactions.act("procedures.draft", by=by, at=at, on=subject(procedure.id)) as work:
        if procedure._state.adding:
            procedure.save(force_insert=True)
        Procedure.objects.select_for_update().get(id=procedure.id)
        versions = ProcedureVersion.objects.filter(procedure=procedure)
        if versions.filter(state="draft").exists():
            raise WrongState(_("Thủ tục này đang có một bản nháp. Hãy sửa bản nháp đó."))
        version = ProcedureVersion.objects.create(
            procedure=procedure,
            number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
            state="draft",
            source=Source.WRITTEN,
            sector=sectors.ensure([content.sector])[content.sector],
            content=encode(content),
            sort_key=sort_key(content.name),
            drafted_by=by.name,
            drafted_at=at,
            authors=[by.id] if by.id else [],
        )
        work.record(code=code, version=str(version.id), number=version.number)
    return version.id


def revise(*, version_id: UUID, content: Content, by: ActorRef, at: datetime) -> None:
    """Change a draft. Raises BadContent, WrongState, UnknownProcedure."""
    require_sound(content)
    with transactions.act("procedures.revise", by=by, at=at) as work:
        version = locked(version_id)
        work.on = subject(version.procedure_id)
        lifecycle.require("revise", version.state)
        version.content, version.sort_key = encode(content), sort_key(content.name)
        version.sector = sectors.ensure([content.sector])[content.sector]
        if by.id and by.id not in version.authors:
            version.authors.append(by.id)
        version.save(update_fields=["content", "sort_key", "sector", "authors"])
        KNOWN.changed()
        work.record(version=str(version.id))


def discard(*, version_id: UUID, by: ActorRef, at: datetime) -> None:
    """Throw a draft away. Raises WrongState, UnknownProcedure."""
    with transactions.act("procedures.discard", by=by, at=at) as work:
        version = locked(version_id)
        work.on = subject(version.procedure_id)
        lifecycle.require("discard", version.state)
        version.delete()
        work.record(version=str(version_id), number=version.number)
