"""Running work goes over to another drawing only where its past and present are the same there."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow.test_processes import AT
from tinhso.foundation.refs import SYSTEM
from tinhso.workflow import api as workflow

DRAWN = workflow.drawing("tham-dinh-ky")
NEW_STEP = """<bpmn:userTask id="kiem_tra" name="Kiểm tra thể thức">
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="act" value="dossiers.hand_on" />
        <spiffworkflow:property name="share" value="0" />
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f3b</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:userTask id="ky" """


def put(drawing: str) -> UUID:
    return workflow.deploy(key="k", bpmn=drawing, by=SYSTEM, at=AT)


def with_a_check() -> str:
    """The drawing with one more step, between drafting and signing."""
    text = DRAWN.replace('<bpmn:userTask id="ky" ', NEW_STEP)
    text = text.replace(
        "<bpmn:flowNodeRef>tham_dinh</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>tham_dinh</bpmn:flowNodeRef><bpmn:flowNodeRef>kiem_tra</bpmn:flowNodeRef>",
    )
    flow = re.search(r'<bpmn:sequenceFlow id="f3"[^>]*/>', text)
    assert flow is not None
    text = text.replace(
        flow[0],
        '<bpmn:sequenceFlow id="f3" sourceRef="tham_dinh" targetRef="kiem_tra" />'
        '<bpmn:sequenceFlow id="f3b" sourceRef="kiem_tra" targetRef="ky" />',
    )
    signing = text.index('<bpmn:userTask id="ky" ')
    return text[:signing] + text[signing:].replace(
        "<bpmn:incoming>f3</bpmn:incoming>", "<bpmn:incoming>f3b</bpmn:incoming>", 1
    )


def walked(version: UUID, *answers: dict[str, str]) -> workflow.State:
    state = workflow.start(version, {"via": "online"})
    for facts in answers:
        state = workflow.complete(version, state.data, step=state.ready[0].step, facts=facts)
    return state


@pytest.mark.django_db
@pytest.mark.parametrize("key", workflow.GALLERY)
@settings(max_examples=12)
@given(data=st.data())
def test_moving_to_the_same_drawing_changes_nothing_however_far_it_went(
    key: str, data: st.DataObject
) -> None:
    version = workflow.deploy(key=key, bpmn=workflow.drawing(key), by=SYSTEM, at=AT)
    state = workflow.start(version, {"via": "online"})
    for facts in data.draw(
        st.lists(st.sampled_from([{}, {"ket_luan": "ky"}, {"ket_luan": "tra_lai"}]), max_size=9)
    ):
        if state.finished:
            break
        state = workflow.complete(version, state.data, step=state.ready[0].step, facts=facts)

    moved = workflow.move(version, state.data, to=version)

    assert [task.step for task in moved.ready] == [task.step for task in state.ready]
    assert moved.finished == state.finished


@pytest.mark.django_db
def test_a_step_that_lies_ahead_is_new_for_who_comes_to_it() -> None:
    old, new = put(DRAWN), put(with_a_check())
    here = walked(old, {})

    moved = workflow.move(old, here.data, to=new)
    after = workflow.complete(new, moved.data, step="tham_dinh", facts={})

    assert [task.step for task in moved.ready] == ["tham_dinh"]
    assert [task.step for task in after.ready] == ["kiem_tra"]


@pytest.mark.django_db
def test_a_step_that_would_have_come_before_what_is_done_forbids_it() -> None:
    old, new = put(DRAWN), put(with_a_check())

    with pytest.raises(workflow.CannotMove, match="Ký duyệt"):
        workflow.move(old, walked(old, {}, {}).data, to=new)


@pytest.mark.django_db
def test_another_role_for_the_step_under_way_forbids_it_and_for_a_later_one_does_not() -> None:
    old = put(DRAWN)
    new = put(DRAWN.replace('id="lan_chuyenmon" name="specialist"', 'id="lan_chuyenmon" name="clerk"'))

    assert workflow.move(old, walked(old).data, to=new).ready[0].step == "tiep_nhan"
    with pytest.raises(workflow.CannotMove, match="Thẩm định"):
        workflow.move(old, walked(old, {}).data, to=new)


@pytest.mark.django_db
def test_a_returned_draft_is_walked_through_again_with_what_was_decided_then() -> None:
    old, new = put(DRAWN), put(DRAWN.replace("Ký duyệt", "Phê duyệt"))
    here = walked(old, {}, {}, {"ket_luan": "tra_lai"}, {}, {"ket_luan": "ky"})

    moved = workflow.move(old, here.data, to=new)

    assert [task.step for task in moved.ready] == ["dong_dau"]
