"""Two versions of a procedure compared: everything that differs is named, and nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from tests.procedures.making import CONTENT, content
from tinhso.forms.contracts import Field, Kind
from tinhso.foundation.worktime import Term, Unit
from tinhso.procedures import api as procedures
from tinhso.procedures.comparing.forms import KINDS, STRUCTURE
from tinhso.procedures.comparing.rows import paired
from tinhso.procedures.comparing.words import ABOUT, FIELDS
from tinhso.workflow.api import StepView

KIND, PART = procedures.ChangeKind, procedures.ComparedPart
NONE = (None, None)


def sentences(before: procedures.Content, after: procedures.Content, **given_: Any) -> list[str]:
    given_.setdefault("forms_written", NONE)
    return [procedures.in_words(each) for each in procedures.differences(before, after, **given_)]


def form(*fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": "Tờ khai",
        "pages": [{"name": "a", "question": "Về ai?", "fields": list(fields)}],
        **more,
    }


def question(name: str, label: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": "text", "label": label, **more}


def test_a_version_does_not_differ_from_itself() -> None:
    same = form(question("ten", "Họ tên"))
    assert (
        procedures.differences(CONTENT, content(), forms_written=(same, form(*same["pages"][0]["fields"])))
        == ()
    )


def test_words_papers_and_fees_are_told_one_by_one() -> None:
    paper, proxy = CONTENT.papers
    after = content(
        term=Term(3, Unit.WORKING_DAY),
        papers=(
            dataclasses.replace(paper, originals=2),
            procedures.PaperAsked(code="anh", name="Ảnh chân dung"),
        ),
        fees=(dataclasses.replace(CONTENT.fees[0], amount=50_000),),
        agencies=procedures.Agencies(implementing="Sở Tư pháp"),
    )
    assert sentences(CONTENT, after) == [
        "“Cơ quan”, thực hiện đổi từ Ủy ban nhân dân cấp xã thành Sở Tư pháp",
        "“Thời hạn giải quyết” đổi từ 8 giờ làm việc thành 3 ngày làm việc",
        f"Bỏ “Giấy tờ: {proxy.name}”",
        "Thêm “Giấy tờ: Ảnh chân dung”",
        "“Giấy tờ: Giấy chứng sinh”, số bản chính đổi từ 1 thành 2",
        "“Phí, lệ phí: Lệ phí hộ tịch”, số tiền đổi từ 0 đồng thành 50.000 đồng",
    ]


def test_questions_that_came_went_changed_and_moved_are_told() -> None:
    before = form(
        question("ten", "Họ tên"),
        question("tuoi", "Tuổi"),
        question("que", "Quê", required=False),
        question("con.ten", "Tên", spoken="tên của con", show_if={"==": [{"var": "ten"}, "A"]}),
    )
    after = form(
        question("que", "Quê quán"),
        question("ten", "Họ tên", required=True),
        question("sdt", "Số điện thoại"),
    )
    after["pages"].append(
        {"name": "b", "question": "Về con", "fields": [{"name": "con", "kind": "section", "fields": [
            question("ten", "Tên", spoken="tên của con")]}]}
    )  # fmt: skip
    found = procedures.differences(CONTENT, CONTENT, forms_written=(before, after))
    assert {each.part for each in found} == {PART.FORM}
    assert [procedures.in_words(each) for each in found] == [
        "Thêm “Trang: Về con”",
        "Bỏ “Tuổi”",
        "Thêm “Số điện thoại” (chữ, bắt buộc)",
        "Thêm “Con” (nhóm câu hỏi)",
        "“Quê quán”, lời hỏi đổi từ Quê thành Quê quán",
        "“Quê quán”, bắt buộc đổi từ không thành có",
        "Chuyển “Quê quán”: từ sau “Tuổi” sang đầu tờ khai",
        "Đổi “Tên của con”: điều kiện hiện",
        "Chuyển “Tên của con”: từ Về ai? sang Về con",
    ]
    assert [each.key for each in found if each.kind is KIND.MOVED] == ["que", "con.ten"]


def test_what_is_said_and_what_is_meant_unsaid_are_the_same() -> None:
    plain, spelt = (
        question("ten", "Họ tên"),
        question("ten", "Họ tên", required=True, hint="", rows_max=20, show_if=None),
    )
    assert sentences(CONTENT, CONTENT, forms_written=(form(plain), form(spelt))) == []


def test_steps_are_compared_by_who_does_what() -> None:
    take = StepView("nhan", "Tiếp nhận", "accept", "intake_officer", 20)
    weigh = StepView("xet", "Xem xét", "propose", "specialist", 80)
    longer = dataclasses.replace(weigh, share=60, role="leader")
    sign = StepView("ky", "Ký", "sign", "leader", 20)
    assert sentences(CONTENT, CONTENT, steps_drawn=((take, weigh), (longer, sign))) == [
        "Bỏ “Bước Tiếp nhận”",
        "Thêm “Bước Ký”",
        "Đổi “Bước Xem xét”: người làm",
        "“Bước Xem xét”, phần thời gian đổi từ 80 thành 60",
    ]


TABLE = procedures.FeeTable(
    hit_policy=procedures.HitPolicy.UNIQUE,
    rows=(
        procedures.FeeRow(
            code="a", fee="p", kind=procedures.FeeKind.FEE, name="Phí thẩm định", amount=10_000
        ),
    ),
)


CHANGED: dict[str, Any] = {
    "name": "Tên khác", "sector": "Đất đai", "short_name": "Tên ngắn khác", "summary": "Khác", "kind": "Khác",
    "decision_number": "1/QĐ", "levels": (), "agency_level": procedures.AgencyLevel.PROVINCE,
    "applicant_kinds": (procedures.ApplicantKind.FOREIGNER,), "agencies": procedures.Agencies(),
    "online_level": procedures.OnlineLevel.PARTIAL, "words": ("khác",), "minutes": 9, "term": None,
    "steps": (), "channels": (), "papers": (), "fees": (), "legal_bases": (), "conditions": "Đủ 18 tuổi",
    "questions": (procedures.Question(text="Đủ tuổi?", suits=True, reason="r", instead="i"),), "results": (),
    "step_allotments": (procedures.StepTerm(step="a", name="A", term=Term(1, Unit.HOUR)),),
    "phases": (procedures.PhaseTerm(key="so", name="Sở", term=Term(1, Unit.HOUR)),),
    "deemed": procedures.Deemed(outcome=procedures.DeemedOutcome.APPROVAL, ground="Điều 1"),
    "bundle": (procedures.BundlePart(procedure="1.1"),), "process_key": "mot-buoc", "result_template": "x",
    "fee_table": TABLE,
    "letters": (procedures.LetterWritten(use=procedures.LetterUse.REFUSAL, template="#x"),),
    "own_letters": (procedures.OwnLetter(code="moi", name="Giấy mời", template="#x"),),
}  # fmt: skip
"""One change of every field of the content but the identifiers of form and process."""


@pytest.mark.parametrize("field", sorted(CHANGED))
def test_no_change_of_a_field_passes_unnoticed(field: str) -> None:
    found = procedures.differences(CONTENT, content(**{field: CHANGED[field]}), forms_written=NONE)
    assert found
    assert {each.part for each in found} == {FIELDS[field][0]}
    assert all(procedures.in_words(each) for each in found)


def test_every_field_is_tried_above() -> None:
    fields = {field.name for field in dataclasses.fields(procedures.Content)}
    assert CHANGED.keys() == FIELDS.keys() == fields - {"form_version_id", "process_version_id"}


def test_a_table_of_fees_is_told_row_by_row() -> None:
    row = dataclasses.replace(TABLE.rows[0], amount=20_000, tests={"loai": '"nha"'})
    dearer = dataclasses.replace(TABLE, rows=(row,))
    assert sentences(content(fee_table=TABLE), content(fee_table=dearer)) == [
        "Đổi “Bảng phí, lệ phí: Phí thẩm định”: các ô điều kiện",
        "“Bảng phí, lệ phí: Phí thẩm định”, số tiền đổi từ 10.000 đồng thành 20.000 đồng",
    ]
    assert sentences(content(fee_table=TABLE), content()) == ["Bỏ “Bảng phí, lệ phí: Phí thẩm định”"]


def test_the_source_of_a_template_is_not_told_and_a_rule_of_a_paper_has_its_name() -> None:
    assert sentences(content(), content(result_template="// asks: x\n= Giấy")) == ["Đổi “Mẫu kết quả”"]
    paper = CONTENT.papers[0]
    ruled = dataclasses.replace(paper, when={"==": [{"var": "ten"}, "A"]})
    papers = (ruled, *CONTENT.papers[1:])
    assert sentences(CONTENT, content(papers=papers)) == [f"Đổi “Giấy tờ: {paper.name}”: áp dụng khi"]


def test_every_kind_and_every_side_of_a_question_has_a_word() -> None:
    assert KINDS.keys() == {kind.value for kind in Kind}
    sides = {field.name for field in fields(Field)} - STRUCTURE
    assert sides <= ABOUT.keys()


@given(st.permutations(list("abcdef")), st.sets(st.sampled_from("abcdef")))
def test_what_did_not_move_stands_in_its_old_order(after: list[str], gone: set[str]) -> None:
    before = list("abcdef")
    after = [key for key in after if key not in gone]
    pairs = paired(before, after)
    stayed = [key for key in after if key not in pairs.moved]
    assert stayed == sorted(stayed)
    assert set(pairs.removed) == gone
    assert not pairs.moved or len(stayed) >= 1
