"""Parts compared in words, places of two savings chosen, what no part sees alone named before publishing."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import given

from tests.studio.test_drafts import BODIES, DAY, NAME, fresh
from tests.studio.test_examples import bodies
from tests.support import people
from tests.support.people import AT
from tinhso.forms import api as forms
from tinhso.foundation.ids import new_id
from tinhso.identity import api as identity
from tinhso.procedures import api as procedures
from tinhso.procedures.importer.recover import recover
from tinhso.procedures.operations.importing import import_records
from tinhso.studio import api as studio
from tinhso.studio import judging
from tinhso.studio.bodies import comparing, telling
from tinhso.studio.contracts import PartView
from tinhso.studio.pages.asking import answers_of
from tinhso.studio.runs import cases, running
from tinhso.studio.suggesting import everyday_words
from tinhso.workflow import api as workflow

RECORD = {
    "ma_thu_tuc": "",
    "ten_thu_tuc": "Cấp giấy phép bán lẻ rượu",
    "linh_vuc": "Lưu thông hàng hóa trong nước",
    "so_quyet_dinh": "12/QĐ-BCT",
    "doi_tuong_thuc_hien": "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "thanh_phan_ho_so": "",
    "trinh_tu_thuc_hien": "Bước 1: nộp hồ sơ",
}
"""As the national catalogue has it, all but the code."""


@given(BODIES, BODIES)
def test_taking_every_place_gives_the_other_whole(one: dict[str, Any], other: dict[str, Any]) -> None:
    keys = {"fields": "name"}
    found = comparing.changes(one, other, keys)
    assert comparing.take(one, other, {change.place for change in found}, keys) == other
    assert comparing.take(one, other, (), keys) == one
    assert len({change.place for change in found}) == len(found)


@given(BODIES, BODIES)
def test_taking_one_place_changes_nothing_else(one: dict[str, Any], other: dict[str, Any]) -> None:
    keys = {"fields": "name"}
    for change in comparing.changes(one, other, keys):
        rest = comparing.changes(one, comparing.take(one, other, {change.place}, keys), keys)
        assert {left.place for left in rest} == {change.place}


@pytest.mark.django_db
def test_changes_are_told_by_what_people_call_the_places() -> None:
    before, after = bodies("1.004873"), bodies("1.004873")
    after[NAME.DESCRIPTION]["channels"][1]["note"] = "Gửi ảnh chụp"
    after[NAME.DESCRIPTION]["term"] = {"amount": 5, "unit": "working_day"}
    page = after[NAME.FORM]["definition"]["pages"][0]
    page["fields"][0]["hint"] = "Chọn một"
    after[NAME.FORM]["definition"]["pages"].reverse()
    told = telling.told(NAME.DESCRIPTION, before[NAME.DESCRIPTION], after[NAME.DESCRIPTION])
    assert [(one.where, one.before, one.after) for one in told] == [
        ("Cách thức thực hiện, Trực tuyến, Ghi chú", "", "Gửi ảnh chụp"),
        ("Thời hạn giải quyết", "3 ngày làm việc", "5 ngày làm việc"),
    ]
    form = telling.told(NAME.FORM, before[NAME.FORM], after[NAME.FORM])
    assert [(one.what, one.where) for one in form] == [
        ("Thêm", "Xin giấy cho ai?, Người cần xác nhận, Hướng dẫn"),
        ("Đổi thứ tự", "Trang"),
    ]
    steps = telling.told(NAME.DESCRIPTION, {"steps": ["a", "b"]}, {"steps": ["a", "c"]})
    assert [(one.where, one.before, one.after) for one in steps] == [("Trình tự thực hiện", "b", "c")]
    key = telling.told(NAME.PROCESS, {"key": "mot-buoc"}, {"key": "x"})
    assert [(one.before, one.after) for one in key] == [(workflow.title(workflow.drawing("mot-buoc")), "x")]
    drawing = telling.drawing_told({"key": "tham-dinh-ky", "bpmn": ""}, {"key": "mot-buoc", "bpmn": ""})
    assert ("Bỏ", "Các bước của quy trình, Thẩm định, dự thảo kết quả") in [
        (one.what, one.where) for one in drawing
    ]


def test_everyday_words_come_from_name_and_result() -> None:
    words = everyday_words(
        {"name": "Thủ tục cấp lại giấy phép lái xe", "results": [{"name": "Giấy phép lái xe"}]}
    )
    assert words[0] == "làm lại giấy phép lái xe"
    assert everyday_words({"name": "x", "words": ["làm x"]}) == ("x",)


def problems(draft: studio.DraftView, **changed: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """What is wrong with a draft whose parts say something else."""
    views = {
        name: dataclasses.replace(view, body={**view.body, **changed.get(name.value, {})})
        for name, view in draft.parts.items()
    }
    seen: dict[Any, PartView] = views
    found = judging.problems(dataclasses.replace(draft, parts=seen))
    return [(one.part.value, one.where, one.blocks) for one in found]


@pytest.mark.django_db
def test_what_no_part_sees_alone_is_named_where_it_is_mended() -> None:
    draft = studio.draft(fresh()[0])
    fee = {"code": "p", "kind": "fee", "name": "Phí", "amount": 5000}
    assert ("fees", "p", True) in problems(draft, fees={"fees": [fee]})
    step = {"step": "ky", "name": "Ký", "term": {"amount": 99, "unit": "calendar_day"}}
    assert ("process", "buoc", True) in problems(draft, process={"step_allotments": [step]})
    twice = [{"code": "a", "name": "A"}, {"code": "a", "name": "B"}]
    assert ("papers", "a", True) in problems(draft, papers={"papers": twice})
    assert ("description", "legal_bases", True) in problems(draft, description={"legal_bases": []})
    assert ("description", "", True) in problems(draft, description={"term": "năm ngày"})
    asked = {"name": "lien_he", "kind": "person", "label": "Người quen", "parts": ["dien_thoai"]}
    page = {"name": "lien-lac", "question": "Gọi số nào?", "fields": [asked]}
    form = {"definition": {"title": "Tờ khai", "pages": [page]}}
    page["hint"] = "Ông/bà tiến hành ghi số."
    found = problems(draft, form=form)
    assert ("form", "lien-lac", False) in found
    assert ("form", "lien_he.dien_thoai", False) in found
    hard = "Công dân tiến hành nộp hồ sơ."
    assert ("description", "summary", False) in problems(draft, description={"summary": hard})


@pytest.mark.django_db
def test_a_warning_of_the_form_keeps_no_other_part_from_being_judged() -> None:
    """A question that is hard to read is a warning: papers, fees and cases still look into the form."""
    draft = studio.draft(fresh()[0])
    asked = {"name": "tuoi", "kind": "number", "label": "Ông/bà tiến hành ghi tuổi"}
    definition = {"title": "Tờ khai", "pages": [{"name": "ai", "question": "Ai nộp?", "fields": [asked]}]}
    form = {"definition": definition}
    _decoded, warned = forms.examine(definition)
    assert [one.blocks for one in warned] == [False]
    paper = {"code": "a", "name": "A", "case": "Khi có", "when": {"==": [{"var": "vo_chong.ho_ten"}, "x"]}}
    assert ("papers", "a", True) in problems(draft, form=form, papers={"papers": [paper]})
    table = {
        "hit_policy": "unique",
        "inputs": [{"code": "c", "label": "C", "expression": "khong_hoi", "type": "number"}],
        "rows": [],
    }
    assert ("fees", "c", True) in problems(draft, form=form, fees={"fee_table": table})
    parts = {name: view.body for name, view in draft.parts.items()}
    case = cases.read({"name": "một", "facts": {"day": "2026-03-02"}, "answers": {"tuoi": 3}})
    assert running.Trial({**parts, NAME.FORM: form}).outcome(case).faults == {}
    view = dataclasses.replace(draft.parts[NAME.FORM], body=form)
    seen = dataclasses.replace(draft, parts={**draft.parts, NAME.FORM: view})
    assert [choice["expression"] for choice in answers_of(seen)] == ["tuoi"]


@pytest.mark.django_db
def test_an_answer_that_the_table_of_fees_reads_is_used() -> None:
    draft = studio.draft(fresh()[0])
    asked = {"name": "ngay_sinh", "kind": "date", "label": "Ngày sinh", "hint": "Để tính phí."}
    form = {"definition": {"title": "T", "pages": [{"name": "ai", "question": "Ai nộp?", "fields": [asked]}]}}
    table = {
        "hit_policy": "unique",
        "inputs": [{"code": "c", "label": "C", "expression": "ngay_sinh", "type": "date"}],
        "rows": [],
    }
    templates = {"templates": {"result": "", "text": "Kết quả", "letters": []}}
    assert ("form", "ngay_sinh", False) in problems(draft, form=form, **templates)
    used = problems(draft, form=form, fees={"fee_table": table}, **templates)
    assert ("form", "ngay_sinh", False) not in used


def import_record(code: str) -> None:
    records = [recover({**RECORD, "ma_thu_tuc": code})]
    import_records(records=records, by=people.officer(identity.Role.ADMINISTRATOR), at=AT)


@pytest.mark.django_db
def test_the_newest_national_record_stands_beside_the_draft() -> None:
    code = f"T.{new_id().hex[-8:]}"
    import_record(code)
    record = procedures.national_record(code)
    assert record is not None
    assert record.content.name == "Cấp giấy phép bán lẻ rượu"
    assert procedures.national_record("khong-co") is None


@pytest.mark.django_db
def test_a_draft_is_found_by_its_new_words_and_nothing_is_kept() -> None:
    content = procedures.Content(name="Cấp phép xyz", sector="Thử", words=("giấy quy hoạch ao",))
    place, _before = procedures.place_in_search(code="T.99", content=content, q="quy hoạch ao")
    assert place == 1
    bare = dataclasses.replace(content, words=())
    assert procedures.place_in_search(code="T.99", content=bare, q="giấy quy hoạch ao")[0] == 0


def html(client: Client, address: str, **more: Any) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == 200, answer
    return answer.content.decode()


@pytest.mark.django_db
def test_pages_are_for_who_may_write() -> None:
    draft, author = fresh()
    base = f"/can-bo/xuong/{draft}/"
    pages = [f"{base}{word}" for word in ("mo-ta/", "truong-hop/", "truong-hop/moi/", "truong-hop/chay/")]
    nobody, leader, writer = (
        Client(),
        people.client(people.officer(identity.Role.LEADER)),
        people.client(author),
    )
    for address in pages:
        assert [who.get(address).status_code for who in (nobody, leader, writer)] == [302, 403, 200]
    assert Client().get(f"{base}so-sanh/").status_code == 302


@pytest.mark.django_db
def test_a_case_is_filled_in_run_and_recorded_on_its_page() -> None:
    draft, author = fresh()
    client = people.client(author)
    base = f"/can-bo/xuong/{draft}/truong-hop/"
    posted = {
        "vd-name": "Đủ giấy", "vd-day-day": "25", "vd-day-month": "11", "vd-day-year": "2026",
        "vd-channel": "counter", "vd-applicant": "citizen",
        "vd-step-0": "ky", "vd-said-0": "ket_luan=tra_lai",
        "viec": "ghi",
    }  # fmt: skip
    assert client.post(f"{base}moi/", {**posted, "vd-name": ""}).status_code == 422
    assert client.post(f"{base}moi/", posted).status_code == 302
    assert client.post(f"{base}moi/", posted).status_code == 422
    assert "đúng" in html(client, base)
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    changed = {**before.body, "term": {"amount": 9, "unit": "working_day"}, "channels": [{"kind": "counter"}]}
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=changed, seen=before.revision, by=author, at=AT)
    assert "nay 9 ngày làm việc" in html(client, base)
    assert json.loads(client.get(f"{base}chay/").content)["failing"] == ["Đủ giấy"]
    assert "nay 9 ngày làm việc" in html(client, f"/can-bo/xuong/{draft}/")
    assert client.post(f"{base}0/ghi/").status_code == 302
    assert json.loads(client.get(f"{base}chay/").content) == {"held": 1, "failing": [], "broken": ""}
    assert client.get(f"{base}7/").status_code == 404
    assert client.post(f"{base}0/xoa/").status_code == 302
    assert studio.draft(draft).body(NAME.EXAMPLES) == {"examples": []}


@pytest.mark.django_db
def test_a_clash_is_settled_place_by_place() -> None:
    draft, author = fresh()
    before = studio.draft(draft).parts[NAME.DESCRIPTION]
    theirs = {**before.body, "summary": "Của người khác", "conditions": "Mới"}
    studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=theirs, seen=before.revision, by=author, at=AT)
    mine = {**before.body, "summary": "Của tôi", "minutes": 9}
    with pytest.raises(studio.Clash) as clash:
        studio.save(draft_id=draft, part=NAME.DESCRIPTION, body=mine, seen=before.revision, by=author, at=AT)
    client = people.client(author)
    address = f"/can-bo/xuong/{draft}/lan-luu/{clash.value.kept}/"
    page = html(client, address)
    assert [words in page for words in ("Của tôi", "Của người khác", "Mới")] == [True, True, False]
    seen = studio.draft(draft).parts[NAME.DESCRIPTION].revision
    assert client.post(address, {"seen": seen, "c-0": "lan-nay"}).status_code == 422
    assert client.post(address, {"seen": seen - 1, "tat-ca": "lan-nay"}).status_code == 422
    assert client.post(address, {"seen": seen, "c-0": "lan-nay", "c-1": "hien-nay"}).status_code == 302
    now = studio.draft(draft).body(NAME.DESCRIPTION)
    assert (now["summary"], now["minutes"], now["conditions"]) == ("Của tôi", before.body["minutes"], "Mới")
    first = studio.draft(draft)
    assert first.parts[NAME.DESCRIPTION].revision == seen + 1


@pytest.mark.django_db
def test_versions_and_drafts_are_compared_on_their_pages() -> None:
    draft, author = fresh()
    other = people.officer(identity.Role.ADMINISTRATOR)
    one = studio.publish(draft_id=draft, effective_from=DAY, by=other, at=AT)
    code = procedures.version(one).code
    second = studio.begin(code=code, title="x", base=procedures.version(one), by=author, at=AT)
    before = studio.draft(second).parts[NAME.DESCRIPTION]
    changed = {**before.body, "conditions": "Phải có hộ khẩu"}
    studio.save(draft_id=second, part=NAME.DESCRIPTION, body=changed, seen=before.revision, by=author, at=AT)
    client = people.client(author)
    assert "Phải có hộ khẩu" in html(client, f"/can-bo/xuong/{second}/so-sanh/")
    assert "Phải có hộ khẩu" in html(client, f"/can-bo/xuong/{second}/")
    two = studio.publish(draft_id=second, effective_from=DAY.replace(month=12, day=20), by=other, at=AT)
    page = html(client, f"/can-bo/xuong/so-sanh/?truoc={one}&sau={two}")
    assert all(words in page for words in ("Phải có hộ khẩu", "Yêu cầu, điều kiện"))
    assert client.get("/can-bo/xuong/so-sanh/?truoc=x&sau=y").status_code == 404
    page = html(client, f"/can-bo/xuong/{second}/")
    assert all(words in page for words in ("thành bản 2", f"truoc={one}&amp;sau={two}"))


@pytest.mark.django_db
def test_the_description_shows_record_and_search() -> None:
    draft, author = fresh()
    view = studio.draft(draft)
    import_record(view.code)
    page = html(
        people.client(author), f"/can-bo/xuong/{draft}/mo-ta/?tim={view.body(NAME.DESCRIPTION)['name']}"
    )
    assert all(words in page for words in ("Cấp giấy phép bán lẻ rượu", 'data-take="name"'))
    assert "thủ tục này đứng đầu" in page
