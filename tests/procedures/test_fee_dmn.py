"""Tables of fees as DMN: our own come back whole, those of other tools are read as far as they run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.procedures.test_fee_tables import DAYS, TABLE, TEXTS, cells
from tinhso.procedures import api
from tinhso.procedures.api import FeeInput, FeeKind, FeeRow, FeeTable, HitPolicy, InputType
from tinhso.procedures.fees.checking import faults
from tinhso.procedures.fees.feel import say_cell

CODES = st.from_regex(r"[a-z][a-z0-9-]{0,5}", fullmatch=True)


@st.composite
def tables(draw: st.DrawFn) -> FeeTable:
    """Tables whose cells can all be read."""
    codes = draw(st.lists(CODES, max_size=3, unique=True))
    inputs = tuple(
        FeeInput(
            code=code,
            label=draw(TEXTS.filter(bool)),
            expression=draw(
                st.sampled_from(["a.b", "count(t)", "years and months duration(a, today()).years"])
            ),
            type=draw(st.sampled_from(list(InputType))),
            options=tuple(draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=2))),
        )
        for code in codes
    )
    rows = tuple(
        FeeRow(
            code=code,
            fee=draw(TEXTS.filter(bool)),
            kind=draw(st.sampled_from(list(FeeKind))),
            name=draw(TEXTS.filter(bool)),
            tests={one.code: text for one in inputs if (text := say_cell(draw(cells(one.type)))) != "-"},
            amount=draw(st.integers(-5, 10**9)),
            per=draw(st.sampled_from(["", *codes])),
            exempt_percent=draw(st.integers(0, 100)),
            exempt_ground=draw(TEXTS),
            ground=draw(TEXTS),
            valid_from=draw(st.none() | DAYS),
            valid_to=draw(st.none() | DAYS),
        )
        for code in draw(st.lists(CODES, max_size=3, unique=True))
    )
    return FeeTable(hit_policy=draw(st.sampled_from(list(HitPolicy))), inputs=inputs, rows=rows)


@given(tables())
@settings(max_examples=60)
def test_a_table_written_and_read_is_the_same_table(table: FeeTable) -> None:
    read = api.read_dmn(api.as_dmn(table, name="Phí"))
    assert (read.table, read.unread) == (table, ())


def test_what_is_written_is_dmn_1_3() -> None:
    root = etree.fromstring(api.as_dmn(TABLE, name="Phí"))
    model = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
    assert root.tag == f"{model}definitions"
    drawn = root.find(f".//{model}decisionTable")
    assert (drawn.get("hitPolicy"), len(drawn.findall(f"{model}rule"))) == ("FIRST", 3)
    assert "".join(drawn.findall(f"{model}rule")[1].findall(f"{model}outputEntry")[3].itertext()).split() == [
        "8000",
        "*",
        "so_ban",
    ]


SAMPLES = Path(__file__).parent / "dmn"
CAMUNDA = (SAMPLES / "camunda.dmn").read_text()


def test_a_table_of_another_editor_is_taken_and_the_rest_named_cell_by_cell() -> None:
    read = api.read_dmn(CAMUNDA.encode())
    first, second = read.table.rows
    assert (first.tests, first.amount, first.name) == (
        {"input-1": "< 18", "input-2": '"Winter", "Spring"'},
        8000,
        "Phí",
    )
    assert second.tests["input-2"] == 'matches(?, "S.*")'
    assert {one.where for one in read.unread} == {"Output_3", "x", "decisionrule-2/amount"}
    told = {one.where: one.sentence for one in faults(read.table)}
    assert "matches" in told["decisionrule-2/input-2"]
    assert "decisionrule-1/ground" in told


SPIFF = (SAMPLES / "spiff.dmn").read_text()


def test_cells_in_another_language_are_named_not_guessed() -> None:
    read = api.read_dmn(SPIFF.encode())
    assert {one.where for one in read.unread} == {"i", "aggregation"}
    told = {one.where: one.sentence for one in faults(read.table)}
    assert "spam in data" in told["i"]
    assert "true hoặc false" in told["r1/i"]


@pytest.mark.parametrize("policy", ["PRIORITY", "OUTPUT ORDER"])
def test_a_policy_that_is_not_run_is_named(policy: str) -> None:
    read = api.read_dmn(CAMUNDA.replace("UNIQUE", policy).encode())
    assert "hitPolicy" in {one.where for one in read.unread}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<a",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><definitions/>',
        b"<a>" * 100_000,
        b" " * 1_000_001,
        b'<?xml version="1.0" encoding="nope"?><a/>',
    ],
)
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(api.NotDmn):
        api.read_dmn(content)


WHOLE = api.as_dmn(TABLE, name="Phí")


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_file_is_read_or_refused_never_more(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(WHOLE) - 1))
    upto = data.draw(st.integers(at, min(len(WHOLE), at + 40)))
    junk: Any = data.draw(
        st.binary(max_size=12) | st.sampled_from([b"<rule/>", b"</text>", b"\x00", b"&lt;"])
    )
    try:
        read = api.read_dmn(WHOLE[:at] + junk + WHOLE[upto:])
    except api.NotDmn:
        return
    assert isinstance(faults(read.table), tuple)
