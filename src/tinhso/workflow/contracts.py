"""What crosses the door of workflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from tinhso.foundation.errors import Invalid, Unable


class WaitsFor(StrEnum):
    """What ends a wait: a time runs out, or all who were asked have answered."""

    TIME = "time"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Wait:
    """A step that nobody finishes. `unit` is a unit of worktime; a wait for answers has no time."""

    what: WaitsFor
    amount: int = 0
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock on a step: what happens when it is not done in this time. `element` is the clock's id.

    One that `goes` ends the step and the process goes its way; any other tells the holders of `role`.
    """

    element: str
    name: str
    amount: int
    unit: str
    goes: bool
    role: str = ""


@dataclass(frozen=True, slots=True)
class ReadyTask:
    """One work item a process offers now.

    `act` names one act of the caller's life cycle, `role` who may be given it, `share` the part of
    the whole term allotted to it (percent of the term, 0 when the process does not say). `phase` is the
    agency's part of the way in which the step lies, empty in a process of one agency. A step that `wait`s
    names no act: `role` answers for the work meanwhile.
    """

    id: UUID
    step: str
    name: str
    act: str
    role: str
    share: int
    phase: str = ""
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where a process stands: bytes for the caller's row, and the work it offers now."""

    data: bytes
    ready: tuple[ReadyTask, ...]
    finished: bool

    def to_hand(self, in_hand: str = "") -> ReadyTask | None:
        """What is to be handed out, for work that only one can have: a person's step before any wait.

        The step `in_hand` stays, unless it is a wait and a person has something to do.
        """
        persons = [task for task in self.ready if task.wait is None]
        first = persons or list(self.ready)
        return next((task for task in first if task.step == in_hand), first[0] if first else None)


@dataclass(frozen=True, slots=True)
class StepView:
    """One step of a process, as drawn: in the lane `role`, or `role@phase` when agencies take turns.

    `agencies` are the codes of those that a step of asking asks always.
    """

    step: str
    name: str
    act: str
    role: str
    share: int
    phase: str = ""
    wait: Wait | None = None
    limits: tuple[Limit, ...] = ()
    agencies: tuple[str, ...] = ()

    def same_work(self, other: StepView | ReadyTask) -> bool:
        """Whether the other asks for the same act of the same role in the same agency's part of the way.

        A wait is the same wait however long it is.
        """
        what = self.wait.what if self.wait else None
        others = other.wait.what if other.wait else None
        return (self.act, self.role, self.phase, what) == (other.act, other.role, other.phase, others)


@dataclass(frozen=True, slots=True)
class ProcessView:
    """One deployed version of a process."""

    id: UUID
    key: str
    number: int
    name: str
    steps: tuple[StepView, ...]

    @property
    def timed(self) -> bool:
        """Whether any step waits or has a clock on it."""
        return any(step.wait or step.limits for step in self.steps)


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

    @property
    def asks(self) -> bool:
        """Whether it only asks others, and the work stays where it is."""
        return self.sends and all(turn.before == turn.after for turn in self.turns)


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """What the caller knows of its subject: acts, stages with their names, where it begins and may end.

    `facts` are those known from the start, with every value each may have; `passing` is what happens when
    a wait or the time of a step is over.
    """

    acts: Mapping[str, KnownAct]
    stages: Mapping[str, str]
    begins: str
    ends: frozenset[str]
    roles: Mapping[str, str]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    passing: KnownAct | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a drawing, in words; `element` is its id. One that does not block is a warning."""

    element: str
    sentence: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class LineStep:
    """One step of a process whose steps follow each other.

    `back_to` is the step that a returned draft goes to; `sends` draws it as an envelope, to `agencies`
    (codes) and whoever else is asked. A step that `wait`s has neither act nor share; `limits` are the clocks
    on it that only tell.
    """

    step: str
    name: str
    act: str
    role: str
    phase: str = ""
    share: int = 0
    back_to: str = ""
    sends: bool = False
    wait: Wait | None = None
    limits: tuple[Limit, ...] = ()
    agencies: tuple[str, ...] = ()

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
