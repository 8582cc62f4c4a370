"""The door of workflow."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tinhso.workflow.contracts import (
    NoSuchTask,
    ProcessView,
    ReadyTask,
    State,
    StepView,
    UnusableProcess,
)
from tinhso.workflow.gallery import KEYS as GALLERY
from tinhso.workflow.gallery import drawing
from tinhso.workflow.operations.deployment import deploy
from tinhso.workflow.queries import engine, latest, process, step

__all__ = [
    "GALLERY",
    "NoSuchTask",
    "ProcessView",
    "ReadyTask",
    "State",
    "StepView",
    "UnusableProcess",
    "complete",
    "deploy",
    "drawing",
    "latest",
    "process",
    "ready",
    "start",
    "step",
]


def start(process_version_id: UUID, facts: dict[str, Any]) -> State:
    """Start a process with JSON facts. Raises NotFound for an unknown version."""
    return engine(process_version_id).start(facts)


def complete(process_version_id: UUID, state: bytes, *, step: str, facts: dict[str, Any]) -> State:
    """Finish the offered step and go on. Raises NoSuchTask when it is not offered now."""
    return engine(process_version_id).complete(state, step=step, facts=facts)


def ready(process_version_id: UUID, state: bytes) -> tuple[ReadyTask, ...]:
    """The work items that a kept state offers."""
    return engine(process_version_id).ready(state)
