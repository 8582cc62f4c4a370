"""A question that a register fills names what the register gives, fits it, and says why it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.forms.test_lint import ask, form, page
from tinhso.forms import api as forms
from tinhso.forms.operations.versions import examine

WHY = "Ghi vào giấy để đối chiếu."


def found(*fields: dict[str, Any], **more: Any) -> list[tuple[str, bool, str]]:
    problems = examine(form(page("a", *fields, **more)))[1]
    return [
        (one.code, one.blocks, one.sentence)
        for one in problems
        if "purpose" in one.code or "register" in one.code
    ]


@pytest.mark.parametrize(
    ("field", "code", "word"),
    [
        (ask("x", prefill="population.religion", purpose=WHY), "register-gives-not", "population.religion"),
        (ask("x", prefill="population", purpose=WHY), "register-other-kind", "Mục x"),
        (ask("x", "number", prefill="population.gender", purpose=WHY), "register-other-kind", "giới tính"),
        (ask("x", prefill="population.ethnicity"), "register-no-purpose", "Hỏi để làm gì"),
        (ask("x", prefill="enterprise.representative"), "register-no-purpose", "Đăng ký doanh nghiệp"),
        (
            ask("x", "person", prefill="population.child", purpose=WHY),
            "register-gives-not",
            "population.child",
        ),
        (
            ask("x", "table", fields=[ask("y", prefill="population.gender", purpose=WHY)]),
            "register-in-table",
            "nằm trong bảng",
        ),
    ],
)
def test_what_is_wrong_with_it_is_said_and_blocks(field: dict[str, Any], code: str, word: str) -> None:
    ((said, blocks, sentence),) = found(field)
    assert (said, blocks) == (code, True)
    assert word in sentence


@pytest.mark.parametrize(
    "field",
    [
        ask("x", prefill="population.ethnicity", purpose=WHY),
        ask("x", prefill="population.ethnicity", hint="Hỏi vì giấy có mục này."),
        ask("x", "person", prefill="population.father", purpose=WHY),
        ask("x", "address", prefill="population.residence", purpose=WHY),
        ask("x", prefill="enterprise.name"),
        ask("x", "organisation", prefill="enterprise", purpose=WHY),
        ask("x", prefill="vault.giay-to-dat.number"),
    ],
)
def test_what_is_right_is_left_alone(field: dict[str, Any]) -> None:
    assert found(field) == []


def test_a_page_that_says_why_says_it_for_its_questions() -> None:
    assert found(ask("x", prefill="population.gender"), hint="Hỏi để ghi vào giấy.") == []


def test_the_editor_is_told_what_each_register_gives() -> None:
    told = forms.palette()
    assert [one["word"] for one in told["registers"]] == ["enterprise", "population"]
    offered = {
        one["value"]: one for one in told["facts"] if one["value"].startswith(("population", "enterprise"))
    }
    assert offered["population.residence"]["kinds"] == ["address"]
    assert offered["population.residence"]["label"] == "Cơ sở dữ liệu dân cư: nơi thường trú"
    assert "population.religion" not in offered
    assert len({one["label"] for one in offered.values()}) == len(offered)
