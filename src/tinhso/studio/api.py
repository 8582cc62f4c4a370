"""The door of the studio."""

from __future__ import annotations

from tinhso.studio.contracts import Clash, Closed, DraftView, NotSound, PartName, Problem, UnknownDraft
from tinhso.studio.judging import problems
from tinhso.studio.operations.drafts import begin, discard, save
from tinhso.studio.operations.publishing import publish
from tinhso.studio.queries.drafts import draft

__all__ = [
    "Clash",
    "Closed",
    "DraftView",
    "NotSound",
    "PartName",
    "Problem",
    "UnknownDraft",
    "begin",
    "discard",
    "draft",
    "problems",
    "publish",
    "save",
]
