"""The parts of a draft as one description, before anything is published."""

from __future__ import annotations

from typing import Any

from tinhso.procedures import api as procedures
from tinhso.studio.contracts import Body, DraftView, PartName
from tinhso.workflow import api as workflow

TAKEN = {
    PartName.PAPERS: ("papers",),
    PartName.FEES: ("fees", "fee_table"),
    PartName.PROCESS: ("step_allotments", "phases"),
}
"""Fields of the content that stand in other parts than the description."""


def content(draft: DraftView) -> procedures.Content:
    """What the draft says, without form, process and templates. Raises procedures.BadContent."""
    return content_of({name: view.body for name, view in draft.parts.items()})


def content_of(bodies: dict[PartName, Body]) -> procedures.Content:
    """The same of the bodies of parts. Raises procedures.BadContent."""
    said: dict[str, Any] = {"name": "", "sector": "", **bodies[PartName.DESCRIPTION]}
    for part, fields in TAKEN.items():
        said |= {name: bodies[part][name] for name in fields if name in bodies[part]}
    return procedures.content_of(said)


def drawing_of(body: Body) -> str:
    """The BPMN that the body of a process means; empty while none was chosen."""
    if body.get("bpmn"):
        return str(body["bpmn"])
    return workflow.drawing(body["key"]) if body.get("key") in workflow.GALLERY else ""
