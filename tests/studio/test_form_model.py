"""The form editor's own reckoning, run by Node: names from labels, rules that follow, rules as rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.browser import ROOT, web_parts
from tinhso.forms import api as forms
from tinhso.workflow import expressions

NODE = Path(sys.executable).parent / "node"
BUNDLE = """
import { build } from "vite";
const parts = [["names", "_form_names"], ["rules", "_rules"], ["arrows", "_arrows"]];
const entry = Object.fromEntries(parts.map(([as, file]) => [as, `src/studio/${file}.ts`]));
const lib = { entry, formats: ["es"], fileName: (_format, name) => `${name}.mjs` };
const into = { outDir: process.argv[2], emptyOutDir: false, copyPublicDir: false };
await build({ configFile: false, logLevel: "error", build: { ...into, lib, minify: false } });
"""
Call = Callable[..., Any]


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """Call a function of the editor: `call("names", "slug", "Họ và tên")`."""
    web_parts()
    folder = tmp_path_factory.mktemp("editor")
    subprocess.run(
        [str(NODE), "--input-type=module", "-", str(folder)],
        input=BUNDLE,
        text=True,
        cwd=ROOT / "web",
        check=True,
        env={**os.environ, "NODE_ENV": "production"},
    )
    with subprocess.Popen(
        [str(NODE), str(Path(__file__).with_name("form_model.mjs")), folder.as_uri()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        sent, told = process.stdin, process.stdout

        def do(module: str, name: str, *given: Any) -> Any:
            sent.write(json.dumps([module, name, *given]) + "\n")
            sent.flush()
            return json.loads(told.readline())

        yield do
        sent.close()


def field(name: str, kind: str = "text", **rest: Any) -> dict[str, Any]:
    return {"name": name, "kind": kind, "label": name.capitalize(), **rest}


def page(name: str, *fields: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return {"name": name, "question": f"{name}?", "fields": list(fields), **rest}


def whole() -> dict[str, Any]:
    """A sound form whose rules read answers, columns, sums, and a date for addresses."""
    area = field("dien_tich", "number")
    floor = field("to", "text", show_if={">": [{"var": "row.dien_tich"}, 5]})
    return {
        "title": "Thử",
        "pages": [
            page("mot", field("ngay", "date"), field("tang", "table", fields=[area, floor])),
            page(
                "hai",
                field("o", "address", as_of="ngay"),
                field("nhom", "section", fields=[field("trong"), field("ngoai")]),
                field("tong", "computed", value={"sum": [{"var": "tang"}, "dien_tich"]}),
                show_if={"!": [{"empty": [{"var": "ngay"}]}]},
            ),
        ],
        "checks": [
            {
                "name": "c",
                "at": "tang.dien_tich",
                "holds": {"<": [{"var": "row.dien_tich"}, 99]},
                "fault": "To.",
            }
        ],
    }


def sound(definition: dict[str, Any]) -> bool:
    """Whether only words may be missing: every rule finds what it reads."""
    return not [one for one in forms.examine(definition)[1] if one.blocks and one.code != "no-show-note"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Họ, chữ đệm, tên", "ho_chu_dem_ten"),
        ("Địa chỉ đất ở", "dia_chi_dat_o"),
        ("2 bản sao", "muc_2_ban_sao"),
        ("Ẫm Ờ Ữ ỷ", "am_o_u_y"),
        ("???", "muc"),
        ("Tôi cam đoan những lời khai trên là đúng sự thật", "toi_cam_doan_nhung_loi_khai_tren_la_dung"),
    ],
)
def test_a_label_becomes_a_name(call: Call, label: str, name: str) -> None:
    assert call("names", "slug", label) == name


def test_a_name_is_not_taken_twice_nor_reserved(call: Call) -> None:
    assert call("names", "unique", whole(), "", "ngay") == "ngay_2"
    assert call("names", "unique", whole(), "", "ngay", "ngay") == "ngay"
    assert call("names", "unique", whole(), "", "today") == "today_2"
    assert call("names", "unique", whole(), "nhom", "trong") == "trong_2"
    assert call("names", "unique", whole(), "nhom", "ngay") == "ngay"


@pytest.mark.parametrize(
    ("at", "name", "read"),
    [
        ([0, 0], "ngay_sinh", ["ngay_sinh"]),
        ([0, 1], "lau", ["lau", "lau.dien_tich"]),
        ([0, 1, 0], "rong", ["row.rong", "tang.rong"]),
    ],
)
def test_what_reads_an_answer_follows_its_new_name(
    call: Call, at: list[int], name: str, read: list[str]
) -> None:
    assert sound(whole())
    renamed = call("names", "rename", whole(), at, name)
    assert sound(renamed)
    assert set(read) <= {
        *call("names", "reads", [*_rules(renamed)]),
        renamed["pages"][1]["fields"][0]["as_of"],
    }
    back = whole()["pages"][0]["fields"]
    was = (back[at[1]]["fields"][at[2]] if len(at) == 3 else back[at[1]])["name"]
    assert call("names", "rename", renamed, at, was) == whole()


def _rules(definition: dict[str, Any]) -> Iterator[Any]:
    def of(fields: list[dict[str, Any]]) -> Iterator[Any]:
        for one in fields:
            yield from (one.get("show_if"), one.get("value"))
            yield from of(one.get("fields", []))

    for one in definition["pages"]:
        yield one.get("show_if")
        yield from of(one["fields"])
    yield from (check["holds"] for check in definition["checks"])


def test_a_question_moved_into_a_section_is_still_read(call: Call) -> None:
    moved = call("names", "move", whole(), [0, 0], [1, 1, 0])
    inside = moved["def"]["pages"][1]["fields"]
    assert [one["name"] for one in inside[1]["fields"]] == ["ngay", "trong", "ngoai"]
    assert inside[0]["as_of"] == "nhom.ngay"
    assert moved["def"]["pages"][1]["show_if"] == {"!": [{"empty": [{"var": "nhom.ngay"}]}]}


def test_a_column_taken_out_of_its_table_is_read_where_it_stands(call: Call) -> None:
    moved = call("names", "move", whole(), [0, 1, 0], [0, 0])["def"]
    assert moved["pages"][0]["fields"][0]["name"] == "dien_tich"
    assert moved["pages"][0]["fields"][2]["fields"][0]["show_if"] == {">": [{"var": "dien_tich"}, 5]}
    assert moved["checks"][0]["at"] == "dien_tich"
    assert moved["checks"][0]["holds"] == {"<": [{"var": "dien_tich"}, 99]}


def test_a_table_or_section_never_lands_in_a_table(call: Call) -> None:
    assert call("names", "move", whole(), [1, 1], [0, 1, 0]) is None
    assert call("names", "move", whole(), [1, 1], [1, 1, 0]) is None


def test_a_copy_is_called_otherwise_and_reads_itself(call: Call) -> None:
    copied = call("names", "duplicate", whole(), [0, 1])
    assert copied["at"] == [0, 2]
    assert [one["name"] for one in copied["def"]["pages"][0]["fields"]] == ["ngay", "tang", "tang_2"]
    assert sound(copied["def"])


def test_ready_questions_come_as_a_section_whose_rules_stay_inside(call: Call) -> None:
    inside = [field("co", "yes_no"), field("so", "number", show_if={"var": "nhom.co"}, show_note="Nếu có.")]
    block = {"code": "ban-sao", "version": 3, "title": "Bản sao", "name": "nhom", "fields": inside}
    made = call("names", "grouped", whole(), [1, 3], block)
    section = made["pages"][1]["fields"][3]
    assert (section["name"], section["kind"], section["block"]) == ("nhom_2", "section", "ban-sao@3")
    assert section["fields"][1]["show_if"] == {"var": "nhom_2.co"}
    assert made["pages"][1]["fields"][:3] == whole()["pages"][1]["fields"]
    assert sound(made)


@pytest.mark.parametrize(
    "rule",
    [
        {"var": "co"},
        {"!": [{"var": "co"}]},
        {"==": [{"var": "co"}, False]},
        {"==": [{"var": "gioi"}, "nam"]},
        {"and": [{"in": [{"var": "gioi"}, ["nam", "nu"]]}, {"!": [{"in": ["a", {"var": "nhieu"}]}]}]},
        {"or": [{"empty": [{"var": "x"}]}, {"!": [{"empty": [{"var": "x"}]}]}]},
        {">=": [{"years": [{"var": "me.ngay_sinh"}, {"var": "today"}]}, 18]},
        {"<": [{"sum": [{"var": "tang"}, "dien_tich"]}, {"var": "law.muc"}]},
        {">": [{"count": [{"var": "tang"}]}, {"var": "so"}]},
        {"<=": [{"var": "ngay"}, {"var": "today"}]},
        {"or": [{"var": "a"}, {"and": [{"var": "b"}, {"or": [{"var": "c"}, {"==": [{"var": "d"}, 1]}]}]}]},
        {
            "and": [
                {"var": "a"},
                {"!": [{"or": [{"var": "b"}, {"empty": [{"var": "c"}]}]}]},
                {"or": [{"var": "d"}]},
            ]
        },
        {"!": [{"or": [{"var": "a"}]}]},
    ],
)
def test_a_condition_that_rows_can_show_comes_back_as_it_was(call: Call, rule: Any) -> None:
    rows = call("rules", "groupOf", rule)
    assert rows is not None
    assert call("rules", "ruleOf", rows) == rule


@pytest.mark.parametrize(
    "rule",
    [
        {"!": [{"and": [{"var": "a"}, {"var": "b"}]}]},
        {"or": [{"var": "a"}, {"if": [{"var": "b"}, True, False]}]},
        {"if": [{"var": "a"}, True, False]},
        {"==": [{"+": [{"var": "a"}, 1]}, 2]},
        {"==": [{"var": "a"}, None]},
        {"!=": [{"var": "a"}, True]},
    ],
)
def test_a_condition_that_rows_cannot_show_is_left_to_its_text(call: Call, rule: Any) -> None:
    assert call("rules", "groupOf", rule) is None


def test_rules_of_the_shipped_forms_lose_nothing_in_rows(call: Call) -> None:
    """What rows change of a rule's text does not change what it means: a bare word for a list of one."""
    seen = 0
    for definition in forms.shipped().values():
        for rule in _rules({"checks": [], **definition}):
            rows = call("rules", "groupOf", rule)
            if rule is not None and rows is not None:
                seen += 1
                assert _listed(call("rules", "ruleOf", rows)) == _listed(rule)
    assert seen > 40


