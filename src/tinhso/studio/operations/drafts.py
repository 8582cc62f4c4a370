"""Drafts: begun, saved part by part with two people's changes put together, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.procedures import api as procedures
from tinhso.studio import parts
from tinhso.studio.bodies import shapes
from tinhso.studio.bodies.merging import merge
from tinhso.studio.contracts import Body, Clash, Closed, DraftState, PartName, UnknownDraft
from tinhso.studio.models import Block, Draft, Part, Revision
from tinhso.studio.queries import versions
from tinhso.studio.using import block_numbers


def subject(draft_id: UUID) -> SubjectRef:
    """A draft as acts name it."""
    return SubjectRef(kind="studio-draft", id=draft_id)


def locked(draft_id: UUID) -> Draft:
    """The open draft, its row held until commit. Raises UnknownDraft, Closed."""
    row = Draft.objects.select_for_update().filter(id=draft_id).first()
    if row is None:
        raise UnknownDraft(_("Không có bản soạn này. Hãy xem lại danh sách bản đang soạn."))
    if row.state != DraftState.OPEN:
        raise Closed(_("Bản soạn này đã công bố hoặc đã bỏ. Hãy mở bản soạn mới từ bản đang hiệu lực."))
    return row


def begin(
    *,
    code: str,
    title: str,
    by: ActorRef,
    at: datetime,
    base: procedures.VersionView | None = None,
    bodies: Mapping[PartName, Body] | None = None,
) -> UUID:
    """Begin a draft of the procedure `code`: from a version, from given parts, or from nothing.

    The open draft of the procedure comes back where there is one; given parts are then not looked at.
    """
    draft_id = new_id()
    with transactions.act("studio.open", by=by, at=at, on=subject(draft_id)) as work:
        # Two who begin the same procedure at once: the second gets the first's draft.
        made, fresh = Draft.objects.get_or_create(
            code=code,
            state=DraftState.OPEN,
            defaults={
                "id": draft_id,
                "title": title,
                "base_id": base.id if base else None,
                "started_by": by.name,
                "started_at": at,
                "changed_at": at,
            },
        )
        work.on = subject(made.id)
        work.record(code=code, draft=str(made.id), fresh=fresh)
        if fresh:
            given = dict(bodies) if bodies else versions.bodies_of(base) if base else {}
            Part.objects.bulk_create(
                Part(draft=made, name=name, body=given.get(name) or kind.empty())
                for name, kind in parts.KINDS.items()
            )
            if bodies and by.id:
                made.authors = [by.id]
                made.save(update_fields=["authors"])
    return made.id


def save(
    *, draft_id: UUID, part: PartName, body: Body, seen: int, by: ActorRef, at: datetime
) -> tuple[int, Body]:
    """Save a part that was read as revision `seen`. Returns its new revision and the body kept.

    What somebody else changed meanwhile in other places stays. Who wrote a block that came into the form is
    an author as well. Raises Clash, having kept what was sent
    aside, when both changed the same place; Invalid for what cannot be kept; Closed, UnknownDraft.
    """
    kind = parts.KINDS[part]
    body = shapes.kept(kind, body)
    with transactions.act("studio.write", by=by, at=at, on=subject(draft_id)) as work:
        draft = locked(draft_id)
        row = Part.objects.select_for_update().get(draft=draft, name=part)
        clashes: list[str] = []
        if seen != row.revision:
            before = Revision.objects.filter(part=row, number=seen, aside=False).first()
            merged = merge(before.body if before else kind.empty(), body, row.body, kind.keys)
            body, clashes = merged.value, merged.clashes
        if not clashes and body == row.body:
            work.leave_no_entry()
            return row.revision, body
        if row.revision == 0 and not clashes:
            _keep(row, number=0, body=row.body, by=by, at=at)
        kept = _keep(row, number=row.revision if clashes else row.revision + 1, body=body, by=by, at=at,
                     aside=bool(clashes))  # fmt: skip
        work.record(part=part, revision=kept.number, aside=bool(clashes))
        writers = {by.id} if by.id else set()
        if not clashes and part is PartName.FORM:
            writers |= _lenders(row.body, body)
        draft.authors += sorted(writers - set(draft.authors))
        if not clashes:
            row.body, row.revision, row.changed_by, row.changed_at = body, kept.number, by.name, at
            row.save(update_fields=["body", "revision", "changed_by", "changed_at"])
            draft.title = _title(draft, part, body)
        draft.changed_at = at
        draft.save(update_fields=["authors", "title", "changed_at"])
    if clashes:
        raise Clash(
            _("Người khác vừa sửa cùng chỗ này. Bản ông/bà vừa gửi đã được giữ; hãy chọn giữ bản nào."),
            places=tuple(clashes),
            kept=kept.id,
            current=row.revision,
        )
    return row.revision, body


def _lenders(before: Body, after: Body) -> set[UUID]:
    """Who wrote the blocks that come into a form: their words are published with it."""
    try:
        came = block_numbers(after["definition"]) - block_numbers(before["definition"])
    except shapes.STRANGE as fault:
        raise shapes.unreadable(fault) from None
    found: set[UUID] = set()
    for code, number in came:
        rows = Block.objects.filter(code=code, number=number).values_list("published_by_id", flat=True)
        found |= {writer for writer in rows if writer}
    return found


def wrote(draft_id: UUID, account: UUID) -> None:
    """Count an account among the authors, inside the caller's act: whose words came in by another's hand."""
    draft = locked(draft_id)
    if account not in draft.authors:
        draft.authors.append(account)
        draft.save(update_fields=["authors"])


def _keep(row: Part, *, number: int, body: Body, by: ActorRef, at: datetime, aside: bool = False) -> Revision:
    return Revision.objects.create(
        part=row, number=number, aside=aside, body=body, by=by.name, by_id=by.id, at=at
    )


def _title(draft: Draft, part: PartName, body: Body) -> str:
    named = body.get("short_name") or body.get("name") if part is PartName.DESCRIPTION else ""
    return str(named or draft.title)


def discard(*, draft_id: UUID, by: ActorRef, at: datetime) -> None:
    """Throw a draft away; it can still be read. Raises Closed, UnknownDraft."""
    with transactions.act("studio.discard", by=by, at=at, on=subject(draft_id)) as work:
        draft = locked(draft_id)
        draft.state, draft.closed_by, draft.closed_at = DraftState.DISCARDED, by.name, at
        draft.save(update_fields=["state", "closed_by", "closed_at"])
        work.record(draft=str(draft_id), code=draft.code)
