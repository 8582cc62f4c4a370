"""Reusable blocks: what there is, and where an older number of one is still used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Func, Value
from django.utils.translation import gettext as _

from tinhso.forms import api as forms
from tinhso.procedures import api as procedures
from tinhso.studio.contracts import BlockView, DraftState, PartName, UnknownBlock
from tinhso.studio.models import Block, Part
from tinhso.studio.using import updated


@dataclass(frozen=True, slots=True)
class Use:
    """A form that uses an older number of a block, and what bringing it up to date would change in words.

    `draft` is the open draft it stands in; without one it is the form of the version in force `version`.
    """

    code: str
    title: str
    draft: UUID | None
    version: UUID | None
    changes: tuple[tuple[str, tuple[str, ...]], ...]


def view(row: Block) -> BlockView:
    """A row as others read it."""
    return BlockView(
        id=row.id,
        code=row.code,
        number=row.number,
        title=row.title,
        name=row.name,
        fields=row.fields,
        published_by=row.published_by,
        published_at=row.published_at,
    )


def blocks() -> tuple[BlockView, ...]:
    """The latest version of every block, by title. One query."""
    rows = Block.objects.order_by("code", "-number").distinct("code")
    return tuple(sorted((view(row) for row in rows), key=lambda one: one.title))


def offered() -> list[dict[str, Any]]:
    """The blocks that a form can take, as JSON for its editor: `{code, title, version, name, fields}`.

    A section takes `name` as its name, `fields` as they are, and remembers `block: "<code>@<version>"`; under
    another name, rules inside that begin with `<name>.` begin with the other.
    """
    return [
        {
            "code": one.code,
            "title": one.title,
            "version": one.number,
            "name": one.name,
            "fields": one.fields,
        }
        for one in blocks()
    ]


def block(code: str) -> BlockView:
    """The latest version of a block. Raises UnknownBlock."""
    row = Block.objects.filter(code=code).order_by("-number").first()
    if row is None:
        raise UnknownBlock(_("Không có khối câu hỏi này. Hãy xem lại danh sách khối."))
    return view(row)


def versions(code: str) -> tuple[BlockView, ...]:
    """All versions of a block, newest first. One query."""
    return tuple(view(row) for row in Block.objects.filter(code=code).order_by("-number"))


def older(code: str, *, at: datetime) -> tuple[Use, ...]:
    """Open drafts and versions in force with an older number of the block.

    Four queries, and one for each version in force that was not read before. A procedure whose draft is open
    is named once, by its draft: what is published comes from there.
    """
    new = block(code)
    holding = Func(
        "body",
        Value(f'$.**.block ? (@ starts with "{code}@")'),
        function="jsonb_path_exists",
        template="%(function)s(%(expressions)s::jsonpath)",
        output_field=BooleanField(),
    )
    parts = Part.objects.filter(holding, name=PartName.FORM, draft__state=DraftState.OPEN)
    found = []
    open_codes = set()
    for part in parts.select_related("draft").order_by("draft__title", "id"):
        open_codes.add(part.draft.code)
        if changes := _changes(part.body["definition"], new):
            found.append(Use(part.draft.code, part.draft.title, part.draft_id, None, changes))
    definitions = forms.holding_block(code)
    for line in procedures.of_forms(definitions, at=at):
        if line.code in open_codes:
            continue
        version = procedures.version(line.version_id)
        if version.form_version_id and (changes := _changes(definitions[version.form_version_id], new)):
            found.append(Use(line.code, line.short_name or line.name, None, line.version_id, changes))
    return tuple(found)


def _changes(definition: dict[str, Any] | None, new: BlockView) -> tuple[tuple[str, tuple[str, ...]], ...]:
    if not definition:
        return ()
    _made, changes = updated(definition, code=new.code, number=new.number, name=new.name, fields=new.fields)
    return tuple(changes.items())
