"""Drawings with waits and clocks, for tests."""

from __future__ import annotations

from dataclasses import replace

from tinhso.workflow import api as workflow
from tinhso.workflow.contracts import Limit, LineStep, Wait, WaitsFor

POSTING = LineStep(
    "niem_yet", "Niêm yết công khai", "", "specialist", wait=Wait(WaitsFor.TIME, 15, "working_day")
)
ANSWERS = LineStep("cho_tra_loi", "Chờ trả lời ý kiến", "", "specialist", wait=Wait(WaitsFor.ANSWERS))
CLOCK = (
    '<bpmn:boundaryEvent id="{id}" name="{name}" attachedToRef="{host}" cancelActivity="{cancel}">'
    "<bpmn:timerEventDefinition><bpmn:timeDuration>{span}</bpmn:timeDuration></bpmn:timerEventDefinition>"
    "</bpmn:boundaryEvent>"
)


def line(*, wait: LineStep | None = None, before: str = "tham_dinh", limits: tuple[Limit, ...] = ()) -> str:
    """The common process with a wait before a step, and clocks on that step that tell."""
    steps = workflow.in_line(workflow.drawing("tham-dinh-ky"))
    assert steps
    made = []
    for step in steps:
        if step.step == before:
            made += [wait] if wait else []
            step = replace(step, limits=limits)
        made.append(step)
    return workflow.linear(made, key="thu", name="Thử")


def told(amount: int = 3, *, role: str = "leader") -> Limit:
    """A clock that only tells."""
    return Limit("bao_tre", "Báo trễ", amount, "working_day", goes=False, role=role)


def asking() -> str:
    """Other agencies are asked, their answers are awaited, then the work goes on."""
    steps = workflow.in_line(workflow.drawing("lay-y-kien"))
    assert steps
    at = next(place for place, step in enumerate(steps) if step.sends) + 1
    return workflow.linear([*steps[:at], ANSWERS, *steps[at:]], key="hoi", name="Hỏi")


def escalating(*, span: str = "P3D", host: str = "tham_dinh", target: str = "ky_thay") -> str:
    """The step ends after its time and a leader drafts in place of the specialist."""
    base = line()
    steal = (
        '<bpmn:userTask id="ky_thay" name="Lãnh đạo phân công lại"><bpmn:extensionElements>'
        "<spiffworkflow:properties>"
        '<spiffworkflow:property name="act" value="dossiers.hand_on"/>'
        '<spiffworkflow:property name="role" value="leader"/></spiffworkflow:properties>'
        "</bpmn:extensionElements></bpmn:userTask>"
        f'<bpmn:sequenceFlow id="x1" sourceRef="qua_han" targetRef="{target}"/>'
        '<bpmn:sequenceFlow id="x2" sourceRef="ky_thay" targetRef="tham_dinh"/>'
    )
    clock = CLOCK.format(id="qua_han", name="Quá 3 ngày", host=host, cancel="true", span=span)
    return base.replace("</bpmn:process>", f"{clock}{steal}</bpmn:process>")


def beside() -> str:
    """After acceptance a posting runs while the specialist checks; both come together before the draft."""
    split = (
        '<bpmn:parallelGateway id="tach"/><bpmn:parallelGateway id="nhap"/>'
        '<bpmn:userTask id="kiem" name="Kiểm tra"><bpmn:extensionElements><spiffworkflow:properties>'
        '<spiffworkflow:property name="act" value="dossiers.hand_on"/>'
        '<spiffworkflow:property name="role" value="specialist"/></spiffworkflow:properties>'
        "</bpmn:extensionElements></bpmn:userTask>"
        '<bpmn:intermediateCatchEvent id="niem_yet" name="Niêm yết"><bpmn:extensionElements>'
        '<spiffworkflow:properties><spiffworkflow:property name="role" value="specialist"/>'
        "</spiffworkflow:properties></bpmn:extensionElements><bpmn:timerEventDefinition>"
        "<bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"
        '<bpmn:sequenceFlow id="y2" sourceRef="tach" targetRef="kiem"/>'
        '<bpmn:sequenceFlow id="y3" sourceRef="tach" targetRef="niem_yet"/>'
        '<bpmn:sequenceFlow id="y4" sourceRef="kiem" targetRef="nhap"/>'
        '<bpmn:sequenceFlow id="y5" sourceRef="niem_yet" targetRef="nhap"/>'
        '<bpmn:sequenceFlow id="y6" sourceRef="nhap" targetRef="tham_dinh"/>'
    )
    base = line().replace('targetRef="tham_dinh"', 'targetRef="tach"', 1)
    assert base.count('targetRef="tach"') == 1
    return base.replace("</bpmn:process>", f"{split}</bpmn:process>")
