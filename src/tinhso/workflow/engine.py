"""Runs a process step by step: state in, state out, under a millisecond.

The drawing is stored once per version and read once per program; a running process keeps only its
own state. What is kept carries the serializer's version, so that older states are migrated when read.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.serializer.workflow import VERSION
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from tinhso.workflow.beginning import Beginning
from tinhso.workflow.contracts import CannotMove, NoSuchTask, ReadyTask, State, StepView
from tinhso.workflow.expressions import ConditionEngine
from tinhso.workflow.reading import Reading
from tinhso.workflow.timing import TIMER


@dataclass(frozen=True, slots=True)
class Done:
    """A finished work item: its step as it was drawn, and the facts known when it was finished."""

    step: StepView
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """What a running process was started with, and what was finished, first to last."""

    facts: dict[str, Any]
    done: tuple[Done, ...]


class _Slim(BpmnWorkflowConverter):  # type: ignore[misc]  # the library is untyped
    """Leaves the specification out of the state and puts the shared one back."""

    def __init__(self, specification: Any, target: type, registry: Any) -> None:
        self._specification = specification
        super().__init__(target, registry)

    def to_dict(self, workflow: Any) -> dict[str, Any]:
        kept = super(BpmnWorkflowConverter, self).to_dict(workflow)
        kept["subprocesses"] = {}
        kept["bpmn_events"] = []
        return dict(kept)

    def from_dict(self, dct: dict[str, Any]) -> Any:
        workflow = self.target_class(
            self._specification, {}, script_engine=ConditionEngine(), deserializing=True
        )
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        return workflow


class Engine:
    """One process version, ready to run. Safe to share between threads: it keeps no running state.

    How a process begins with the same facts is kept for the next that does.
    """

    most = 64

    def __init__(self, reading: Reading) -> None:
        self._specification = specification = reading.specification
        self._steps = {step.step: step for step in reading.steps}
        config = {**SPIFF_CONFIG, BpmnWorkflow: partial(_Slim, specification)}
        self._serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))
        self._beginnings: dict[bytes, Beginning] = {}

    def start(self, facts: dict[str, Any]) -> State:
        """Start a process with these facts (JSON values)."""
        said = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)
        begun = self._beginnings.get(said)
        if begun is not None:
            return begun.copy()
        state = self.begin(facts)
        if len(self._beginnings) < self.most:
            self._beginnings[said] = Beginning(state)
        return state

    def begin(self, facts: dict[str, Any]) -> State:
        """Run a process from its start to its first work items."""
        workflow = BpmnWorkflow(self._specification, script_engine=ConditionEngine())
        workflow.task_tree.data.update(facts)
        return self._advance(workflow)

    def complete(self, state: bytes, *, step: str, facts: dict[str, Any], limit: str = "") -> State:
        """Finish the offered work item `step` and go on as far as nobody's work is needed.

        `limit` is the clock that ended it, when it was not done. Raises NoSuchTask when the process does not
        offer that step now.
        """
        workflow = self._load(state)
        for task in workflow.get_tasks(state=TaskState.READY, manual=True):
            if self._step(task).step == step:
                task.data.pop(TIMER, None)
                task.data.update(facts)
                if limit:
                    task.data[TIMER] = limit
                task.run()
                return self._advance(workflow)
        raise NoSuchTask(_("Bước này đã xong hoặc hồ sơ đã chuyển bước. Hãy mở lại hồ sơ."), step=step)

    def ready(self, state: bytes) -> tuple[ReadyTask, ...]:
        """The work items offered by a kept state."""
        return self._ready(self._load(state))

    def past(self, state: bytes) -> Past:
        """How a kept state came about."""
        workflow = self._load(state)
        tasks = workflow.get_tasks(state=TaskState.COMPLETED, manual=True)
        tasks.sort(key=lambda task: task.last_state_change)
        done = tuple(Done(step=self._step(task), facts=dict(task.data)) for task in tasks)
        return Past(facts=dict(workflow.task_tree.data), done=done)

    def replay(self, past: Past) -> State:
        """Run from the start, finishing what was finished elsewhere in the same order.

        Raises CannotMove naming the first step that this drawing does not offer in its turn.
        """
        state = self.start(past.facts)
        for each in past.done:
            offered = next((task for task in state.ready if task.step == each.step.step), None)
            if offered is None or not each.step.same_work(offered):
                raise CannotMove(
                    _("Bước đã làm “%(step)s” không còn như trước trong quy trình mới.")
                    % {"step": each.step.name},
                    step=each.step.step,
                )
            state = self.complete(state.data, step=each.step.step, facts=each.facts)
        return state

    def _load(self, state: bytes) -> Any:
        kept = orjson.loads(state)
        self._serializer.migrate(kept)
        return self._serializer.from_dict(kept)

    def _advance(self, workflow: Any) -> State:
        workflow.do_engine_steps()
        kept = self._serializer.to_dict(workflow)
        kept[self._serializer.VERSION_KEY] = VERSION
        return State(
            data=json.dumps(kept, separators=(",", ":"), ensure_ascii=False).encode(),
            ready=self._ready(workflow),
            finished=bool(workflow.completed),
        )

    def _ready(self, workflow: Any) -> tuple[ReadyTask, ...]:
        offered: list[Task] = workflow.get_tasks(state=TaskState.READY, manual=True)
        return tuple(self._offer(task) for task in offered)

    def _step(self, task: Any) -> StepView:
        return self._steps[task.task_spec.bpmn_id or task.task_spec.name]

    def _offer(self, task: Any) -> ReadyTask:
        step = self._step(task)
        return ReadyTask(
            id=task.id,
            step=step.step,
            name=step.name,
            act=step.act,
            role=step.role,
            share=step.share,
            phase=step.phase,
            wait=step.wait,
        )
