"""What keeps a definition from being published is named in words, before anybody fills it in."""

from __future__ import annotations

from typing import Any

import pytest

from tinhso.forms.operations.versions import examine
from tinhso.forms.shipped import shipped


def ask(name: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": f"Mục {name}", **more}


def page(name: str, *fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "question": f"Trang {name}?", "fields": list(fields), **more}


def form(*pages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"title": "Thử", "pages": list(pages), **more}


AGE = ask("tuoi", "number")
YES = ask("co", "yes_no")
BORN = ask("sinh", "date")
KIND = ask("loai", "choice", options=[{"value": "x", "label": "X"}, {"value": "y", "label": "Y"}])
ROWS = ask("bang", "table", fields=[ask("so", "number"), ask("chu")])


@pytest.mark.parametrize(
    ("definition", "code", "word"),
    [
        (form(), "no-pages", "chưa có trang"),
        (form(page("a")), "empty-page", "không hỏi gì"),
        (form(page("a", AGE), page("a", YES)), "duplicate-page", "cùng tên “a”"),
        (form(page("a", AGE), page("b", AGE)), "duplicate-name", "cùng tên “tuoi”"),
        (form(page("a", ask("x"), ask("x.y"))), "duplicate-name", "vừa là một mục vừa là nhóm"),
        (form(page("a", ask("x", label=" "))), "no-label", "chưa có nhãn"),
        (form(page("a", ask("Họ Tên"))), "bad-name", "Họ Tên"),
        (form(page("a", ask("today"))), "reserved-name", "today"),
        (form(page("a", ask("x", "choice"))), "bad-options", "ít nhất hai ý"),
        (form(page("a", AGE, show_if=False)), "unreachable", "không bao giờ được hỏi"),
        (form(page("a", YES), page("b", AGE, show_if={"var": "khong_co"})), "unknown-reference", "khong_co"),
        (form(page("a", AGE, show_if={"var": "co"}), page("b", YES)), "asked-later", "chỉ được hỏi ở sau"),
        (form(page("a", YES, show_if={"var": "co"})), "asked-later", "chỉ được hỏi ở sau"),
        (form(page("a", YES, {**AGE, "show_if": {"var": "co"}})), "no-show-note", "khi nào cần điền"),
        (
            form(page("a", KIND), page("b", AGE, show_if={"==": [{"var": "loai"}, "z"]})),
            "unknown-option",
            "không có ý “z”",
        ),
        (
            form(page("a", AGE), page("b", YES, show_if={">": [{"var": "tuoi"}, "18"]})),
            "type-mismatch",
            "không cùng loại",
        ),
        (
            form(page("a", BORN), page("b", YES, show_if={"<": [{"var": "sinh"}, 2000]})),
            "type-mismatch",
            "không cùng loại",
        ),
        (
            form(page("a", AGE), page("b", YES, show_if={"var": "tuoi"})),
            "not-a-condition",
            "không phải có hoặc không",
        ),
        (form(page("a", AGE), page("b", YES, show_if={"eval": "1"})), "unreadable-rule", "eval"),
        (form(page("a", AGE), page("b", YES, show_if={"var": {"var": "tuoi"}})), "unreadable-rule", "var"),
        (
            form(page("a", ROWS, ask("t", "computed", value={"sum": [{"var": "bang"}, "chu"]}))),
            "type-mismatch",
            "chu",
        ),
        (
            form(page("a", ROWS), page("b", YES, show_if={"==": [{"var": "bang.so"}, 1]})),
            "unknown-reference",
            "bang.so",
        ),
        (
            form(page("a", AGE), checks=[{"name": "k", "at": "x", "holds": True, "fault": "f"}]),
            "unknown-reference",
            "x",
        ),
        (form(page("a", AGE), law={"x": "no_such_law"}), "unknown-law", "no_such_law"),
        (
            form(page("a", AGE, part="p"), parts=[{"name": "q", "title": "Q"}]),
            "unknown-part",
            "chưa thuộc phần",
        ),
        (form(page("a", ask("x", "table", fields=[ROWS]))), "nested-table", "Bảng không chứa được bảng"),
        (form(page("a", ask("x", "number", minimum=5, maximum=1))), "bad-range", "lớn hơn"),
        (form(page("a", ask("x", "person", parts=["so_giay"]))), "unknown-part", "so_giay"),
        (form(page("a", ask("x", "computed"))), "no-value", "chưa có cách tính"),
        ({"title": "x", "pages": [], "lable": "y"}, "not-a-definition", "lable"),
    ],
)
def test_a_fault_of_a_definition_is_named(definition: dict[str, Any], code: str, word: str) -> None:
    _decoded, problems = examine(definition)

    found = [problem for problem in problems if problem.code == code]
    assert found, problems
    assert any(word in problem.sentence for problem in found)


def test_circular_rules_are_named_in_a_circle() -> None:
    definition = form(
        page("a", AGE),
        page(
            "b",
            ask("mot", "computed", value={"+": [{"var": "hai"}, {"var": "tuoi"}]}),
            ask("hai", "computed", value={"*": [{"var": "ba"}, 2]}),
            ask("ba", "computed", value={"-": [{"var": "mot"}, 1]}),
        ),
    )
    _decoded, problems = examine(definition)

    assert {problem.code for problem in problems} == {"circular"}
    assert any("vòng" in problem.sentence or "chính nó" in problem.sentence for problem in problems)


def test_questions_shown_by_each_other_are_circular() -> None:
    definition = form(
        page(
            "a",
            ask("mot", "yes_no", show_if={"!": {"var": "hai"}}, show_note="Khi cần."),
            ask("hai", "yes_no", show_if={"!": {"var": "mot"}}, show_note="Khi cần."),
        )
    )
    _decoded, [problem] = examine(definition)

    assert problem.code == "circular"
    assert "“Mục mot”" in problem.sentence
    assert "“Mục hai”" in problem.sentence


def found(definition: dict[str, Any], *, blocks: bool | None = None) -> set[tuple[str, str]]:
    _decoded, problems = examine(definition)
    return {(one.code, one.where) for one in problems if blocks is None or one.blocks is blocks}


def chosen(value: str) -> dict[str, Any]:
    return {"==": [{"var": "loai"}, value]}


@pytest.mark.parametrize(
    ("condition", "reachable"),
    [
        ({"and": [chosen("x"), chosen("y")]}, False),
        ({"and": [chosen("x"), {"!": [chosen("x")]}]}, False),
        ({"and": [chosen("x"), {"in": [{"var": "loai"}, ["y"]]}]}, False),
        ({"and": [{"!": [chosen("x")]}, {"!": [chosen("y")]}, {"!": [{"empty": {"var": "loai"}}]}]}, False),
        ({"and": [{"!": [chosen("x")]}, {"!": [chosen("y")]}]}, True),
        ({"or": [{"and": [chosen("x"), chosen("y")]}, {"var": "co"}]}, True),
        ({"and": [{">": [{"var": "tuoi"}, 60]}, {"<": [{"var": "tuoi"}, 18]}]}, False),
        ({"and": [{">": [{"var": "tuoi"}, 60]}, {"<": [{"var": "tuoi"}, 61]}]}, True),
        ({">": [{"var": "tuoi"}, 200]}, False),
        ({">=": [{"var": "tuoi"}, 150]}, True),
        ({"and": [{">": [{"var": "sinh"}, "2020-01-01"]}, {"<": [{"var": "sinh"}, "2000-01-01"]}]}, False),
        ({"and": [{">": [{"var": "sinh"}, "2020-01-01"]}, {"<": [{"var": "sinh"}, "2020-01-03"]}]}, True),
        (
            {
                "and": [
                    {"<": [{"years": [{"var": "sinh"}, {"var": "today"}]}, 18]},
                    {">=": [{"years": [{"var": "sinh"}, {"var": "today"}]}, 60]},
                ]
            },
            False,
        ),
        ({"and": [{"var": "co"}, {"==": [{"var": "co"}, False]}]}, False),
        ({"and": [{"in": ["a", {"var": "viec"}]}, {"!": [{"in": ["a", {"var": "viec"}]}]}]}, False),
        ({"and": [{"in": ["a", {"var": "viec"}]}, {"in": ["b", {"var": "viec"}]}]}, True),
        ({"if": [chosen("x"), chosen("y"), {"!": [{"var": "co"}]}]}, True),
        ({"if": [chosen("x"), chosen("y"), chosen("x")]}, False),
        ({"and": [False, {"var": "co"}]}, False),
        ({"<": [{"+": [{"var": "tuoi"}, 1]}, {"var": "tuoi"}]}, True),
    ],
)
def test_a_question_that_is_never_asked_is_named(condition: Any, reachable: bool) -> None:
    options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
    definition = form(
        page("a", KIND, YES, BORN, ask("tuoi", "number", minimum=0, maximum=150)),
        page("b", ask("viec", "choices", options=options)),
        page("c", ask("x"), show_if=condition),
    )
    assert (("unreachable", "c") in found(definition, blocks=True)) is not reachable


def test_what_is_asked_only_then_counts_for_what_depends_on_it() -> None:
    detail = ask("y", "yes_no", show_if=chosen("x"), show_note="Khi chọn X.")
    definition = form(
        page("a", KIND, detail),
        page("b", ask("mot", show_if={"and": [{"var": "y"}, chosen("y")]}), ask("hai", show_if={"var": "y"})),
        page(
            "c",
            ask("nhom", "section", show_if={"and": [chosen("y"), {"var": "y"}]}, fields=[ask("ba")]),
            show_if=chosen("y"),
        ),
    )
    assert found(definition, blocks=True) == {("unreachable", "mot"), ("unreachable", "nhom")}


def test_a_check_that_never_speaks_or_always_does_is_named() -> None:
    def check(name: str, holds: Any) -> dict[str, Any]:
        return {"name": name, "at": "tuoi", "holds": holds, "fault": "Sai."}

    tied = {"or": [{"var": "chi_x"}, {"var": "chi_y"}, {">": [{"var": "tuoi"}, 5]}]}
    definition = form(
        page("a", KIND, ask("tuoi", "number", minimum=0)),
        page("b", ask("chi_x", "yes_no", show_if=chosen("x")), ask("chi_y", "yes_no", show_if=chosen("y"))),
        checks=[
            check("đúng", {">": [{"var": "tuoi"}, 5]}),
            check("luôn", {">=": [{"var": "tuoi"}, 0]}),
            check("không", {"<": [{"var": "tuoi"}, 0]}),
            check("hai nhánh", tied),
        ],
    )
    assert found(definition) == {
        ("dead-check", "luôn"),
        ("never-holds", "không"),
        ("dead-check", "hai nhánh"),
    }
    assert found(definition, blocks=True) == {("never-holds", "không")}


def test_words_that_are_hard_to_read_are_named_with_plain_ones() -> None:
    long = "Ghi " + "một " * 40
    definition = form(
        page(
            "a",
            ask("x", hint="Tiến hành kê khai theo mẫu."),
            ask("y", hint=long),
            ask("z", hint="Ghi như trong giấy."),
            question="Ông bà " + "rất " * 20 + "muốn gì?",
        )
    )
    _decoded, problems = examine(definition)
    assert {one.where for one in problems} == {"a", "x", "y"}
    assert not any(one.blocks for one in problems)
    said = {one.where: one.sentence for one in problems}
    assert "“tiến hành” nên viết “làm”" in said["x"]
    assert "“kê khai” nên viết “khai”" in said["x"]
    assert "câu dài 41 tiếng" in said["y"]


def test_personal_data_is_asked_with_a_purpose() -> None:
    definition = form(
        page(
            "a",
            ask("x", "person"),
            ask("y", format="phone", purpose="Báo tin hồ sơ."),
            ask("z", "address", hint="Dùng để gửi kết quả."),
            ask("ngay_sinh", "date"),
            ask("nhom", "section", purpose="Báo tin.", fields=[ask("t", format="email")]),
            AGE,
        )
    )
    assert found(definition) == {("no-purpose", "x"), ("no-purpose", "ngay_sinh")}


@pytest.mark.parametrize("code", sorted(shipped()))
def test_what_is_shipped_is_sound(code: str) -> None:
    assert [problem for problem in examine(shipped()[code])[1] if problem.blocks] == []
