"""Running a drawing that is not deployed: which steps work goes through, and where it stops."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tinhso.workflow.contracts import StepView
from tinhso.workflow.engine import Engine
from tinhso.workflow.reading import Reading, read

_CONDITION = re.compile(r"<(?:\w+:)?conditionExpression[^>]*>([^<]*)<")
_SAYING = re.compile(r"""([^\W\d]\w*)\s*[=!]=\s*["']([^"']*)["']""")
MOST_STEPS = 60
"""More than any process offers; work that went on so long goes round in a circle."""


@dataclass(frozen=True, slots=True)
class Way:
    """The steps work went through, in order. `finished` is false when it stopped, or went round, halfway."""

    steps: tuple[StepView, ...]
    finished: bool


@lru_cache(maxsize=16)
def _ready(bpmn: str) -> tuple[Reading, Engine]:
    reading = read(bpmn)
    return reading, Engine(reading)


def drawn(bpmn: str) -> tuple[StepView, ...]:
    """The user tasks of a drawing. Raises UnusableProcess."""
    return _ready(bpmn)[0].steps


def title(bpmn: str) -> str:
    """What a drawing calls its process. Raises UnusableProcess."""
    return _ready(bpmn)[0].name


def sayings(bpmn: str) -> tuple[tuple[str, str], ...]:
    """What a step can say that decides the way: (fact, value) pairs of the drawing's conditions.

    Raises UnusableProcess.
    """
    conditions = " ".join(_CONDITION.findall(bpmn)) if _ready(bpmn) else ""
    return tuple(dict.fromkeys(_SAYING.findall(html.unescape(conditions))))


def trial(bpmn: str, facts: Mapping[str, Any], turns: Sequence[tuple[str, Mapping[str, Any]]] = ()) -> Way:
    """Run a drawing from start to end without keeping anything, finishing every step as it is offered.

    `turns` are (step, facts said when it is finished), the first of a step at its first visit; a step that
    has none left says nothing, and takes back what earlier ones said. Raises UnusableProcess.
    """
    _reading, engine = _ready(bpmn)
    left = list(turns)
    silent = dict.fromkeys(name for _step, said in turns for name in said)
    state = engine.begin(dict(facts))
    steps: list[StepView] = []
    while state.ready and len(steps) < MOST_STEPS:
        offered = state.to_hand()
        if offered is None:
            break
        place = next((at for at, (step, _said) in enumerate(left) if step == offered.step), None)
        said = {**silent, **left.pop(place)[1]} if place is not None else silent
        steps.append(
            StepView(
                step=offered.step,
                name=offered.name,
                act=offered.act,
                role=offered.role,
                share=offered.share,
                phase=offered.phase,
                wait=offered.wait,
            )
        )
        state = engine.complete(state.data, step=offered.step, facts=dict(said))
    return Way(steps=tuple(steps), finished=state.finished)
