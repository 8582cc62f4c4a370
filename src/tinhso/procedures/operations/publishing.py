"""Publishing a draft from a day on, and withdrawing what is published."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import lifecycle
from tinhso.procedures.completeness import gaps
from tinhso.procedures.content import decode
from tinhso.procedures.contracts import (
    BadContent,
    Content,
    OwnWords,
    Source,
    VersionPublished,
    VersionWithdrawn,
    WrongState,
)
from tinhso.procedures.known import KNOWN
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.operations import index
from tinhso.procedures.operations.drafts import draft, locked, require_sound, subject
from tinhso.workflow import api as workflow


def publish(*, version_id: UUID, effective_from: date, by: ActorRef, at: datetime) -> None:
    """Publish a draft, in force from `effective_from`; the version before it ends that day.

    Raises BadContent while a part asked by NĐ 63/2010 art. 8(2) is empty; OwnWords when `by` wrote any of it;
    WrongState when the draft is published already or a later version stands; UnknownProcedure.
    """
    with transactions.act("procedures.publish", by=by, at=at) as work:
        version = locked(version_id)
        work.on = subject(version.procedure_id)
        lifecycle.require("publish", version.state)
        if by.id and by.id in version.authors:
            raise OwnWords(_("Người soạn không tự công bố được. Hãy nhờ người khác xem và công bố."))
        content = decode(version.content)
        require_sound(content)
        if version.source == Source.WRITTEN and (missing := gaps(content)):
            raise BadContent(_("Chưa thể công bố vì còn phần để trống."), faults=missing)
        if strangers := strange_phases(content):
            raise BadContent(
                _("Quy trình và các giai đoạn của thủ tục không khớp nhau."),
                faults={"phases": ", ".join(strangers)},
            )
        _end_the_one_before(version, effective_from)
        version.state = "published"
        version.effective_from = effective_from
        version.published_by, version.published_by_id, version.published_at = by.name, by.id, at
        version.save(
            update_fields=["state", "effective_from", "published_by", "published_by_id", "published_at"]
        )
        KNOWN.changed()
        index.put(version, content)
        work.record(version=str(version.id), number=version.number, effective_from=str(effective_from))
        code = version.procedure.code
        work.emit(VersionPublished(version.procedure_id, version.id, code, effective_from))


def release(
    *,
    code: str,
    content: Content,
    authors: Iterable[UUID],
    effective_from: date,
    by: ActorRef,
    at: datetime,
) -> UUID:
    """Write a version that `authors` (account ids) made elsewhere, and publish it. Returns its id.

    Raises as `drafts.draft` and `publish`.
    """
    with transactions.act("procedures.publish", by=by, at=at) as work:
        version_id = draft(code=code, content=content, by=by, at=at)
        version = locked(version_id)
        version.authors = sorted(set(authors))
        version.save(update_fields=["authors"])
        publish(version_id=version_id, effective_from=effective_from, by=by, at=at)
        work.on = subject(version.procedure_id)
        work.leave_no_entry()
    return version_id


def strange_phases(content: Content) -> list[str]:
    """Phases that only one of process and description knows, in the order of their names."""
    if content.process_version_id is None:
        return []
    drawn = {step.phase for step in workflow.process(content.process_version_id).steps if step.phase}
    return sorted(drawn ^ {phase.key for phase in content.phases})


def _end_the_one_before(version: ProcedureVersion, day: date) -> None:
    others = ProcedureVersion.objects.filter(procedure_id=version.procedure_id).exclude(state="draft")
    if others.filter(effective_from__gte=day, effective_to=None).exists():
        raise WrongState(_("Đã có phiên bản hiệu lực từ ngày này hoặc muộn hơn. Hãy chọn ngày sau đó."))
    others.filter(effective_to=None, state="published").update(effective_to=day)
    if others.filter(effective_to__gt=day).exists():
        raise WrongState(_("Ngày hiệu lực trùng với phiên bản trước. Hãy chọn ngày sau đó."))


def withdraw(*, version_id: UUID, effective_to: date, reason: str, by: ActorRef, at: datetime) -> None:
    """End a published version: `effective_to` is the first day it is no longer in force.

    Raises WrongState, UnknownProcedure; BadContent when that day lies before its first.
    """
    with transactions.act("procedures.withdraw", by=by, at=at, purpose=reason) as work:
        version = locked(version_id)
        work.on = subject(version.procedure_id)
        lifecycle.require("withdraw", version.state)
        if version.effective_from is None or effective_to < version.effective_from:
            raise BadContent(_("Ngày hết hiệu lực phải từ ngày bắt đầu hiệu lực trở đi."))
        if version.effective_to is not None and effective_to > version.effective_to:
            raise BadContent(_("Phiên bản này đã kết thúc trước ngày đó."))
        version.state, version.effective_to = "withdrawn", effective_to
        version.save(update_fields=["state", "effective_to"])
        KNOWN.changed()
        index.refresh([version.procedure_id])
        work.record(version=str(version.id), effective_to=str(effective_to))
        work.emit(VersionWithdrawn(version.procedure_id, version.id, version.procedure.code, effective_to))
