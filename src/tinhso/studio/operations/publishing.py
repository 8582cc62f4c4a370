"""A draft becomes a version: judged as a whole, by somebody who wrote none of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.refs import ActorRef
from tinhso.procedures import api as procedures
from tinhso.studio import parts
from tinhso.studio.contracts import DraftState, DraftView, Making, NotSound, PartName, Unread
from tinhso.studio.judging import problems
from tinhso.studio.models import Part
from tinhso.studio.operations.drafts import locked, subject
from tinhso.studio.queries import drafts as reading


def publish(
    *, draft_id: UUID, effective_from: date, by: ActorRef, at: datetime, seen: str | None = None
) -> UUID:
    """Publish a draft, in force from `effective_from`; returns the version's id.

    Form, process and description are published together or not at all. `seen` is `DraftView.stands` as the
    publisher read it: Unread when anything was saved since. Raises NotSound with every problem
    that blocks; procedures.OwnWords when `by` wrote any of it; procedures.WrongState; Closed, UnknownDraft.
    """
    with transactions.act("studio.publish", by=by, at=at, on=subject(draft_id)) as work:
        row = locked(draft_id)
        draft = reading.seen(row, {part.name: part for part in Part.objects.filter(draft=row)})
        if seen is not None and seen != draft.stands:
            raise Unread(
                _("Bản soạn vừa được sửa thêm từ lúc ông/bà mở trang này. Hãy xem phần mới sửa rồi công bố.")
            )
        if blocking := tuple(problem for problem in problems(draft) if problem.blocks):
            raise NotSound(_("Chưa công bố được. Hãy sửa các chỗ được nêu."), blocking)
        version = procedures.release(
            code=row.code,
            content=content_of(draft, Making(row.code, by, at)),
            authors=draft.authors,
            effective_from=effective_from,
            by=by,
            at=at,
        )
        row.state, row.version_id = DraftState.PUBLISHED, version
        row.closed_by, row.closed_at = by.name, at
        row.save(update_fields=["state", "version", "closed_by", "closed_at"])
        work.record(draft=str(draft_id), code=row.code, version=str(version))
    return version


def content_of(draft: DraftView, making: Making) -> procedures.Content:
    """The description as `procedures` keeps it, put together from the parts."""
    content = procedures.Content(name="", sector="")
    for name in PartName:
        content = parts.KINDS[name].put(content, draft.body(name), making)
    return content
