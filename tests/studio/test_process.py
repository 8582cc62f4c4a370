"""The process of a draft: chosen, changed as a table, taken from a file; judged; published apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.studio.test_drafts import DAY, fresh
from tests.support import people
from tests.support.people import AT
from tests.workflow.drawings import POSTING, asking, line
from tinhso.directory import api as directory
from tinhso.dossiers import api as dossiers
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.studio import api as studio
from tinhso.studio.operations.drafts import begin
from tinhso.studio.pages.process_steps import completed
from tinhso.workflow import api as workflow

pytestmark = pytest.mark.django_db
PART = studio.PartName.PROCESS
VENDORS = Path(__file__).parents[1] / "workflow" / "fixtures" / "vendors"
TERM = {"amount": 10, "unit": "working_day"}


def save(draft: UUID, author: Any, **changes: Any) -> dict[str, str]:
    """The part with these changes saved; what is then wrong with it, by place."""
    view = studio.draft(draft).parts[PART]
    studio.save(
        draft_id=draft, part=PART, body={**view.body, **changes}, seen=view.revision, by=author, at=AT
    )
    found: dict[str, str] = {}
    for problem in studio.problems(studio.draft(draft)):
        if problem.part is PART:
            found[problem.where] = f"{found.get(problem.where, '')} {problem.sentence}"
    return found


def termed() -> tuple[UUID, Any]:
    """A draft whose whole term is ten working days, and its author."""
    draft, author = fresh()
    view = studio.draft(draft).parts[studio.PartName.DESCRIPTION]
    body = {**view.body, "term": TERM}
    studio.save(draft_id=draft, part=view.name, body=body, seen=view.revision, by=author, at=AT)
    return draft, author


def post(browser: Client, draft: UUID, word: str, sent: Any) -> Any:
    return browser.post(
        f"/can-bo/xuong/{draft}/quy-trinh/{word}/", orjson.dumps(sent), content_type="application/json"
    )


def test_a_process_chosen_from_the_gallery_has_nothing_wrong_and_one_not_chosen_says_so() -> None:
    draft, author = fresh()
    assert save(draft, author, key="kiem-tra-thuc-dia") == {}
    assert "Hãy chọn quy trình" in save(draft, author, key="")["chon"]


def test_what_is_wrong_with_drawing_times_and_agencies_is_said_where_it_is() -> None:
    draft, author = termed()
    broken = workflow.drawing("xa-so").replace("dossiers.draft_result", "dossiers.hand_on")
    wrong = save(
        draft,
        author,
        key="xa-so",
        bpmn=broken,
        step_allotments=[{"step": "x", "name": "Bước cũ", "term": {"amount": 900, "unit": "working_day"}}],
        phases=[
            {"key": "xa", "name": "Xã", "term": {"amount": 0, "unit": "working_day"}},
            {
                "key": "tinh",
                "name": "Tỉnh",
                "term": {"amount": 2, "unit": "hour"},
                "agency": "named",
                "code": "",
            },
        ],
    )
    assert "chưa có dự thảo" in wrong["buoc-ky"]
    assert "không có bước đó" in wrong["buoc"]
    assert "vượt thời hạn" in wrong["buoc"]
    for words in (
        "“so” chưa khai",
        "“Tỉnh” không làm bước nào",
        "thời hạn riêng của cơ quan “Xã”",
        "mã cơ quan",
    ):
        assert words in wrong["giai-doan"]
    assert "Không đọc được" in save(draft, author, step_allotments=["x"])["buoc"]


def test_a_drawing_that_was_changed_is_published_under_a_name_of_its_own() -> None:
    draft, author = fresh()
    workflow.deploy(
        key="mot-buoc",
        bpmn=workflow.drawing("mot-buoc"),
        by=people.officer(identity.Role.ADMINISTRATOR),
        at=AT,
    )
    shipped = workflow.latest("mot-buoc")
    bpmn = workflow.drawing("mot-buoc").replace("Ký duyệt", "Phê duyệt")
    assert save(draft, author, key="mot-buoc", bpmn=bpmn) == {}

    other = people.officer(identity.Role.ADMINISTRATOR)
    version = procedures.version(studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT))

    assert workflow.latest("mot-buoc") == shipped != version.process_version_id
    assert version.process_version_id is not None
    assert workflow.source(version.process_version_id) == bpmn
    assert version.process_key == "mot-buoc"
    again = begin(code=version.code, title="x", by=author, at=AT, base=version)
    assert studio.draft(again).body(PART)["bpmn"] == bpmn


def test_two_agencies_with_their_own_terms_are_published_with_the_agency_that_was_named() -> None:
    draft, author = termed()
    other = people.officer(identity.Role.ADMINISTRATOR)
    code = directory.agency(people.agency(), DAY).code
    xa = {"key": "xa", "name": "UBND xã", "term": {**TERM, "amount": 4}, "agency": "receiving"}
    so = {"key": "so", "name": "Sở", "term": {"amount": 40, "unit": "hour"}, "agency": "named", "code": code}
    assert "vượt" in save(draft, author, key="xa-so", phases=[{**xa, "term": TERM}, so])["giai-doan"]
    assert save(draft, author, phases=[xa, {**so, "code": "khong-co"}]) == {}
    with pytest.raises(directory.UnknownAgency):
        studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT)
    save(draft, author, phases=[xa, so])
    version = procedures.version(studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT))
    assert [(phase.key, phase.code) for phase in version.phases] == [("xa", ""), ("so", code)]


def test_waits_and_steps_together_fit_the_term_and_agencies_asked_are_there() -> None:
    draft, author = termed()
    assert save(draft, author, key="tham-dinh-ky", bpmn=line(wait=POSTING).replace("P15D", "P2D"))["buoc"]
    fits = line(wait=POSTING).replace("P15D", "P2D").replace('value="60"', 'value="30"')
    assert save(draft, author, bpmn=fits) == {}
    times = [{"step": "tham_dinh", "name": "Thẩm định", "term": {"amount": 9, "unit": "working_day"}}]
    assert "vượt thời hạn 10 ngày làm việc" in save(draft, author, bpmn=fits, step_allotments=times)["buoc"]
    weeks = fits.replace("P2D", "P1W")
    assert (
        save(draft, author, bpmn=weeks, step_allotments=[{**times[0], "term": {**TERM, "amount": 5}}]) == {}
    )
    code = directory.agency(people.agency(), DAY).code
    rows = [
        replace(row, agencies=(code, "la") if row.sends else ()) for row in workflow.in_line(asking()) or ()
    ]
    wrong = save(draft, author, bpmn=workflow.linear(rows, key="k", name="n"), step_allotments=[])
    assert wrong == {"buoc-hoi_y_kien": wrong["buoc-hoi_y_kien"]}
    assert "cơ quan không có: la" in wrong["buoc-hoi_y_kien"]


def test_a_wait_typed_into_the_table_is_drawn_and_comes_back() -> None:
    draft, author = fresh()
    browser = people.client(author)
    steps = post(browser, draft, "xem", {"key": "tham-dinh-ky"}).json()["steps"]
    wait = {"what": "time", "amount": 15, "unit": "calendar_day"}
    clock = {"element": "dh", "name": "Báo", "amount": 0, "unit": "hour", "goes": False, "role": "leader"}
    row = {**steps[1], "step": "", "name": "Niêm yết", "act": "", "wait": wait, "share": 0}
    sent = [steps[0], row, {**steps[1], "limits": [clock]}, *steps[2:]]

    found = post(browser, draft, "xem", {"key": "rieng", "name": "n", "steps": sent}).json()

    assert found["line"]
    assert (found["steps"][1]["step"], found["steps"][1]["wait"]) == ("niem_yet", wait)
    assert found["steps"][2]["limits"] == [{**clock, "amount": 1}]
    assert "waiting" in found["svg"]
    assert "telling" in found["svg"]
    bad = post(
        browser, draft, "xem", {"key": "rieng", "name": "n", "steps": [{**row, "wait": {"what": "x"}}]}
    )
    assert bad.status_code == 422


def test_steps_typed_into_the_table_are_made_whole_by_their_acts() -> None:
    steps = [
        workflow.LineStep("", "Tiếp nhận", "dossiers.accept", "intake_officer"),
        workflow.LineStep("", "Hỏi ý kiến", "dossiers.ask_opinion", "specialist"),
        workflow.LineStep("", "Dự thảo", "dossiers.draft_result", "specialist"),
        workflow.LineStep("", "Ký", "dossiers.sign", "leader"),
        workflow.LineStep("", "Việc mới", "", ""),
    ]
    made = completed(steps, dossiers.life_cycle())
    assert [step.step for step in made] == ["tiep_nhan", "hoi_y_kien", "du_thao", "ky", "viec_moi"]
    assert [step.sends for step in made] == [False, True, False, False, False]
    assert made[3].back_to == "du_thao"
    moved = completed([made[3], *made[:3]], dossiers.life_cycle())
    assert moved[0].back_to == ""


def test_the_table_is_drawn_by_the_server_and_nothing_is_saved_by_looking() -> None:
    draft, author = fresh()
    browser = people.client(author)
    asked = browser.get(f"/can-bo/xuong/{draft}/quy-trinh/")
    assert asked.status_code == 200
    text = asked.content.decode()
    assert text.count("data-take=") == len(workflow.GALLERY) == 10
    assert "Ký duyệt" in text
    answer = post(browser, draft, "xem", {"key": "tham-dinh-ky"}).json()
    assert answer["line"]
    steps = [
        *answer["steps"][:2],
        {**answer["steps"][0], "step": "", "name": "Soát & ký <b>", "act": "dossiers.hand_on"},
    ]
    drawn = post(browser, draft, "xem", {"name": "Thử", "steps": steps}).json()
    assert [step["name"] for step in drawn["steps"]][-1] == "Soát & ký <b>"
    assert "<b>" not in drawn["svg"]
    assert studio.draft(draft).body(PART)["key"] == "mot-buoc"
    for wrong in ({}, {"steps": [{"nothing": 1}]}, [], {"key": "khong-co"}):
        assert post(browser, draft, "xem", wrong).status_code == 422


def test_a_file_of_another_tool_is_taken_over_with_its_notes() -> None:
    draft, author = fresh()
    browser = people.client(author)
    where = f"/can-bo/xuong/{draft}/quy-trinh/tep/"
    file = SimpleUploadedFile("quy-trinh.bpmn", (VENDORS / "camunda.bpmn").read_bytes())
    answer = browser.post(where, {"tep": file}).json()
    assert answer["line"]
    assert any("camunda:formKey" in note["sentence"] for note in answer["notes"])
    assert save(draft, author, key="rieng", bpmn=answer["bpmn"]) == {}
    for bad in (b"", b"<a/>", b"<!DOCTYPE a []><a/>", b"x" * 2_000_001):
        answer = browser.post(
            where, {"tep": SimpleUploadedFile("x.bpmn", bad)}, headers={"accept": "application/json"}
        )
        assert answer.status_code == 422
    assert browser.post(where, {}).status_code == 422


def test_only_those_who_write_procedures_come_in() -> None:
    draft, _author = fresh()
    place = f"/can-bo/xuong/{draft}/quy-trinh/"
    for who, expected in (
        (Client(), 302),
        (people.client(people.person()), (302, 403, 404)),
        (people.client(people.officer(identity.Role.LEADER)), 403),
    ):
        statuses = {who.get(place).status_code, post(who, draft, "xem", {"key": "mot-buoc"}).status_code,
                    who.post(f"{place}tep/").status_code}  # fmt: skip
        assert statuses <= set(expected if isinstance(expected, tuple) else (expected, 403)), statuses
    unknown = people.client(people.officer(identity.Role.CLERK))
    assert unknown.get(f"/can-bo/xuong/{UUID(int=5)}/quy-trinh/").status_code == 404


def test_a_closed_draft_is_shown_and_cannot_be_changed() -> None:
    draft, author = fresh()
    studio.discard(draft_id=draft, by=author, at=AT)
    text = people.client(author).get(f"/can-bo/xuong/{draft}/quy-trinh/").content.decode()
    assert "Tiếp nhận" in text
    assert "data-take=" not in text
    assert "data-add-step" not in text
