"""Parts from outside the studio's pages: made whole and judged, so that pages meet no strange shape."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Unable
from tinhso.foundation.ids import new_id
from tinhso.studio import parts
from tinhso.studio.contracts import Body, DraftState, DraftView, PartName, PartView, Problem
from tinhso.studio.files.folder import NAMES, BadFiles, Sheaf

SHAPES = (KeyError, TypeError, AttributeError, ValueError, IndexError, LookupError, RecursionError)
"""What code that expects one shape raises when it meets another."""


def whole(sheaf: Sheaf) -> dict[PartName, Body]:
    """The parts a sheaf holds, each with every place its kind knows. Raises BadFiles naming the file."""
    faults: dict[str, str] = {}
    bodies: dict[PartName, Body] = {}
    for name, body in sheaf.bodies.items():
        empty = parts.KINDS[name].empty()
        bodies[name] = {**empty, **body}
        if wrong := [key for key, value in empty.items() if not _like(bodies[name][key], value)]:
            places = ", ".join(sorted(wrong))
            faults[NAMES[name]] = _("Các mục này không đúng kiểu: %(places)s.") % {"places": places}
    if faults:
        raise BadFiles(_("Không đọc được bộ tệp của thủ tục."), faults=faults)
    return bodies


def _like(value: object, example: object) -> bool:
    """Whether a value is of the kind that stands there when nothing is written yet."""
    if isinstance(example, list | tuple):
        return isinstance(value, list | tuple)
    return value is None or example is None or isinstance(value, type(example))


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
        except SHAPES as error:
            faults[NAMES[name]] = _("Phần này không đúng cấu trúc (%(fault)s).") % {
                "fault": f"{type(error).__name__}: {error}"[:120]
            }
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
