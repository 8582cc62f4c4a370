"""What is wrong with a drawing is said in words, at its element, before it is deployed."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tinhso.dossiers import api as dossiers
from tinhso.workflow import api as workflow

CYCLE = dossiers.life_cycle()
DRAWN = workflow.drawing("tham-dinh-ky")
SPIN = """<bpmn:exclusiveGateway id="vong" name="Vòng" default="v2"/>
    <bpmn:exclusiveGateway id="vong_2" name="Vòng hai" default="v3"/>
    <bpmn:sequenceFlow id="v1" sourceRef="vong" targetRef="tiep_nhan">
      <bpmn:conditionExpression>via == "online"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="v2" sourceRef="vong" targetRef="vong_2"/>
    <bpmn:sequenceFlow id="v3" sourceRef="vong_2" targetRef="vong"/>
    <bpmn:sequenceFlow id="f1" sourceRef="bat_dau" targetRef="vong" />"""

Break = Callable[[str], str]


def without(piece: str) -> Break:
    """Take one piece out, which must be there."""

    def change(text: str) -> str:
        assert piece in text
        return text.replace(piece, "")

    return change


def instead(piece: str, other: str) -> Break:
    """Put another piece in its place."""

    def change(text: str) -> str:
        assert piece in text, piece
        return text.replace(piece, other, 1)

    return change


def by_machine(text: str) -> str:
    """The last step is a machine's."""
    head, tail = text.split('<bpmn:userTask id="tra_ket_qua"')
    tail = tail.replace("</bpmn:userTask>", "</bpmn:serviceTask>", 1)
    return f'{head}<bpmn:serviceTask id="tra_ket_qua"{tail}'


