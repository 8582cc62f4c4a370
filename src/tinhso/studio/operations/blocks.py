"""Blocks: published in numbered versions, taken from a form, brought up to date wherever they are used."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.foundation import transactions
from tinhso.foundation.ids import new_id
from tinhso.foundation.refs import ActorRef, SubjectRef
from tinhso.procedures import api as procedures
from tinhso.studio.bodies import shapes
from tinhso.studio.contracts import BlockFaulty, BlockView, PartName, UnknownBlock
from tinhso.studio.models import Block
from tinhso.studio.operations import drafts
from tinhso.studio.queries import blocks as reading
from tinhso.studio.queries import drafts as drawn
from tinhso.studio.using import Section, renamed, sections, updated


def publish(
    *, code: str, title: str, name: str, fields: list[dict[str, Any]], by: ActorRef, at: datetime
) -> BlockView:
    """Publish the next version of a block. The same questions as the latest are not published again.

    No form changes by it: where the block is used it is brought up to date on purpose. Raises BlockFaulty
    with what is wrong, NotAllowed.
    """
    _sound(title, name, fields)
    made = new_id()
    with transactions.act("studio.block", by=by, at=at, on=SubjectRef(kind="studio-block", id=made)) as work:
        latest = Block.objects.filter(code=code).order_by("-number").first()
        if latest and (latest.title, latest.name, latest.fields) == (title, name, fields):
            work.on = SubjectRef(kind="studio-block", id=latest.id)
            work.leave_no_entry()
            return reading.view(latest)
        row = Block.objects.create(
            id=made,
            code=code,
            number=latest.number + 1 if latest else 1,
            title=title,
            name=name,
            fields=fields,
            published_by=by.name,
            published_by_id=by.id,
            published_at=at,
        )
        work.record(code=code, number=row.number)
    return reading.view(row)


def _sound(title: str, name: str, fields: list[dict[str, Any]]) -> None:
    """A block must be able to stand alone in a form: its rules look at nothing outside it."""
    shapes.require_storable(fields)
    section = {"name": name, "kind": "section", "label": title, "fields": fields}
    alone = {"title": title, "pages": [{"name": "khoi", "question": title, "fields": [section]}]}
    wrong = {f"{one.where}#{one.code}": one.sentence for one in forms.unsound(alone)}
    if wrong:
        raise BlockFaulty(
            _("Khối chưa dùng được: %(why)s") % {"why": " ".join(dict.fromkeys(wrong.values()))}, faults=wrong
        )


def from_section(
    *, draft_id: UUID, path: str, code: str, title: str, by: ActorRef, at: datetime
) -> BlockView:
    """Publish a section of a draft's form as a block; the section remembers which.

    Raises UnknownBlock when there is no such section, BlockFaulty, Closed, Clash.
    """
    draft = drawn.draft(draft_id)
    body = draft.body(PartName.FORM)
    section = _section(body["definition"], path)
    name = path.rpartition(".")[2]
    fields = renamed(section.field.get("fields", []), path, name)
    with transactions.act("studio.block", by=by, at=at, on=drafts.subject(draft_id)) as work:
        made = publish(code=code, title=title, name=name, fields=fields, by=by, at=at)
        section.field["block"] = f"{made.code}@{made.number}"
        seen = draft.parts[PartName.FORM].revision
        drafts.save(draft_id=draft_id, part=PartName.FORM, body=body, seen=seen, by=by, at=at)
        work.record(draft=str(draft_id), section=path, block=section.field["block"])
    return made


def _section(definition: dict[str, Any] | None, path: str) -> Section:
    for section in sections(definition):
        if section.path == path:
            return section
    raise UnknownBlock(_("Tờ khai không có phần này. Hãy mở lại tờ khai và chọn phần."))


def bring_up(
    *,
    code: str,
    open_drafts: Collection[UUID],
    in_force: Collection[UUID],
    by: ActorRef,
    at: datetime,
) -> tuple[UUID, ...]:
    """Put the latest version of a block into these open drafts, and into drafts begun from these versions.

    What is in force stays until such a draft is published; whatever does not use an older number is passed
    over. Returns the drafts that changed. Each is saved by itself. Raises UnknownBlock, NotAllowed, Clash.
    """
    new = reading.block(code)
    changed = []
    uses = reading.older(code, at=at)
    wanted = [use.draft for use in uses if use.draft and use.draft in open_drafts]
    for version_id in [use.version for use in uses if use.version and use.version in in_force]:
        version = procedures.version(version_id)
        wanted.append(
            drafts.begin(
                code=version.code, title=version.short_name or version.name, base=version, by=by, at=at
            )
        )
    for draft_id in dict.fromkeys(wanted):
        part = drawn.draft(draft_id).parts[PartName.FORM]
        if part.body["definition"] is None:
            continue
        made, changes = updated(
            part.body["definition"], code=code, number=new.number, name=new.name, fields=new.fields
        )
        if changes:
            body = {**part.body, "definition": made}
            drafts.save(draft_id=draft_id, part=PartName.FORM, body=body, seen=part.revision, by=by, at=at)
            changed.append(draft_id)
    return tuple(changed)
