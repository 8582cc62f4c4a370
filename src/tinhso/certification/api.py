"""The door of certification."""

from tinhso.certification.contracts import (
    BookLine,
    CopyView,
    NotCompetent,
    Original,
    Shown,
    Standing,
    State,
    UnknownCopy,
    WrongTurn,
)

__all__ = [
    "BookLine",
    "CopyView",
    "NotCompetent",
    "Original",
    "Shown",
    "Standing",
    "State",
    "UnknownCopy",
    "WrongTurn",
]
