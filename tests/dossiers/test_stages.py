"""The stages by which drawings are judged agree with the table of turns and with what steps are bound to."""

from __future__ import annotations

import pytest

from tinhso.dossiers import lifecycle
from tinhso.dossiers.stages import STAGES, TURNS, life_cycle


@pytest.mark.parametrize("act", TURNS)
def test_every_stage_turn_is_a_turn_of_the_life_cycle(act: str) -> None:
    for before, after, _facts in TURNS[act]:
        name = "send_back" if (act, after) == ("sign", "processing") else act
        assert lifecycle.TURNS[name][STAGES[before][0]] == STAGES[after][0]


def test_every_act_that_finishes_a_step_is_known_with_somebody_who_may_do_it() -> None:
    acts = {**lifecycle.STEP_BOUND, **lifecycle.STEP_ASKS}
    cycle = life_cycle()
    assert set(TURNS) == set(acts) - {"send_back"}
    assert set(cycle.acts) == set(acts.values())
    assert all(act.roles & set(cycle.roles) for act in cycle.acts.values())
