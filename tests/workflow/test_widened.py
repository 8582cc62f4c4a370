"""Envelopes, sub-processes and parallel branches run through the real engine, each state kept and reread."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.workflow.test_linting import CYCLE, PARALLEL
from tinhso.workflow import api as workflow
from tinhso.workflow.engine import Engine
from tinhso.workflow.reading import read

FIXTURES = Path(__file__).parent / "fixtures"
WIDENED = (FIXTURES / "widened.bpmn").read_text()
"""A sub-process within a sub-process, an envelope in it, and a return into the middle of them."""


def walk(engine: Engine, answers: list[dict[str, str]]) -> tuple[list[str], workflow.State]:
    """Finish what is offered first, with a fresh engine for every step as another process would have."""
    state, walked = engine.start({"via": "online"}), []
    for facts in answers:
        step = engine.ready(state.data)[0].step
        walked.append(step)
        state = engine.complete(state.data, step=step, facts=facts)
    return walked, state


def test_a_sub_process_with_an_envelope_runs_to_its_end_and_back_into_itself() -> None:
    engine = Engine(read(WIDENED))
    answers = [{}, {}, {}, {}, {"ket_luan": "tra_lai"}, {}, {"ket_luan": "ky"}, {}, {}]

    walked, state = walk(engine, answers)

    assert walked == ["nhan", "hoi", "kiem", "thao", "ky", "thao", "ky", "dau", "tra"]
    assert state.finished
    assert workflow.lint(WIDENED, CYCLE) == ()


def test_steps_within_have_the_role_of_the_sub_process_around_them() -> None:
    roles = {step.step: step.role for step in read(WIDENED).steps}
    assert roles == {
        "nhan": "intake_officer",
        "hoi": "specialist",
        "kiem": "specialist",
        "thao": "specialist",
        "ky": "leader",
        "dau": "clerk",
        "tra": "intake_officer",
    }


def test_a_state_kept_within_a_sub_process_goes_on_in_later_releases() -> None:
    engine = Engine(read(WIDENED))
    state = (FIXTURES / "widened-1.5.json").read_bytes()
    assert [task.step for task in engine.ready(state)] == ["kiem"]

    for step in ("kiem", "thao", "ky", "dau", "tra"):
        after = engine.complete(state, step=step, facts={"ket_luan": "ky"})
        state = after.data

    assert after.finished


def test_parallel_branches_are_offered_together_and_the_join_waits_for_both() -> None:
    engine = Engine(read(PARALLEL))
    state = engine.complete(engine.start({"via": "online"}).data, step="nhan", facts={})
    assert [task.step for task in engine.ready(state.data)] == ["a", "b"]

    state = engine.complete(state.data, step="b", facts={})
    assert [task.step for task in engine.ready(state.data)] == ["a"]
    state = engine.complete(state.data, step="a", facts={})
    assert [task.step for task in engine.ready(state.data)] == ["thao"]


@pytest.mark.parametrize(
    ("piece", "other"),
    [
        ('<bpmn:startEvent id="trong_dau"/>',
         '<bpmn:startEvent id="trong_dau"/><bpmn:startEvent id="them"/>'),
        ('<bpmn:startEvent id="bat_dau"/>',
         '<bpmn:startEvent id="bat_dau"/><bpmn:boundaryEvent id="gan" attachedToRef="trong"/>'),
        ('<bpmn:endEvent id="trong_het"/>',
         '<bpmn:endEvent id="trong_het"/><bpmn:standardLoopCharacteristics/>'),
    ],
)  # fmt: skip
def test_a_sub_process_that_would_mean_something_else_put_flat_is_named(piece: str, other: str) -> None:
    assert piece in WIDENED
    drawing = WIDENED.replace(piece, other)
    with pytest.raises(workflow.UnusableProcess) as refused:
        read(drawing)
    assert "quy trình con" in refused.value.faults["trong"] or "dấu lặp" in refused.value.faults["trong"]


def test_a_chain_of_thousands_is_refused_and_does_not_break_the_program() -> None:
    tasks = "".join(f'<bpmn:userTask id="t{n}" name="x"/>' for n in range(1500))
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{n}" sourceRef="t{n}" targetRef="t{n + 1}"/>' for n in range(1499)
    )
    drawing = PARALLEL.replace("</bpmn:process>", f"{tasks}{flows}{LEAD}</bpmn:process>")
    with pytest.raises(workflow.UnusableProcess):
        read(drawing)


LEAD = '<bpmn:sequenceFlow id="vao" sourceRef="tach" targetRef="t0"/>'
