"""What crosses the door of workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class ActTurn:
    """From which stage of the caller's life cycle an act leads to which, and which facts it then sets."""

    before: str
    after: str
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownAct:
    """An act that a step may name: what people call it, which roles may do it, where it leads.

    One that `sends` writes to others and may be drawn as an envelope.
    """

    name: str
    label: str
    roles: frozenset[str]
    turns: tuple[ActTurn, ...]
    sends: bool = False


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """What the caller knows of its subject: acts, stages with their names, where it begins and may end.

    `facts` are those known from the start, with every value each may have.
    """

    acts: Mapping[str, KnownAct]
    stages: Mapping[str, str]
    begins: str
    ends: frozenset[str]
    roles: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a drawing, in words; `element` is its id. One that does not block is a warning."""

    element: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class LineStep:
    """One step of a process whose steps follow each other.

    `back_to` is the step that a returned draft goes to; `sends` draws it as an envelope.
    """

    step: str
    name: str
    act: str
    role: str
    phase: str = ""
    share: int = 0
    back_to: str = ""
    sends: bool = False

    @property
    def lane(self) -> str:
        """What is written on its lane: the role, or role@phase."""
        return f"{self.role}@{self.phase}" if self.phase else self.role


@dataclass(frozen=True, slots=True)
class GalleryLine:
    """A process of the gallery as a clerk chooses it: its name, when it suits, its steps in words."""

    key: str
    title: str
    use: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adopted:
    """A drawing of another tool in our words; `notes` say by element what was changed or is not run."""

    bpmn: str
    notes: tuple[Fault, ...]


class UnusableProcess(Invalid):
    """A BPMN file that cannot be run; `faults` name each element and why."""

    code = "unusable-process"


class NoSuchTask(Unable):
    """The work item is not offered any more: someone else finished it, or the process moved on."""

    code = "no-such-task"


class CannotMove(Unable):
    """Running work cannot go over to another drawing: what was done, or is being done, is different there."""

    code = "cannot-move"
