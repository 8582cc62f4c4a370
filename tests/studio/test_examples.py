"""Example runs: a case put through a draft's parts, what comes out otherwise in words, shipped cases true."""

from __future__ import annotations

import contextlib
import copy
import json
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.studio.test_drafts import DAY, NAME, fresh
from tests.support import people
from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.procedures.demo import files
from tinhso.studio import api as studio
from tinhso.studio import parts
from tinhso.studio.contracts import Body
from tinhso.studio.operations.drafts import begin
from tinhso.studio.parts.examples import FOLDER, shipped
from tinhso.studio.runs import cases, running
from tinhso.studio.runs.cases import Case, CaseUnreadable, Facts, Turn
from tinhso.studio.runs.running import Trial, run_all
from tinhso.workflow import api as workflow

SHIPPED = sorted(file.stem for file in FOLDER.glob("*.json"))


def bodies(code: str) -> dict[Any, Body]:
    """The parts of a procedure of the demo, as a draft begun from it has them."""
    entry = next(file for file in files() if file["code"] == code)
    whole = json.loads(json.dumps(procedures.encoded(procedures.content_of(entry["content"]))))
    found = {name: kind.empty() for name, kind in parts.KINDS.items()}
    for name in (NAME.DESCRIPTION, NAME.PAPERS, NAME.FEES, NAME.PROCESS):
        found[name] |= {field: whole[field] for field in found[name] if field in whole}
    found[NAME.FORM] = {"code": entry["form"], "definition": forms.shipped()[entry["form"]]}
    found[NAME.PROCESS]["key"] = entry["process"]
    found[NAME.EXAMPLES] = shipped(code)
    return found


def sentences(changed: dict[Any, Body], at: int = 0) -> list[str]:
    return [one.sentence for one in run_all(changed)[at].differences]


@pytest.mark.django_db
@pytest.mark.parametrize("code", SHIPPED)
def test_every_shipped_case_comes_out_as_recorded(code: str) -> None:
    runs = run_all(bodies(code))
    assert len(runs) >= 4
    assert {run.name: run.differences for run in runs if not run.holds} == {}


def test_four_procedures_ship_cases() -> None:
    assert len(SHIPPED) >= 4


@pytest.mark.django_db
def test_what_comes_out_otherwise_is_told_in_words() -> None:
    whole = bodies("1.004873")
    later = copy.deepcopy(whole)
    later[NAME.DESCRIPTION]["term"]["amount"] = 7
    later[NAME.DESCRIPTION]["channels"] = []
    assert sentences(later) == ["Thời hạn: mong 3 ngày làm việc, nay 7 ngày làm việc."]

    asking = copy.deepcopy(whole)
    asking[NAME.PAPERS]["papers"].append({"code": "cc", "name": "Ảnh căn cước", "originals": 1})
    assert sentences(asking)[0] == "Nay đòi thêm “Ảnh căn cước”."

    dear = copy.deepcopy(whole)
    dear[NAME.FEES]["fees"][0]["amount"] = 8000
    assert sentences(dear) == ["Lệ phí hộ tịch: mong 0 đồng, nay 8.000 đồng."]

    short = copy.deepcopy(whole)
    short[NAME.PROCESS]["key"] = "mot-buoc"
    assert sentences(short)[-1].startswith("Đường đi: mong Tiếp nhận (Cán bộ tiếp nhận), Thẩm định")

    unasked = copy.deepcopy(whole)
    del unasked[NAME.FORM]["definition"]["pages"][0]["fields"][0]
    with pytest.raises(forms.DefinitionFaulty):
        run_all(unasked)


@pytest.mark.django_db
def test_a_case_without_a_paper_asks_for_it_and_says_in_how_many_days() -> None:
    trial = Trial(bodies("1.001193"))
    missing = trial.outcome(Case("x", Facts(date(2026, 11, 25))))
    assert (missing.missing, missing.supplement) == (("giay-chung-sinh",), 30)
    whole = trial.outcome(Case("x", Facts(date(2026, 11, 25)), papers=("giay-chung-sinh",)))
    assert (whole.missing, whole.supplement) == ((), None)


def test_a_step_says_what_it_was_told_once() -> None:
    bpmn = workflow.drawing("mot-buoc")
    plain = [one.step for one in workflow.trial(bpmn, {}).steps]
    back = workflow.trial(bpmn, {}, [("ky", {"ket_luan": "tra_lai"})])
    assert (plain, back.finished) == (["tiep_nhan", "du_thao", "ky", "dong_dau", "tra_ket_qua"], True)
    assert [one.step for one in back.steps].count("ky") == 2
    assert workflow.sayings(bpmn) == (("ket_luan", "tra_lai"),)
    circle = workflow.trial(bpmn, {}, [("ky", {"ket_luan": "tra_lai"})] * 99)
    assert not circle.finished


@pytest.mark.django_db
def test_fifty_cases_run_well_within_two_seconds() -> None:
    many = bodies("1.013225")
    many[NAME.EXAMPLES]["examples"] = many[NAME.EXAMPLES]["examples"] * 13
    begun = time.process_time()
    assert len(run_all(many)) >= 50
    assert time.process_time() - begun < 2


@pytest.mark.django_db
def test_a_case_that_fails_keeps_the_draft_from_being_published() -> None:
    draft, author = fresh()
    content = {name: view.body for name, view in studio.draft(draft).parts.items()}
    case = Case("Nộp đủ", Facts(date(2026, 11, 25)), turns=(Turn("ky", {"ket_luan": "tra_lai"}),))
    recorded = cases.Case(case.name, case.facts, turns=case.turns, expected=Trial(content).outcome(case))
    body = {"examples": [cases.plain(recorded)]}
    studio.save(draft_id=draft, part=NAME.EXAMPLES, body=body, seen=0, by=author, at=AT)
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    changed = {**before.body, "term": {"amount": 9, "unit": "working_day"}, "channels": []}
    changed["channels"] = [{"kind": "online"}]
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=changed, seen=before.revision, by=author, at=AT)
    other = people.officer(identity.Role.ADMINISTRATOR)
    with pytest.raises(studio.NotSound) as refused:
        studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT)
    assert [problem.part for problem in refused.value.problems] == [NAME.EXAMPLES]
    assert "nay 9 ngày làm việc" in refused.value.problems[0].sentence


@pytest.mark.django_db
def test_a_draft_begun_from_a_shipped_procedure_has_its_cases() -> None:
    entry = next(file for file in files() if file["code"] == "1.004873")
    author = people.officer(identity.Role.SPECIALIST)
    content = procedures.content_of(entry["content"])
    version = procedures.draft(code="1.004873", content=content, by=author, at=AT)
    draft = begin(code="1.004873", title="x", base=procedures.version(version), by=author, at=AT)
    assert studio.draft(draft).body(NAME.EXAMPLES) == shipped("1.004873")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(JSON | st.fixed_dictionaries({"examples": st.lists(JSON, max_size=3)}))
def test_what_is_no_case_is_refused_in_words(body: Any) -> None:
    with contextlib.suppress(CaseUnreadable):
        assert all(isinstance(one, Case) for one in cases.read_all(body))


@pytest.mark.django_db
def test_a_case_of_any_answers_can_be_run() -> None:
    trial = Trial(bodies("1.004873"))
    assert running.OFFICE_OPENS.hour == 8
    odd: tuple[dict[str, Any], ...] = (
        {"nguoi": 5},
        {"noi_truoc": [None, {"noi": []}]},
        {"x": {"y": "z"}},
        {},
    )
    for answers in odd:
        assert trial.outcome(Case("x", Facts(date(2026, 11, 25)), answers=answers)).faults
