"""The door of workflow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.workflow.adopting import adopt
from tinhso.workflow.contracts import (
    ActTurn,
    Adopted,
    CannotMove,
    Fault,
    GalleryLine,
    KnownAct,
    LifeCycle,
    Limit,
    LineStep,
    NoSuchTask,
    ProcessView,
    ReadyTask,
    State,
    StepView,
    UnusableProcess,
    Wait,
    WaitsFor,
)
from tinhso.workflow.gallery import KEYS as GALLERY
from tinhso.workflow.gallery import drawing, gallery_lines
from tinhso.workflow.lines import in_line, linear, listed, plain
from tinhso.workflow.linting import lint
from tinhso.workflow.operations.deployment import deploy
from tinhso.workflow.queries import engine, latest, process, source, step
from tinhso.workflow.sketch import sketch
from tinhso.workflow.trying import Way, drawn, sayings, title, trial

__all__ = [
    "GALLERY",
    "ActTurn",
    "Adopted",
    "CannotMove",
    "Fault",
    "GalleryLine",
    "KnownAct",
    "LifeCycle",
    "Limit",
    "LineStep",
    "NoSuchTask",
    "ProcessView",
    "ReadyTask",
    "State",
    "StepView",
    "UnusableProcess",
    "Wait",
    "WaitsFor",
    "Way",
    "adopt",
    "complete",
    "deploy",
    "drawing",
    "drawn",
    "gallery_lines",
    "in_line",
    "latest",
    "linear",
    "lint",
    "listed",
    "move",
    "plain",
    "process",
    "ready",
    "sayings",
    "sketch",
    "source",
    "start",
    "step",
    "title",
    "trial",
]


def start(process_version_id: UUID, facts: dict[str, Any]) -> State:
    """Start a process with JSON facts. Raises NotFound for an unknown version."""
    return engine(process_version_id).start(facts)


def complete(
    process_version_id: UUID, state: bytes, *, step: str, facts: dict[str, Any], limit: str = ""
) -> State:
    """Finish the offered step, or end it by the clock `limit`, and go on. Raises NoSuchTask when it is not
    offered now.
    """
    return engine(process_version_id).complete(state, step=step, facts=facts, limit=limit)


def ready(process_version_id: UUID, state: bytes) -> tuple[ReadyTask, ...]:
    """The work items that a kept state offers."""
    return engine(process_version_id).ready(state)


def move(process_version_id: UUID, state: bytes, *, to: UUID) -> State:
    """The same work in another version of its process, by going there through every step done so far.

    Raises NotFound for an unknown version, and CannotMove, with what is different, when a step that was done,
    or one under way now, is not there as it was.
    """
    here = engine(process_version_id)
    there = engine(to).replay(here.past(state))
    for task in here.ready(state):
        now = step(process_version_id, task.step)
        meets = next((offer for offer in there.ready if offer.step == task.step), None)
        if now is None or meets is None or not now.same_work(meets):
            raise CannotMove(
                _("Bước đang làm “%(step)s” không còn như trước trong quy trình mới.") % {"step": task.name},
                step=task.step,
            )
    return there
