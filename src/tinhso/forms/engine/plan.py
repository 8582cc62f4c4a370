"""The rules of a form in the order in which they must run, and their run over answers.

Three kinds of steps: `show` (what it targets is asked only when the rule is true; otherwise those
answers do not exist for later steps), `value` (a computed answer), `check` (a fault when the rule is
false and everything it reads is answered). web/src/forms/rules.ts runs the same plan.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any

from jsonlogic import Operator

from tinhso.forms.engine import places, rules
from tinhso.forms.engine.leaves import Leaf


class StepKind(StrEnum):
    """What a step does."""

    SHOW = "show"
    VALUE = "value"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Step:
    """One rule with its place. `targets` are leaf paths; a table stands for all its columns.

    `table` is the table in whose rows the rule runs, or empty. `note` is a check's sentence.
    """

    kind: StepKind
    name: str
    targets: tuple[str, ...]
    rule: Any
    reads: tuple[str, ...]
    tree: Operator | bool
    table: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules made of answers: what remains, what is not asked, which checks failed (path, note)."""

    answers: dict[str, Any]
    hidden: frozenset[str]
    broken: tuple[tuple[str, str], ...]


class Circular(Exception):
    """Rules that wait for each other; `names` in a circle."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(" → ".join(names))
        self.names = tuple(names)


def related(first: str, second: str) -> bool:
    """Whether two paths are the same or one lies inside the other."""
    return first == second or first.startswith(second + ".") or second.startswith(first + ".")


def absolute(read: str, table: str) -> str:
    """A read name with `row.` replaced by its table."""
    return f"{table}.{read[4:]}" if table and read.startswith("row.") else read


def in_order(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Steps so that each comes after those that decide what it reads. Raises Circular with names."""
    graph: dict[int, list[int]] = {}
    for index, step in enumerate(steps):
        needed = [absolute(read, step.table) for read in step.reads]
        graph[index] = [
            other
            for other, giver in enumerate(steps)
            if giver.kind is not StepKind.CHECK
            and any(related(read, target) for read in needed for target in giver.targets)
        ]
        if index in graph[index]:
            raise Circular([step.name, step.name])
    sorter = TopologicalSorter(graph)
    try:
        order = tuple(sorter.static_order())
    except CycleError as fault:
        raise Circular([steps[index].name for index in reversed(fault.args[1])]) from None
    return tuple(steps[index] for index in order)


def run(
    plan: Sequence[Step],
    leaves: dict[str, Leaf],
    answers: dict[str, Any],
    *,
    today: date,
    law: dict[str, Any],
) -> Outcome:
    """Run the rules over answers, which stay as they are."""
    data = {**copy.deepcopy(answers), "today": today.isoformat(), "law": law}
    over = rules.scene(data)
    hidden: set[str] = set()
    broken: list[tuple[str, str]] = []
    for step in plan:
        if not step.table:
            _step(step, data, data, "", leaves, over, hidden, broken)
            continue
        rows = places.get(data, step.table.split("."))
        for index, row in enumerate(rows if isinstance(rows, list) else []):
            if isinstance(row, dict):
                data["row"] = row
                _step(step, data, row, f"{step.table}.{index}.", leaves, over, hidden, broken)
        data.pop("row", None)
    del data["today"], data["law"]
    return Outcome(answers=data, hidden=frozenset(hidden), broken=tuple(broken))


def _step(
    step: Step,
    data: dict[str, Any],
    home: dict[str, Any],
    prefix: str,
    leaves: dict[str, Leaf],
    over: Any,
    hidden: set[str],
    broken: list[tuple[str, str]],
) -> None:
    """One step over the whole answers, or over one row (`home`, its path `prefix`)."""
    if step.kind is StepKind.CHECK:
        answered = not any(places.empty(places.get(data, read.split("."))) for read in step.reads)
        if answered and not rules.truthy(rules.run(step.tree, over)):
            broken.append((prefix + ".".join(leaves[step.targets[0]].keys), step.note))
        return
    value = rules.run(step.tree, over)
    if step.kind is StepKind.VALUE:
        keys = leaves[step.targets[0]].keys
        if value is None:
            places.drop(home, keys)
        else:
            places.put(home, keys, value)
    elif not rules.truthy(value):
        for target in step.targets:
            keys = leaves[target].keys
            hidden.add(prefix + ".".join(keys))
            places.drop(home, keys)