def faults(drawing: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for fault in workflow.lint(drawing, CYCLE):
        found[fault.element] = f"{found.get(fault.element, '')} {fault.sentence}"
    return found


@pytest.mark.parametrize("key", workflow.GALLERY)
def test_nothing_is_wrong_with_the_gallery(key: str) -> None:
    assert workflow.lint(workflow.drawing(key), CYCLE) == ()


@pytest.mark.parametrize(
    ("change", "element", "words"),
    [
        (instead('targetRef="dong_dau"', 'targetRef="ket_thuc"'), "dong_dau", "Không có đường nào dẫn đến"),
        (instead('sourceRef="dong_dau" targetRef="tra_ket_qua"', 'sourceRef="dong_dau" targetRef="x"'),
         "dong_dau", "ngõ cụt"),
        (instead('name="specialist"', 'name="phong_ky_thuat"'), "tham_dinh", "không phải vai nào có thật"),
        (without("<bpmn:flowNodeRef>tham_dinh</bpmn:flowNodeRef>"), "tham_dinh", "chưa có vai làm"),
        (instead('name="specialist"', 'name="clerk"'), "tham_dinh", "Vai được làm"),
        (instead("dossiers.draft_result", "dossiers.dance"), "tham_dinh", "không có: dossiers.dance"),
        (instead('value="dossiers.draft_result"', 'value=""'), "tham_dinh", "chưa chọn"),
        (instead("dossiers.draft_result", "dossiers.hand_on"), "ky", "chưa có dự thảo"),
        (without(' default="f5"'), "ket_luan", "chưa có đường đi mặc định"),
        (instead('ket_luan == "tra_lai"', 'tien > 5'), "f6", "không việc nào ghi"),
        (instead('ket_luan == "tra_lai"', 'ket_luan == "thoi"'), "f6", "không bao giờ có"),
        (instead('ket_luan == "tra_lai"', "import os"), "f6", "Không hiểu điều kiện"),
        (instead('value="60"', 'value="90"'), "bpmn", "130%"),
        (instead('targetRef="tra_ket_qua"', 'targetRef="ket_thuc"'), "tra_ket_qua", "Không có đường nào"),
        (by_machine, "tra_ket_qua", "Máy không tự làm"),
        (instead('<bpmn:sequenceFlow id="f1" sourceRef="bat_dau" targetRef="tiep_nhan" />', SPIN),
         "vong_2", "chạy mãi"),
        (instead('<bpmn:startEvent id="bat_dau"', '<bpmn:startEvent id="x"/><bpmn:startEvent id="bat_dau"'),
         "bpmn", "đúng một điểm đầu"),
        (instead('userTask id="dong_dau"', 'userTask id="ky"'), "ky", "cùng mã"),
    ],
)  # fmt: skip
def test_each_fault_is_said_at_its_element(change: Break, element: str, words: str) -> None:
    drawing = change(DRAWN)
    found = faults(drawing)
    assert words in found.get(element, ""), found


def test_a_process_that_ends_before_the_result_is_handed_over_says_where_it_stands() -> None:
    steps = workflow.in_line(DRAWN)
    assert steps
    drawing = workflow.linear(steps[:-1], key="k", name="Thiếu")
    assert "đã có kết quả, chưa trả" in faults(drawing)["bpmn"]


def test_parallel_branches_are_named_as_done_one_after_another_and_it_is_only_a_warning() -> None:
    (warning,) = workflow.lint(PARALLEL, CYCLE)
    assert not warning.blocks
    assert "lần lượt" in warning.sentence
    assert "Kiểm tra A" in warning.sentence


def test_a_branch_that_waits_for_ever_is_named() -> None:
    drawing = PARALLEL.replace(
        '<bpmn:parallelGateway id="tach"/>', '<bpmn:exclusiveGateway id="tach" default="p3"/>'
    ).replace(
        '<bpmn:sequenceFlow id="p2" sourceRef="tach" targetRef="a"/>',
        '<bpmn:sequenceFlow id="p2" sourceRef="tach" targetRef="a">'
        '<bpmn:conditionExpression>via == "online"</bpmn:conditionExpression></bpmn:sequenceFlow>',
    )
    assert "không bao giờ tới" in faults(drawing)["nhap"]


def test_a_wide_drawing_is_judged_in_a_moment() -> None:
    steps = workflow.in_line(DRAWN)
    assert steps
    middle = [
        workflow.LineStep(f"x{number}", f"Bước {number}", "dossiers.hand_on", "specialist", back_to="")
        for number in range(50)
    ]
    began = time.perf_counter()
    assert workflow.lint(workflow.linear([steps[0], *middle, *steps[1:]], key="k", name="Dài"), CYCLE) == ()
    assert time.perf_counter() - began < 2


def _task(name: str, title: str, act: str) -> str:
    return (
        f'<bpmn:userTask id="{name}" name="{title}"><bpmn:extensionElements><s:properties>'
        f'<s:property name="act" value="dossiers.{act}"/></s:properties>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )


def _flow(name: str, source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


PARALLEL = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">'
    '<bpmn:process id="song_song" isExecutable="true">'
    '<bpmn:laneSet id="l"><bpmn:lane id="l1" name="intake_officer"><bpmn:flowNodeRef>nhan</bpmn:flowNodeRef>'
    "<bpmn:flowNodeRef>tra</bpmn:flowNodeRef></bpmn:lane>"
    '<bpmn:lane id="l2" name="specialist"><bpmn:flowNodeRef>a</bpmn:flowNodeRef><bpmn:flowNodeRef>b'
    "</bpmn:flowNodeRef><bpmn:flowNodeRef>thao</bpmn:flowNodeRef></bpmn:lane>"
    '<bpmn:lane id="l3" name="leader"><bpmn:flowNodeRef>ky</bpmn:flowNodeRef></bpmn:lane>'
    '<bpmn:lane id="l4" name="clerk"><bpmn:flowNodeRef>dau</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
    '<bpmn:startEvent id="dau_tien"/><bpmn:endEvent id="het"/>'
    '<bpmn:parallelGateway id="tach"/><bpmn:parallelGateway id="nhap"/>'
    '<bpmn:exclusiveGateway id="xet" default="q2"/>'
    + _task("nhan", "Tiếp nhận", "accept")
    + _task("a", "Kiểm tra A", "hand_on")
    + _task("b", "Kiểm tra B", "hand_on")
    + _task("thao", "Dự thảo", "draft_result")
    + _task("ky", "Ký", "sign")
    + _task("dau", "Đóng dấu", "seal")
    + _task("tra", "Trả", "hand_over")
    + _flow("p0", "dau_tien", "nhan")
    + _flow("p1", "nhan", "tach")
    + _flow("p2", "tach", "a")
    + _flow("p3", "tach", "b")
    + _flow("p4", "a", "nhap")
    + _flow("p5", "b", "nhap")
    + _flow("p6", "nhap", "thao")
    + _flow("p7", "thao", "ky")
    + _flow("p8", "ky", "xet")
    + '<bpmn:sequenceFlow id="q1" sourceRef="xet" targetRef="thao"><bpmn:conditionExpression>'
    + 'ket_luan == "tra_lai"</bpmn:conditionExpression></bpmn:sequenceFlow>'
    + _flow("q2", "xet", "dau")
    + _flow("q3", "dau", "tra")
    + _flow("q4", "tra", "het")
    + "</bpmn:process></bpmn:definitions>"
)
