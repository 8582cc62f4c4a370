"""What is put into a document that clerks wrote: shapes of values, rows, gaps that stop the printing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tinhso.foundation import paper


@pytest.mark.parametrize(
    ("shape", "text", "raw", "written"),
    [
        ("", "Có", True, "Có"),
        ("hoa", "Nguyễn ẵ", None, "NGUYỄN Ẵ"),
        ("ngay", "5/2/2026", "2026-02-05", "ngày 05 tháng 02 năm 2026"),
        ("ngay", "12/10/1990", "1990-10-12", "ngày 12 tháng 10 năm 1990"),
        ("ngay", "3/1990", "1990-03", "tháng 3 năm 1990"),
        ("ngay", "1990", "1990", "năm 1990"),
        ("ngay_so", "5/2/2026", "2026-02-05", "05/02/2026"),
        ("tien", "x", 1_200_000, "1.200.000 đồng"),
        ("tien", "1,5", "1,5", "1,5"),
        ("tien_chu", "x", 1_200_000, "Một triệu hai trăm nghìn đồng"),
        ("tien_chu", "x", -1, ""),
        ("so", "12,5 m²", 12.5, "12,5"),
        ("so", "1.200 m²", 1200, "1.200"),
        ("so_chu", "21", 21, "hai mươi mốt"),
        ("so_chu", "x", True, ""),
    ],
)
def test_a_value_is_written_in_its_shape(shape: str, text: str, raw: Any, written: str) -> None:
    assert paper.SHAPES[shape].make(text, raw) == written


def template(**asked: Any) -> str:
    """A source that wants this put in."""
    return f"{paper.remark('asks', asked)}\n"


def fill(source: str, answers: dict[str, Any], texts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return paper.fill(source, facts={"ma": "A1"}, answers=answers, texts=texts, holds=bool, **changes)


def test_answers_come_before_facts_and_a_condition_decides_what_is_needed() -> None:
    source = template(
        values=[
            {"key": "v0", "path": "ma", "label": "Mã"},
            {"key": "v1", "path": "cha.ten", "label": "Tên cha", "when": [["w0", True]]},
            {"key": "v2", "path": "vang", "label": "Vắng", "optional": True},
        ],
        rules={"w0": False},
    )
    assert fill(source, {}, {})["said"] == {"v0": "A1", "v1": "", "v2": ""}
    assert fill(source, {"ma": "B"}, {"ma": "B"})["said"]["v0"] == "B"
    with pytest.raises(paper.ValuesMissing) as missing:
        fill(source.replace('"w0": false', '"w0": true'), {}, {})
    assert missing.value.labels == ("Tên cha",)
    assert fill(source.replace('"w0": false', '"w0": true'), {}, {}, gap="[%s]")["said"]["v1"] == "[Tên cha]"


def test_rows_of_a_table_are_numbered_and_a_gap_is_named_by_its_row() -> None:
    source = template(
        values=[{"key": "v0", "path": "con.ten", "label": "Tên con", "table": "con"}], tables=["con"]
    )
    texts = {"con": [{"con.ten": "An"}, {"con.ten": ""}]}
    rows = fill(source, {"con": [{"ten": "An"}, {}]}, texts, gap="[%s]")["rows"]
    assert rows == {"con": [{"stt": "1", "v0": "An"}, {"stt": "2", "v0": "[Tên con]"}]}
    with pytest.raises(paper.ValuesMissing, match="Tên con, dòng 2"):
        fill(source, {"con": [{"ten": "An"}, {}]}, texts)


@given(
    some.text(max_size=60)
    | some.sampled_from(["import read json", "\u2028#eval", '"; #read("x")', "\\", "std"])
)
def test_any_text_is_a_string_of_a_source_and_a_remark_of_one_line(text: str) -> None:
    assert paper.check(f"#let a = {paper.literal(text)}\n")
    said = paper.remark("text", text)
    assert paper.check(said)
    assert len(said.splitlines()) == 1
    assert paper.written_as(f"{said}\n") == text


def test_a_template_that_was_made_in_another_way_wants_nothing() -> None:
    assert paper.asks("decision") == paper.Asks()
    with pytest.raises(LookupError):
        paper.asks("khong-co")
