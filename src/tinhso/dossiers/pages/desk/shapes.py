"""How an officer wants a list shown: its name, its columns, split or whole."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.dossiers.pages.desk import columns
from tinhso.dossiers.pages.desk.visiting import Came
from tinhso.dossiers.queries import views
from tinhso.dossiers.queries.desks import Desk


@dataclass(frozen=True, slots=True)
class Shape:
    """How a list is shown: under which name, in which columns, with a dossier beside it or not."""

    title: str
    columns: tuple[str, ...]
    split: bool
    kept: views.Kept | None = None


def shape_of(came: Came, desk: Desk) -> Shape:
    """How the officer wants this list; a kept view of somebody else counts as none. Two queries."""
    habit = views.habit(officer=desk.officer, place=came.place)
    kept = None
    if came.saved:
        seen = views.kept(officer=desk.officer, units=desk.units)
        kept = next((view for view in seen if view.id == came.saved), None)
    chosen = habit.columns or (kept.columns if kept else ()) or columns.USUAL
    return Shape(
        title=kept.name if kept else came.view.label,
        columns=columns.sound(chosen),
        split=habit.split,
        kept=kept,
    )