def _listed(rule: Any) -> Any:
    if isinstance(rule, list):
        return [_listed(one) for one in rule]
    if not isinstance(rule, dict):
        return rule
    [(name, given)] = rule.items()
    return {name: given if name == "var" else _listed(given if isinstance(given, list) else [given])}


@pytest.mark.parametrize(
    "rule",
    [
        {"+": [{"var": "a"}, {"var": "b"}, 3]},
        {"round": [{"*": [{"var": "a"}, {"var": "law.muc"}]}]},
        {"sum": [{"var": "tang"}, "dien_tich"]},
        {"min": [{"var": "a"}, {"days": [{"var": "n"}, {"var": "today"}]}]},
    ],
)
def test_a_value_that_terms_can_show_comes_back_as_it_was(call: Call, rule: Any) -> None:
    assert call("rules", "valueOf", call("rules", "sumOf", rule)) == rule
    assert call("rules", "sumOf", {"+": [{"*": [{"var": "a"}, 2]}, 1]}) is None


KY, WEB, QUAY = ({"var": one} for one in ('ket_luan == "ky"', 'via == "online"', 'via == "counter"'))


@pytest.mark.parametrize(
    ("text", "rule", "said"),
    [
        ("", None, ""),
        ('ket_luan == "ky"', KY, "Đã ký"),
        ('ket_luan != "ky"', {"!": [KY]}, "không phải (Đã ký)"),
        (
            'ket_luan == "ky" and (via == "online" or via == "counter")',
            {"and": [KY, {"or": [WEB, QUAY]}]},
            'Đã ký và (Qua mạng hoặc via == "counter")',
        ),
        (
            'not (via == "online" or via == "counter") and ket_luan == "ky"',
            {"and": [{"!": [{"or": [WEB, QUAY]}]}, KY]},
            'không phải (Qua mạng hoặc via == "counter") và Đã ký',
        ),
    ],
)
def test_a_condition_of_an_arrow_is_built_as_any_other(call: Call, text: str, rule: Any, said: str) -> None:
    """As the drawing keeps it, as the builder draws it, and in words; the engine takes what comes back."""
    known = [{"text": KY["var"], "label": "Đã ký"}, {"text": WEB["var"], "label": "Qua mạng"}]
    words = {"and": "và", "or": "hoặc", "not": "không phải"}
    assert call("arrows", "ruleOfArrow", text) == rule
    assert call("rules", "ruleOf", call("rules", "groupOf", rule)) == rule
    assert call("arrows", "arrowOf", rule) == text
    assert call("arrows", "sayArrow", rule, known, words) == said
    if text:
        expressions.check(text)


@pytest.mark.parametrize(
    "text",
    [
        'a == "x" and',
        'a == "x" )',
        "a == 1",
        "a",
        '(a == "x"',
        'f(a) == "x"',
        'a in ["x"]',
        'a == "x" b == "y"',
    ],
)
def test_what_is_more_than_facts_on_an_arrow_is_left_to_its_text(call: Call, text: str) -> None:
    assert call("arrows", "ruleOfArrow", text) == {"nothing": True}
