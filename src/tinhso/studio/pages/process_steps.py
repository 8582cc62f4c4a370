"""Steps typed into the table of a process, made whole by what is known of their acts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from tinhso.workflow import api as workflow


def completed(steps: Sequence[workflow.LineStep], cycle: workflow.LifeCycle) -> list[workflow.LineStep]:
    """The same steps, each with an id, the way back that its act asks for, and the form in which it is drawn.

    A step without an id gets one from its name. Where an act may end in a return, the draft goes back to the
    step chosen or else to the last one that makes what the act needs.
    """
    made: list[workflow.LineStep] = []
    for step in steps:
        act = cycle.acts.get(step.act)
        taken = [one.step for one in (*made, *steps) if one.step]
        made.append(
            dataclasses.replace(
                step,
                step=step.step or workflow.plain(step.name, taken),
                back_to=_back(step, act, made, cycle),
                sends=act is not None and act.asks,
            )
        )
    return made


def returns(act: workflow.KnownAct) -> bool:
    """Whether an act can end in two ways from one stage: it is then asked where the one way leads back to."""
    return len({turn.before for turn in act.turns}) < len(act.turns)


def _back(
    step: workflow.LineStep,
    act: workflow.KnownAct | None,
    earlier: Sequence[workflow.LineStep],
    cycle: workflow.LifeCycle,
) -> str:
    if act is None or not returns(act):
        return ""
    if step.back_to in [one.step for one in earlier]:
        return step.back_to
    needed = {turn.before for turn in act.turns}
    makers = [one.step for one in earlier if _leads_to(cycle.acts.get(one.act), needed)]
    return makers[-1] if makers else ""


def _leads_to(act: workflow.KnownAct | None, stages: set[str]) -> bool:
    """Whether an act changes the stage to one of these, and to no other."""
    return act is not None and {turn.after for turn in act.turns} <= stages and len(act.turns) > 1
