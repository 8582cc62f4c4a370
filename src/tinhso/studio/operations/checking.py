"""Parts from outside the studio's pages: made whole and judged, so that pages meet no strange shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid, Unable
from tinhso.foundation.ids import new_id
from tinhso.studio import parts
from tinhso.studio.bodies import shapes
from tinhso.studio.contracts import Body, DraftState, DraftView, PartName, PartView, Problem
from tinhso.studio.files.folder import NAMES, BadFiles, Sheaf


def whole(sheaf: Sheaf) -> dict[PartName, Body]:
    """The parts a sheaf holds, each with every place its kind knows. Raises BadFiles naming the file."""
    faults: dict[str, str] = {}
    bodies: dict[PartName, Body] = {}
    for name, body in sheaf.bodies.items():
        try:
            bodies[name] = shapes.kept(parts.KINDS[name], body)
        except Invalid as fault:
            faults[NAMES[name]] = fault.message
    if faults:
        raise BadFiles(_("Không đọc được bộ tệp của thủ tục."), faults=faults)
    return bodies


def judged(sheaf: Sheaf, *, at: datetime) -> tuple[Problem, ...]:
    """All that is wrong with a procedure in files, as if it were a draft. Raises BadFiles.

    A part whose inside nobody here can read is a fault of its file.
    """
    bodies = whole(sheaf)
    draft = _as_draft(sheaf, bodies, at=at)
    found: list[Problem] = []
    faults: dict[str, str] = {}
    for name, kind in parts.KINDS.items():
        try:
            kind.say(draft.body(name))
            found += kind.problems(draft)
        except Unable as error:
            faults[NAMES[name]] = error.message
        except shapes.STRANGE as error:
            faults[NAMES[name]] = shapes.unreadable(error).message
    if faults:
        raise BadFiles(_("Không đọc được bộ tệp của thủ tục."), faults=faults)
    return tuple(found)


def _as_draft(sheaf: Sheaf, bodies: Mapping[PartName, Body], *, at: datetime) -> DraftView:
    nobody: frozenset[UUID] = frozenset()
    return DraftView(
        id=new_id(),
        code=sheaf.code,
        title=sheaf.title,
        state=DraftState.OPEN,
        base=None,
        version=None,
        authors=nobody,
        started_by="",
        started_at=at,
        parts={
            name: PartView(
                name=name,
                body=bodies[name] if name in bodies else kind.empty(),
                revision=0,
                changed_by="",
                changed_at=None,
            )
            for name, kind in parts.KINDS.items()
        },
    )
