"""What crosses the door of workflow."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tinhso.foundation.errors import Invalid, Unable


@dataclass(frozen=True, slots=True)
class ReadyTask:
    """One work item a process offers now.

    `act` names one act of the caller's life cycle, `role` who may be given it, `share` the part of
    the whole term allotted to it (percent of the term, 0 when the process does not say). `phase` is the
    agency's part of the way in which the step lies, empty in a process of one agency.
    """

    id: UUID
    step: str
    name: str
    act: str
    role: str
    share: int
    phase: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """Where a process stands: bytes for the caller's row, and the work it offers now."""

    data: bytes
    ready: tuple[ReadyTask, ...]
    finished: bool


@dataclass(frozen=True, slots=True)
class StepView:
    """One user task of a process, as drawn: in the lane `role`, or `role@phase` when agencies take turns."""

    step: str
    name: str
    act: str
    role: str
    share: int
    phase: str = ""

    def same_work(self, other: StepView | ReadyTask) -> bool:
        """Whether the other asks for the same act of the same role in the same agency's part of the way."""
        return (self.act, self.role, self.phase) == (other.act, other.role, other.phase)


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One deployed version of a process."""

    id: UUID
    key: str
    number: int
    name: str
    steps: tuple[StepView, ...]


class UnusableProcess(Invalid):
    """A BPMN file that cannot be run; `faults` name each element and why."""

    code = "unusable-process"


class NoSuchTask(Unable):
    """The work item is not offered any more: someone else finished it, or the process moved on."""

    code = "no-such-task"


class CannotMove(Unable):
    """Running work cannot go over to another drawing: what was done, or is being done, is different there."""

    code = "cannot-move"
