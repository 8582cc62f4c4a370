"""Every rule is said as a Vietnamese sentence, by labels, options and units."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from tests.forms.test_parity import EASY, TYPED, any_rule
from tinhso.forms import api
from tinhso.forms.engine import rules

BORN = {"var": "con.ngay_sinh"}
TODAY = {"var": "today"}
DEFINITION: dict[str, Any] = {
    "title": "Thử",
    "law": {"tuoi_nam": "marriage_age_male"},
    "pages": [
        {
            "name": "con",
            "question": "Con?",
            "fields": [
                {
                    "name": "con.ngay_sinh",
                    "kind": "date",
                    "label": "Ngày sinh",
                    "spoken": "ngày sinh của con",
                },
                {
                    "name": "noi_o",
                    "kind": "choice",
                    "label": "Nơi ở",
                    "options": [{"value": "rg", "label": "Rạch Giá"}, {"value": "k", "label": "Nơi khác"}],
                },
                {
                    "name": "viec",
                    "kind": "choices",
                    "label": "Việc cần làm",
                    "options": [{"value": "a", "label": "Sửa"}, {"value": "b", "label": "Xây"}],
                },
                {"name": "dat", "kind": "number", "label": "Diện tích", "unit": "m²", "decimals": 2},
                {"name": "von", "kind": "money", "label": "Vốn"},
                {
                    "name": "co_vo",
                    "kind": "yes_no",
                    "label": "Có vợ chồng?",
                    "spoken": "có hay không có vợ chồng",
                },
                {"name": "cam_doan", "kind": "consent", "label": "Tôi cam đoan"},
                {"name": "anh", "kind": "file", "label": "Ảnh"},
                {"name": "o", "kind": "address", "label": "Nơi cư trú"},
            ],
        },
        {
            "name": "tang",
            "question": "Tầng?",
            "show_if": {"!": {"var": "co_vo"}},
            "fields": [
                {
                    "name": "tang",
                    "kind": "table",
                    "label": "Tầng",
                    "show_if": {">": [{"var": "dat"}, 1000.5]},
                    "fields": [
                        {"name": "so", "kind": "number", "label": "Diện tích sàn"},
                        {
                            "name": "to",
                            "kind": "text",
                            "label": "Ghi",
                            "show_if": {">": [{"var": "row.so"}, 5]},
                        },
                    ],
                },
                {"name": "", "kind": "section", "show_if": {"eval": "1"}, "fields": []},
                {
                    "name": "tong",
                    "kind": "computed",
                    "label": "Tổng",
                    "show_if": {"var": "cam_doan"},
                    "value": {"+": [{"sum": [{"var": "tang"}, "so"]}, {"*": [{"var": "dat"}, 2]}]},
                },
            ],
        },
    ],
    "checks": [
        {"name": "k", "at": "tang.so", "holds": {"<=": [{"var": "row.so"}, {"var": "dat"}]}, "fault": "To."}
    ],
}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {"and": [{"<": [{"years": [BORN, TODAY]}, 18]}, {"==": [{"var": "noi_o"}, "rg"]}]},
            "tuổi của con dưới 18 và nơi ở là “Rạch Giá”",
        ),
        (
            {">=": [{"days": [BORN, TODAY]}, 60]},
            "số ngày từ ngày sinh của con đến ngày nộp hồ sơ từ 60 ngày trở lên",
        ),
        ({"<=": [BORN, "2024-03-27"]}, "ngày sinh của con không sau ngày 27/3/2024"),
        ({">": [1000, {"var": "von"}]}, "vốn dưới 1.000 đồng"),
        ({"!=": [{"var": "noi_o"}, "rg"]}, "nơi ở không phải là “Rạch Giá”"),
        ({"==": [{"var": "co_vo"}, False]}, "“Có vợ chồng?” trả lời “Không”"),
        ({"!": [{"var": "co_vo"}]}, "“Có vợ chồng?” trả lời “Không”"),
        ({"var": "cam_doan"}, "đã đánh dấu ô “Tôi cam đoan”"),
        ({"in": ["a", {"var": "viec"}]}, "việc cần làm có “Sửa”"),
        ({"in": [{"var": "noi_o"}, ["rg", "k"]]}, "nơi ở là một trong các ý “Rạch Giá”, “Nơi khác”"),
        ({"!": {"in": [{"var": "noi_o"}, ["rg"]]}}, "nơi ở không phải là “Rạch Giá”"),
        ({"empty": {"var": "anh"}}, "chưa ghi ảnh"),
        ({"!": {"empty": {"var": "von"}}}, "có khai vốn"),
        ({"!=": [{"var": "von"}, None]}, "có khai vốn"),
        ({"!": {"<": [{"var": "dat"}, 5]}}, "không đúng là diện tích dưới 5 m²"),
        (
            {
                "or": [
                    {"and": [{"var": "co_vo"}, {"var": "cam_doan"}]},
                    {">": [{"count": {"var": "tang"}}, 2]},
                ]
            },
            (
                "(“Có vợ chồng?” trả lời “Có” và đã đánh dấu ô “Tôi cam đoan”) hoặc số dòng của bảng “Tầng”"
                " trên 2"
            ),
        ),
        (
            {"!": {"or": [{"var": "co_vo"}, {"==": [{"var": "noi_o"}, "k"]}]}},
            "“Có vợ chồng?” trả lời “Không” và nơi ở không phải là “Nơi khác”",
        ),
        ({"==": [{"var": "o.ma_xa"}, "30760"]}, "mã xã của nơi cư trú là “30760”"),
        (
            {">=": [{"years": [BORN, TODAY]}, {"var": "law.tuoi_nam"}]},
            "tuổi của con không dưới mức “Tuổi kết hôn của nam, từ đủ” theo quy định",
        ),
        ({"max": [{"var": "dat"}, 3]}, "số lớn nhất trong (diện tích; 3)"),
        ({"round": [{"/": [{"var": "dat"}, 3]}]}, "(diện tích chia 3), làm tròn"),
        ({"if": [{"var": "co_vo"}, 1, 2]}, "nếu “Có vợ chồng?” trả lời “Có” thì 1, không thì 2"),
        (True, "luôn luôn"),
        ({"eval": "x"}, "(không hiểu điều kiện này, hãy đặt lại)"),
    ],
)
def test_a_rule_is_said_by_labels_options_and_units(rule: Any, sentence: str) -> None:
    assert api.sentence(rule, DEFINITION) == sentence


def test_every_rule_of_a_definition_has_its_sentence_and_place() -> None:
    assert api.sentences_of(DEFINITION) == {
        "pages/tang": "Hỏi trang này khi “Có vợ chồng?” trả lời “Không”.",
        "tang": "Hỏi khi diện tích trên 1.000,5 m².",
        "tang.to": "Hỏi khi diện tích sàn trên 5.",
        "pages/tang/1": "Hỏi khi (không hiểu điều kiện này, hãy đặt lại).",
        "tong": "Tính khi đã đánh dấu ô “Tôi cam đoan”, bằng tổng diện tích sàn của bảng “Tầng” cộng"
        " (diện tích nhân 2).",
        "checks/k": "Phải đúng: diện tích sàn không quá diện tích. Nếu không thì báo: “To.”",
    }
    assert api.sentences_of({"lable": 1}) == {}
    assert api.sentence({"var": "a.b"}, None) == "mục “a.b”"


def test_shipped_forms_are_said_without_a_gap() -> None:
    for definition in api.shipped().values():
        for place, sentence in api.sentences_of(definition).items():
            assert sentence.endswith((".", "”")), place
            assert "mục “" not in sentence, sentence


@settings(EASY, max_examples=400)
@given(rule=any_rule)
def test_any_well_formed_rule_has_a_sentence(rule: Any) -> None:
    rules.parse(rule)
    said = api.sentence(rule, DEFINITION)
    assert said.strip()
    assert "None" not in said
    assert "không hiểu" not in said


@settings(EASY, max_examples=300)
@given(rule=TYPED["truth"])
def test_what_a_sentence_says_of_a_condition_and_of_its_contrary_differs(rule: Any) -> None:
    if isinstance(rule, dict):
        assert api.sentence(rule, DEFINITION) != api.sentence({"!": [rule]}, DEFINITION)
