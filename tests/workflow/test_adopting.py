"""Drawings of other tools: what can be mapped is mapped and runs, what cannot is named element by element."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
import SpiffWorkflow
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.dossiers import api as dossiers
from tinhso.workflow import api as workflow
from tinhso.workflow.adopting import translated
from tinhso.workflow.engine import Engine
from tinhso.workflow.expressions import check
from tinhso.workflow.reading import read

FILES = Path(__file__).parent / "fixtures" / "vendors"
CYCLE = dossiers.life_cycle()


def adopted(name: str) -> workflow.Adopted:
    return workflow.adopt((FILES / f"{name}.bpmn").read_bytes())


def said(found: workflow.Adopted) -> str:
    return "\n".join(f"{note.element}: {note.sentence}" for note in found.notes)


@pytest.mark.parametrize("name", ["camunda", "flowable", "zeebe"])
def test_a_drawing_in_another_dialect_runs_after_it_was_taken_over(name: str) -> None:
    found = adopted(name)

    assert not any(note.blocks for note in found.notes), said(found)
    assert workflow.lint(found.bpmn, CYCLE) == ()
    engine = Engine(read(found.bpmn))
    state, walked = engine.start({"via": "online"}), []
    for facts in ({}, {}, {"ket_luan": "tra_lai"}, {}, {"ket_luan": "ky"}, {}, {}):
        walked.append(state.ready[0].act.removeprefix("dossiers."))
        state = engine.complete(state.data, step=state.ready[0].step, facts=facts)
    assert walked == ["accept", "draft_result", "sign", "draft_result", "sign", "seal", "hand_over"]
    assert state.finished
    assert "Phần mở rộng" in said(found)
    assert workflow.adopt(found.bpmn.encode()).notes == ()


def test_pools_messages_timers_and_machines_are_named_one_by_one() -> None:
    found = adopted("pools")
    words = said(found)

    for element, part in (
        ("doi_ngay", "đếm ngày làm việc"),
        ("kiem_kho", "Máy không tự làm"),
        ("nhieu_duong", "cổng chọn một đường"),
        ("cho_tin", "chờ trả lời ý kiến"),
        ("goi_khac", "vẽ các bước của phần này"),
        ("nguoi_dan", "bỏ “Người dân”"),
        ("tin_1", "Mũi tên thông điệp"),
    ):
        assert any(note.element == element and part in note.sentence for note in found.notes), (
            element,
            words,
        )
    plain = next(note for note in found.notes if note.element == "xem")
    assert not plain.blocks
    assert "chọn việc và vai" in plain.sentence
    assert "gửi" in next(note.sentence for note in found.notes if note.element == "bao_tin")
    faulty = {fault.element for fault in workflow.lint(found.bpmn, CYCLE) if fault.blocks}
    assert {"doi_ngay", "kiem_kho", "nhieu_duong", "cho_tin", "goi_khac", "xem", "bao_tin"} <= faulty


def test_drawings_shipped_with_the_engine_are_taken_over_or_refused_in_words() -> None:
    shipped = sorted(Path(SpiffWorkflow.__file__).parent.rglob("*.bpmn"))
    for file in (*shipped, *FILES.glob("*.bpmn")):
        found = workflow.adopt(file.read_bytes())
        workflow.lint(found.bpmn, CYCLE)
        workflow.sketch(found.bpmn)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("${ket_luan == 'tra_lai'}", "ket_luan == 'tra_lai'"),
        ("#{a == 1 && !b || c}", "a == 1 and not b or c"),
        ('= ket_luan = "a=b"', 'ket_luan == "a=b"'),
        ("= a >= 3 and b != true", "a >= 3 and b != True"),
        ('ket_luan == "tra_lai"', 'ket_luan == "tra_lai"'),
    ],
)
def test_conditions_of_other_dialects_are_spelled_in_ours(theirs: str, ours: str) -> None:
    assert translated(theirs) == ours
    check(translated(theirs))


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe" + "<a/>".encode("utf-16-le"),
        f"{BOMB}{HEAD}&b;</definitions>".encode(),
        f'<!DOCTYPE x SYSTEM "file:///etc/passwd">{HEAD}</definitions>'.encode(),
        f"{HEAD}{'<process>' * 5000}".encode(),
        f"{HEAD}<process id='a'>{'<subProcess>' * 99}{'</subProcess>' * 99}</process></definitions>".encode(),
        f"{HEAD}<process id='a'>{'<task/>' * 100_000}</process></definitions>".encode(),
        b"<?xml version='1.0' encoding='utf-7'?>" + HEAD.encode() + b"</definitions>",
        b"<?xml version='1.0' encoding='no-such'?>" + HEAD.encode() + b"</definitions>",
        b"x" * 2_000_001,
        b"<html/>",
        HEAD.encode() + b"</definitions>",
    ],
    ids=lambda data: repr(data[:30]),
)
def test_a_hostile_file_is_refused_in_words_and_at_once(data: bytes) -> None:
    began = time.perf_counter()
    try:
        found = workflow.adopt(data)
    except workflow.UnusableProcess as refused:
        sentences = [refused.message]
    else:
        sentences = [fault.sentence for fault in workflow.lint(found.bpmn, CYCLE) if fault.blocks]
    assert any(sentences)
    assert time.perf_counter() - began < 2


TAGS = ["process", "userTask", "task", "sequenceFlow", "subProcess", "startEvent", "endEvent", "laneSet",
        "lane", "flowNodeRef", "exclusiveGateway", "parallelGateway", "sendTask", "conditionExpression",
        "extensionElements", "collaboration", "participant", "intermediateThrowEvent",
        "messageEventDefinition", "boundaryEvent"]  # fmt: skip
ATTRIBUTES = ["id", "name", "sourceRef", "targetRef", "default", "attachedToRef", "processRef"]
NAMES = st.sampled_from(["a", "b", "c", "d", "", "a@b", "leader"])


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> str:
    tag = draw(st.sampled_from(TAGS))
    attributes = draw(st.dictionaries(st.sampled_from(ATTRIBUTES), NAMES, max_size=4))
    inside = "".join(draw(st.lists(trees(depth - 1), max_size=3))) if depth else draw(NAMES)
    head = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{tag}{head}>{inside}</{tag}>"


@settings(max_examples=15)
@given(st.lists(trees(), max_size=3))
def test_any_tree_of_elements_is_read_named_or_refused(parts: list[str]) -> None:
    data = f"{HEAD}{''.join(parts)}</definitions>".encode()
    try:
        found = workflow.adopt(data)
    except workflow.UnusableProcess:
        return
    workflow.lint(found.bpmn, CYCLE)
    workflow.sketch(found.bpmn)
    workflow.listed(found.bpmn)
    with contextlib.suppress(workflow.UnusableProcess):
        workflow.in_line(found.bpmn)


@settings(max_examples=60)
@given(st.binary(max_size=40), st.integers(0, 6000), st.integers(0, 40))
def test_a_drawing_with_some_bytes_changed_is_read_or_refused(noise: bytes, place: int, cut: int) -> None:
    data = bytearray(workflow.drawing("xa-so").encode())
    data[place : place + cut] = noise
    with contextlib.suppress(workflow.UnusableProcess):
        workflow.lint(workflow.adopt(bytes(data)).bpmn, CYCLE)
