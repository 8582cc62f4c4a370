"""Steps in a row become a drawing with its picture, and are read back as they were."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tinhso.foundation.errors import Invalid
from tinhso.workflow import api as workflow
from tinhso.workflow.engine import Engine
from tinhso.workflow.gallery import drawn
from tinhso.workflow.reading import read

ROLES = ("intake_officer", "specialist", "leader")


@st.composite
def lines(draw: st.DrawFn) -> tuple[workflow.LineStep, ...]:
    names = draw(st.lists(st.text("abcxyz", min_size=1, max_size=4), min_size=1, max_size=7, unique=True))
    made: list[workflow.LineStep] = []
    for name in names:
        back = draw(st.sampled_from(["", *(step.step for step in made)]))
        made.append(
            workflow.LineStep(
                step=name,
                name=draw(st.sampled_from(["Thẩm định & ký <1>", "Bước"])),
                act="dossiers.hand_on",
                role=draw(st.sampled_from(ROLES)),
                phase=draw(st.sampled_from(["", "xa", "so"])),
                share=draw(st.integers(0, 10)),
                back_to=back,
                sends=draw(st.booleans()),
            )
        )
    return tuple(made)


@settings(max_examples=30)
@given(lines())
def test_what_was_written_is_read_back_the_same_and_runs_to_its_end(
    steps: tuple[workflow.LineStep, ...],
) -> None:
    drawing = workflow.linear(steps, key="thử 1", name="Thử & “xem”")
    assert workflow.in_line(drawing) == steps
    engine = Engine(read(drawing))
    state = engine.start({"via": "online"})
    for step in steps:
        assert [ready.step for ready in state.ready] == [step.step]
        state = engine.complete(state.data, step=step.step, facts={"ket_luan": "ky"})
    assert state.finished


@pytest.mark.parametrize("key", drawn.DRAWN)
def test_the_files_of_the_gallery_are_what_their_steps_say(key: str) -> None:
    assert drawn.written(key) == workflow.drawing(key)


@pytest.mark.parametrize("key", workflow.GALLERY)
def test_every_element_of_the_gallery_has_its_place_in_the_picture(key: str) -> None:
    root = etree.fromstring(workflow.drawing(key).encode())
    shown = {one.get("bpmnElement") for one in root.iter() if one.get("bpmnElement")}
    drawn_kinds = (
        "lane",
        "userTask",
        "sendTask",
        "sequenceFlow",
        "startEvent",
        "endEvent",
        "exclusiveGateway",
    )
    names = {one.get("id") for kind in drawn_kinds for one in root.iter(f"{{*}}{kind}")}
    assert names <= shown
    assert workflow.sketch(workflow.drawing(key)).count("<rect") == len(root.findall(".//{*}lane")) + len(
        root.findall(".//{*}userTask") + root.findall(".//{*}sendTask")
    )


@pytest.mark.parametrize("key", workflow.GALLERY)
def test_every_gallery_process_can_be_changed_as_a_table(key: str) -> None:
    steps = workflow.in_line(workflow.drawing(key))
    assert steps is not None
    assert [step.name for step in steps] == list(
        next(line.steps for line in workflow.gallery_lines() if line.key == key)
    )


def test_no_step_twice_one_and_a_strange_id_are_refused() -> None:
    step = workflow.LineStep("a", "A", "dossiers.accept", "intake_officer")
    odd = workflow.LineStep("A b", "A", "dossiers.accept", "intake_officer")
    for steps in ([], [step, step], [odd], [step] * 61):
        with pytest.raises(Invalid):
            workflow.linear(steps, key="k", name="x")


def test_a_name_becomes_an_id_that_nobody_has_yet() -> None:
    assert workflow.plain("Thẩm định hồ sơ") == "tham_dinh_ho_so"
    assert workflow.plain("Thẩm định hồ sơ", ["tham_dinh_ho_so"]) == "tham_dinh_ho_so_2"
    assert workflow.plain("  ") == "buoc"
    assert workflow.plain("2 bước") == "b_2_buoc"
