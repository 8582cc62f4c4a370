"""Waits and clocks of a drawing: run, drawn as a table and back, judged, taken over from other tools."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflow.drawings import ANSWERS, CLOCK, POSTING, asking, beside, escalating, line, told
from tests.workflow.test_linting import CYCLE, faults
from tinhso.workflow import api as workflow
from tinhso.workflow.contracts import Limit, Wait, WaitsFor
from tinhso.workflow.engine import Engine
from tinhso.workflow.reading import read

ENGINES = {
    name: Engine(read(bpmn))
    for name, bpmn in {
        "wait": line(wait=POSTING),
        "asking": asking(),
        "escalating": escalating(),
        "beside": beside(),
    }.items()
}


def steps(engine: Engine, *done: tuple[str, str]) -> workflow.State:
    """The state after these steps were done, or ended by a clock."""
    state = engine.start({"via": "online"})
    for step, limit in done:
        state = engine.complete(state.data, step=step, facts={}, limit=limit)
    return state


def test_a_wait_is_a_step_that_names_its_time_and_who_answers_for_it() -> None:
    (wait,) = steps(ENGINES["wait"], ("tiep_nhan", "")).ready

    assert (wait.step, wait.act, wait.role) == ("niem_yet", "", "specialist")
    assert wait.wait == Wait(WaitsFor.TIME, 15, "working_day")
    assert steps(ENGINES["wait"], ("tiep_nhan", ""), ("niem_yet", "")).ready[0].step == "tham_dinh"


def test_a_clock_that_ends_a_step_leads_its_own_way_and_a_second_visit_is_not_ended_by_it() -> None:
    engine = ENGINES["escalating"]
    assert steps(engine, ("tiep_nhan", ""), ("tham_dinh", "")).ready[0].step == "ky"

    over = [("tiep_nhan", ""), ("tham_dinh", "qua_han")]
    assert steps(engine, *over).ready[0].step == "ky_thay"
    assert steps(engine, *over, ("ky_thay", ""), ("tham_dinh", "")).ready[0].step == "ky"


def test_work_goes_on_beside_a_wait_and_only_one_thing_is_handed_out() -> None:
    engine = ENGINES["beside"]
    both = steps(engine, ("tiep_nhan", ""))
    assert {one.step for one in both.ready} == {"kiem", "niem_yet"}
    assert both.to_hand().step == "kiem"  # type: ignore[union-attr]
    waiting = steps(engine, ("tiep_nhan", ""), ("kiem", ""))
    assert waiting.to_hand("kiem").step == "niem_yet"  # type: ignore[union-attr]
    working = steps(engine, ("tiep_nhan", ""), ("niem_yet", ""))
    assert working.to_hand("kiem").step == "kiem"  # type: ignore[union-attr]
    assert steps(engine, ("tiep_nhan", ""), ("niem_yet", ""), ("kiem", "")).ready[0].step == "tham_dinh"


@settings(max_examples=25, deadline=None)
@given(name=st.sampled_from(sorted(ENGINES)), picks=st.lists(st.integers(0, 5), max_size=14))
def test_every_way_through_can_be_kept_reread_and_gone_again(name: str, picks: list[int]) -> None:
    """A state is its bytes: reread it offers the same, replayed it stands where it stood."""
    engine = ENGINES[name]
    state = engine.start({"via": "online"})
    for pick in picks:
        if not state.ready:
            break
        task = state.ready[pick % len(state.ready)]
        clocks = [one.element for one in engine._steps[task.step].limits if one.goes]
        limit = clocks[0] if clocks and pick % 2 else ""
        facts = {"ket_luan": "tra_lai" if pick == 5 else "ky"} if task.act == "dossiers.sign" else {}
        state = engine.complete(state.data, step=task.step, facts=facts, limit=limit)
    offered = {(one.step, one.wait) for one in state.ready}
    assert {(one.step, one.wait) for one in engine.ready(state.data)} == offered
    again = engine.replay(engine.past(state.data))
    assert {(one.step, one.wait) for one in again.ready} == offered
    assert again.finished == state.finished
    assert state.finished == (not state.ready)
    if state.ready:
        assert state.to_hand() is not None


def test_a_table_with_waits_and_clocks_comes_back_as_it_was() -> None:
    for bpmn in (
        line(wait=POSTING, limits=(told(), Limit("b2", "", 4, "hour", False, "supervisor"))),
        asking(),
    ):
        rows = workflow.in_line(bpmn)
        assert rows is not None
        assert workflow.in_line(workflow.linear(rows, key="k", name="n")) == rows
        assert any(row.wait for row in rows)
        assert "waiting" in workflow.sketch(bpmn) or "receiveTask" in workflow.sketch(bpmn)
    assert workflow.in_line(escalating()) is None
    assert [row.step for row in workflow.listed(escalating())][:2] == ["tiep_nhan", "tham_dinh"]


@pytest.mark.parametrize("bpmn", [line(wait=POSTING, limits=(told(),)), asking(), escalating(), beside()])
def test_sound_drawings_with_waits_have_nothing_wrong(bpmn: str) -> None:
    assert [fault for fault in workflow.lint(bpmn, CYCLE) if fault.blocks] == []


def test_waits_do_not_count_as_branches_done_in_turn() -> None:
    assert workflow.lint(beside(), CYCLE) == ()


def _clock(**said: str) -> str:
    facts = {"id": "dh", "name": "Đồng hồ", "host": "tham_dinh", "cancel": "false", "span": "P3D", **said}
    return line().replace("</bpmn:process>", f"{CLOCK.format(**facts)}</bpmn:process>")


FLOW = '<bpmn:sequenceFlow id="z" sourceRef="dh" targetRef="{}"/></bpmn:process>'


@pytest.mark.parametrize(
    ("bpmn", "element", "words"),
    [
        (line(wait=POSTING, before="tiep_nhan"), "niem_yet", "đã gửi, chưa tiếp nhận"),
        (line(wait=ANSWERS), "cho_tra_loi", "chưa hỏi ai"),
        (line(wait=POSTING).replace("P15D", "P1Y"), "niem_yet", "chỉ đếm số ngày"),
        (line(wait=POSTING).replace("timeDuration", "timeCycle"), "niem_yet", "chỉ đếm số ngày"),
        (
            line(wait=POSTING).replace("<bpmn:flowNodeRef>niem_yet</bpmn:flowNodeRef>", ""),
            "niem_yet",
            "ai giữ",
        ),
        (line(wait=POSTING).replace('name="Niêm yết công khai"', ""), "niem_yet", "chưa đặt tên"),
        (line(limits=(told(role="vua"),)), "bao_tre", "không phải vai nào có thật"),
        (_clock(host="bat_dau"), "dh", "phải gắn trên việc của người"),
        (_clock(cancel="true"), "dh", "ngõ cụt"),
        (_clock().replace("</bpmn:process>", FLOW.format("ky")), "dh", "hồ sơ mỗi lúc do một người giữ"),
        (_clock(cancel="true", host="tiep_nhan").replace("</bpmn:process>", FLOW.format("ky")), "dh", "chưa"),
        (_clock(span="${due}"), "dh", "chỉ đếm số ngày"),
        (_clock().replace("timerEventDefinition", "signalEventDefinition"), "dh", "chỉ gắn được đồng hồ"),
    ],
)
def test_what_is_wrong_with_waits_and_clocks_is_said_at_them(bpmn: str, element: str, words: str) -> None:
    found = faults(bpmn)
    assert words in found.get(element, ""), found


def test_a_clock_that_tells_may_lead_to_an_end() -> None:
    ends = _clock().replace("</bpmn:process>", FLOW.format("xong") + "")
    ends = ends.replace("</bpmn:process>", '<bpmn:endEvent id="xong"/></bpmn:process>')
    assert workflow.lint(ends, CYCLE) == ()
    assert next(step for step in read(ends).steps if step.step == "tham_dinh").limits[0].goes is False


SPANS: dict[str, tuple[int, str] | None] = {
    "P15D": (15, "working_day"),
    "P2W": (14, "calendar_day"),
    "PT4H": (4, "hour"),
    " P007D ": (7, "working_day"),
    '"P3D"': (3, "working_day"),
    "P0D": None,
    "P1DT2H": None,
    "PT30M": None,
    "R/P1D": None,
    "": None,
    "P9999D": None,
}


@pytest.mark.parametrize("span", SPANS)
def test_times_that_can_be_counted(span: str) -> None:
    bpmn = line(wait=POSTING).replace("P15D", span)
    if SPANS[span] is None:
        with pytest.raises(workflow.UnusableProcess):
            read(bpmn)
        return
    wait = next(step.wait for step in read(bpmn).steps if step.wait)
    assert wait is not None
    assert (wait.amount, wait.unit) == SPANS[span]


def test_days_in_a_row_are_counted_when_the_drawing_says_so() -> None:
    days = workflow.in_line(line(wait=POSTING))
    assert days
    from_row = [
        row if row.wait is None else workflow.LineStep(row.step, row.name, "", row.role, wait=Wait(
            WaitsFor.TIME, 15, "calendar_day")) for row in days
    ]  # fmt: skip
    bpmn = workflow.linear(from_row, key="k", name="n")
    assert [step.wait.unit for step in read(bpmn).steps if step.wait] == ["calendar_day"]


def test_waits_of_other_tools_are_taken_over_and_said() -> None:
    theirs = (
        asking()
        .replace(
            '<bpmn:receiveTask id="cho_tra_loi"', '<bpmn:receiveTask messageRef="Message_1" id="cho_tra_loi"'
        )
        .replace("</bpmn:definitions>", '<bpmn:message id="Message_1"/></bpmn:definitions>')
    )
    found = workflow.adopt(theirs.encode())
    assert [(note.element, note.blocks) for note in found.notes] == [("cho_tra_loi", False)]
    assert workflow.lint(found.bpmn, CYCLE) == ()
    timed = workflow.adopt(line(wait=POSTING, limits=(told(),)).encode())
    assert {note.element for note in timed.notes} == {"niem_yet", "bao_tre"}
    assert all("ngày làm việc" in note.sentence for note in timed.notes)


PARTS = st.sampled_from(
    [
        'cancelActivity="false"',
        'attachedToRef="tham_dinh"',
        'attachedToRef="niem_yet"',
        "P15D",
        "timerEventDefinition",
        "timeDuration",
        'id="niem_yet"',
        'targetRef="tham_dinh"',
        "intermediateCatchEvent",
        "boundaryEvent",
        "dossiers.sign",
    ]
)


@settings(max_examples=25, deadline=None)
@given(swaps=st.lists(st.tuples(PARTS, PARTS), min_size=1, max_size=4))
def test_broken_clocks_are_judged_or_refused_in_words(swaps: list[tuple[str, str]]) -> None:
    bpmn = line(wait=POSTING, limits=(told(),))
    for before, after in swaps:
        bpmn = bpmn.replace(before, after)
    try:
        found = workflow.lint(workflow.adopt(bpmn.encode()).bpmn, CYCLE)
    except workflow.UnusableProcess:
        return
    if not any(fault.blocks for fault in found):
        assert Engine(read(bpmn)).start({"via": "online"}).ready
