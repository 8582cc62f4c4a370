"""The rules of what stands on one page of the browser: only what changes while it is being filled in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from tinhso.forms.contracts import Kind
from tinhso.forms.engine import places
from tinhso.forms.engine.form import Form
from tinhso.forms.engine.plan import Step, StepKind, absolute, related


def plan_of(form: Form, steps: Iterable[Step] | None = None) -> list[dict[str, Any]]:
    """Steps as web/src/forms/rules.ts takes them; all of the form's when none are given."""
    return [
        {
            "kind": step.kind.value,
            "to": [".".join(form.leaves[target].keys) for target in step.targets],
            "rule": step.rule,
            "reads": list(step.reads),
            "table": step.table,
            "note": step.note,
        }
        for step in (form.plan if steps is None else steps)
    ]


def dependent(form: Form, pages: Collection[str]) -> tuple[Step, ...]:
    """Steps that show or compute something of these pages from answers of these, with what they need."""
    here = [path for path, leaf in form.leaves.items() if leaf.page in pages]
    wanted: list[Step] = []
    for step in form.plan:
        if step.kind is StepKind.CHECK or not any(
            form.leaves[target].page in pages for target in step.targets
        ):
            continue
        needed = _needs(form, step)
        reads = {absolute(read, one.table) for one in (step, *needed) for read in one.reads}
        if any(related(read, path) for read in reads for path in here):
            wanted += [step, *needed]
    return tuple(step for step in form.plan if step in wanted)


def _needs(form: Form, step: Step) -> list[Step]:
    """The steps that decide what a step reads, and what those read."""
    found: list[Step] = []
    open_ends = [step]
    while open_ends:
        current = open_ends.pop()
        names = [absolute(read, current.table) for read in current.reads]
        for other in form.plan:
            if other.kind is StepKind.CHECK or other in found or other is step:
                continue
            if any(related(name, target) for name in names for target in other.targets):
                found.append(other)
                open_ends.append(other)
    return found


def bundle(
    form: Form, pages: Collection[str], answers: dict[str, Any], *, today: str, law: dict[str, Any]
) -> dict[str, Any]:
    """What the script gets: rules, the answers of other pages they read, kinds of those that stand here."""
    steps = dependent(form, pages)
    if not steps:
        return {}
    names = {absolute(read, step.table) for step in steps for read in step.reads}
    kept: dict[str, Any] = {}
    kinds: dict[str, str] = {}
    for path, leaf in form.leaves.items():
        if not any(related(path, name) for name in names):
            continue
        if leaf.page in pages:
            if leaf.kind not in (Kind.TABLE, Kind.COMPUTED):
                kinds[f"{leaf.table}[].{'.'.join(leaf.keys)}" if leaf.table else path] = leaf.kind.value
        elif not leaf.table and not places.empty(value := places.get(answers, leaf.keys)):
            places.put(kept, leaf.keys, value)
    return {"plan": plan_of(form, steps), "answers": kept, "kinds": kinds, "today": today, "law": law}
