"""Fees as a decision table: cells, what is paid and why, what is wrong before anybody pays by it."""

from __future__ import annotations

import dataclasses
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.procedures.making import AT, CONTENT, TODAY, content
from tinhso.forms import api as forms
from tinhso.foundation.refs import SYSTEM
from tinhso.procedures import api
from tinhso.procedures.api import FeeInput, FeeKind, FeeRow, FeeTable, HitPolicy, InputType
from tinhso.procedures.completeness import contradictions
from tinhso.procedures.content import decode, encode
from tinhso.procedures.fees.checking import faults
from tinhso.procedures.fees.feel import (
    Cell,
    NotFeel,
    Span,
    Value,
    accepts,
    cell_rule,
    parse_cell,
    parse_expression,
    say_cell,
    say_expression,
)
from tinhso.procedures.models import ProcedureVersion

AGE = FeeInput(
    code="tuoi",
    label="Tuổi của con",
    expression="years and months duration(con.ngay_sinh, today()).years",
    type=InputType.NUMBER,
)
WAY = FeeInput(
    code="kenh",
    label="Cách nộp",
    expression="fact.channel",
    type=InputType.TEXT,
    options=(("online", "trực tuyến"), ("counter", "tại quầy"), ("post", "qua bưu chính")),
)
COPIES = FeeInput(code="so-ban", label="Số bản", expression="so_ban", type=InputType.NUMBER)


def row(code: str, **given: Any) -> FeeRow:
    """A sound row with changes."""
    base = {
        "fee": "le-phi",
        "kind": FeeKind.CHARGE,
        "name": "Lệ phí",
        "amount": 8000,
        "ground": "85/2019/TT-BTC",
    }
    return FeeRow(**{"code": code, **base, **given})


CHILD = row(
    "tre",
    tests={"tuoi": "< 18", "kenh": '"online"'},
    exempt_percent=100,
    exempt_ground="97/2015/QH13",
)
TABLE = FeeTable(
    hit_policy=HitPolicy.FIRST,
    inputs=(AGE, WAY, COPIES),
    rows=(
        CHILD,
        row("khac", per="so-ban", valid_to=TODAY),
        row("moi", per="so-ban", amount=9000, valid_from=TODAY),
    ),
)


def charged(
    born: str, *, way: str = "online", copies: Any = 3, on: date = TODAY
) -> list[tuple[int, int, str]]:
    """What is paid by the table above: amount, what is taken off, the reason."""
    lines = api.assess(
        content(fee_table=TABLE),
        {"con": {"ngay_sinh": born}, "so_ban": copies},
        {"channel": way, "applicant": "person"},
        on=on,
    )
    return [(line.amount, line.exempted, line.why) for line in lines]


def test_a_row_is_charged_by_answers_facts_and_the_day_with_its_reason_in_words() -> None:
    assert charged("2015-01-01") == [(8000, 8000, "Tuổi của con dưới 18, Cách nộp là trực tuyến")]
    assert charged("2015-01-01", way="post") == [(27000, 0, "Mọi trường hợp")]
    assert charged("1990-01-01", on=TODAY - timedelta(days=1)) == [(24000, 0, "Mọi trường hợp")]
    eighteen = TODAY.replace(year=TODAY.year - 18)
    assert charged(eighteen.isoformat())[0][1] == 0
    assert charged((eighteen + timedelta(days=1)).isoformat())[0][1] == 8000


@pytest.mark.parametrize(
    ("units", "amount"), [(0.0355, 320), (0.0215, 194), (1.5, 13_500), (1e-9, 0), (1e300, 10**12)]
)
def test_parts_of_a_unit_are_reckoned_as_they_are_written_halves_up(units: float, amount: int) -> None:
    assert charged("1990-01-01", copies=units)[0][0] == amount


def test_a_sum_that_cannot_be_reckoned_waits_for_an_officer() -> None:
    [line] = api.assess(content(fee_table=TABLE), {}, {"channel": "post"}, on=TODAY)
    assert (line.due, line.open) == (0, "Chưa tính được: chưa có «Số bản».")
    [plain] = api.assess(CONTENT, {}, {}, on=TODAY)
    assert (plain.name, plain.due, plain.open) == ("Lệ phí hộ tịch", 0, "")


def test_collect_charges_every_row_that_holds_and_first_only_one() -> None:
    both = dataclasses.replace(TABLE, hit_policy=HitPolicy.COLLECT)
    answers = {"con": {"ngay_sinh": "2015-01-01"}, "so_ban": 1}
    lines = api.assess(content(fee_table=both), answers, {"channel": "online"}, on=TODAY)
    assert [line.due for line in lines] == [0, 9000]


@pytest.mark.parametrize(
    "text",
    ["matches(?, 'a')", "True", "< x", "[5..1]", '"a', 'date("2025-02-30")', "not(", "1 2", "'x'", "x" * 501,
     '[1.."b"]', "- 1", "list contains(?, )", "\x00", '"a";'],
)  # fmt: skip
def test_what_is_not_understood_is_named(text: str) -> None:
    with pytest.raises(NotFeel) as fault:
        parse_cell(text)
    assert fault.value.sentence.endswith(".")


@given(st.text(max_size=40) | st.text(alphabet='not(?"x,.[]<>=0-9)date ', max_size=40))
@settings(max_examples=60)
def test_any_text_is_a_cell_or_named(text: str) -> None:
    for read in (parse_cell, parse_expression):
        with suppress(NotFeel):
            assert read(text) is not None


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)
NUMBERS = st.integers(-50, 50) | st.integers(-99, 99).map(lambda n: n / 4)
DAYS = st.dates(date(1950, 1, 1), date(2050, 1, 1))


def spans(ends: st.SearchStrategy[Any]) -> st.SearchStrategy[Span]:
    """Spans between two ends of a kind, also endless ones."""
    return st.one_of(
        st.builds(Span, st.none(), ends, st.just(False), st.booleans()),
        st.builds(Span, ends, st.none(), st.booleans(), st.just(False)),
        st.builds(
            lambda pair, one, two: Span(min(pair), max(pair), one, two),
            st.tuples(ends, ends), st.booleans(), st.booleans(),
        ),
    )  # fmt: skip


def cells(kind: InputType) -> st.SearchStrategy[Cell]:
    """Cells that fit a type."""
    values: Any = {
        InputType.TEXT: TEXTS,
        InputType.LIST: TEXTS,
        InputType.NUMBER: NUMBERS,
        InputType.DATE: DAYS,
        InputType.YES_NO: st.booleans(),
    }[kind]
    parts: Any = (values | st.none()).map(Value)
    if kind in (InputType.NUMBER, InputType.DATE):
        parts = parts | spans(values)
    return st.builds(
        lambda negated, parts: Cell(negated or not parts, tuple(dict.fromkeys(parts))),
        st.booleans(),
        st.lists(parts, max_size=3),
    )


KINDS = st.sampled_from(list(InputType))


@given(st.data(), KINDS)
@settings(max_examples=60)
def test_a_cell_written_and_read_is_the_same_cell(data: st.DataObject, kind: InputType) -> None:
    cell = data.draw(cells(kind))
    assert parse_cell(say_cell(cell, kind)) == cell


@given(st.data(), st.sampled_from([InputType.TEXT, InputType.NUMBER, InputType.DATE, InputType.YES_NO]))
@settings(max_examples=60)
def test_the_rule_of_a_cell_answers_as_the_cell_does(data: st.DataObject, kind: InputType) -> None:
    cell = data.draw(cells(kind))
    answers: Any = {InputType.TEXT: TEXTS.filter(bool), InputType.NUMBER: NUMBERS, InputType.DATE: DAYS}
    value = data.draw(answers.get(kind, st.booleans()) | st.none())
    answer = value.isoformat() if isinstance(value, date) else value
    rule = cell_rule(cell, {"var": "x"}, kind)
    assert forms.holds(rule, {"x": answer}, on=TODAY) is accepts(cell, value)


@pytest.mark.parametrize("text", ["a.b", "count(tang)", "sum(tang.dien_tich)", AGE.expression])
def test_an_expression_written_and_read_is_the_same(text: str) -> None:
    assert say_expression(parse_expression(text)) == text


ROWS = st.lists(
    st.builds(
        lambda **given: row("x", **given),
        tests=st.fixed_dictionaries({}, optional={"tuoi": cells(InputType.NUMBER).map(say_cell)}),
        amount=st.integers(0, 10**9),
        per=st.sampled_from(["", "so-ban"]),
        exempt_percent=st.integers(0, 100),
        exempt_amount=st.integers(0, 10**9),
        valid_from=st.none() | DAYS,
        valid_to=st.none() | DAYS,
    ),
    max_size=5,
)


@given(ROWS, st.sampled_from(HitPolicy), DAYS, DAYS, NUMBERS | st.none())
@settings(max_examples=60)
def test_no_sum_is_negative_and_no_exemption_over_it(
    rows: list[FeeRow], policy: HitPolicy, born: date, on: date, copies: Any
) -> None:
    table = FeeTable(hit_policy=policy, inputs=(AGE, COPIES), rows=tuple(rows))
    answers = {"con": {"ngay_sinh": born.isoformat()}, "so_ban": copies}
    lines = api.assess(content(fee_table=table), answers, {}, on=on)
    assert all(0 <= line.exempted <= line.amount and line.due >= 0 for line in lines)
    assert len(lines) <= (1 if policy is not HitPolicy.COLLECT else len(rows))
    dated = [one for one in rows if (one.valid_from or on) <= on < (one.valid_to or date.max)]
    assert dated or not lines


def told(table: FeeTable, *, blocks: bool = True) -> dict[str, str]:
    """Faults by place."""
    return {one.where: one.sentence for one in faults(table) if one.blocks is blocks}


def test_rows_of_a_unique_table_that_meet_are_found() -> None:
    rows = (row("a", tests={"tuoi": "<= 18"}), row("b", tests={"tuoi": ">= 18"}))
    table = FeeTable(hit_policy=HitPolicy.UNIQUE, inputs=(AGE,), rows=rows)
    assert "Dòng 2 và dòng 1" in told(table)["b"]
    apart = dataclasses.replace(table, rows=(rows[0], dataclasses.replace(rows[1], tests={"tuoi": "> 18"})))
    assert told(apart) == {}
    dated = (dataclasses.replace(rows[0], valid_to=TODAY), dataclasses.replace(rows[1], valid_from=TODAY))
    assert told(dataclasses.replace(table, rows=dated)) == {}
    assert told(dataclasses.replace(table, hit_policy=HitPolicy.FIRST)) == {}


def test_a_case_no_row_covers_is_told_in_words_and_does_not_block() -> None:
    table = FeeTable(
        hit_policy=HitPolicy.UNIQUE,
        inputs=(AGE, WAY),
        rows=(row("a", tests={"tuoi": "< 18"}), row("b", tests={"tuoi": ">= 18", "kenh": 'not("post")'})),
    )
    assert told(table) == {}
    [sentence] = told(table, blocks=False).values()
    assert "Tuổi của con: 18, Cách nộp: qua bưu chính" in sentence


@given(
    st.lists(st.tuples(cells(InputType.NUMBER), cells(InputType.TEXT)), min_size=2, max_size=4),
    NUMBERS,
    TEXTS,
)
@settings(max_examples=60)
def test_a_table_told_sound_never_has_two_rows_for_one_case(
    made: list[tuple[Cell, Cell]], number: float, text: str
) -> None:
    rows = tuple(
        row(f"r{at}", tests={"so-ban": say_cell(one), "chu": say_cell(two)})
        for at, (one, two) in enumerate(made)
    )
    words = FeeInput(code="chu", label="Chữ", expression="chu", type=InputType.TEXT)
    table = FeeTable(hit_policy=HitPolicy.UNIQUE, inputs=(COPIES, words), rows=rows)
    if told(table) or number != int(number):
        return
    [*lines] = api.assess(content(fee_table=table), {"so_ban": number, "chu": text or None}, {}, on=TODAY)
    assert not any(line.open for line in lines)


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"ground": " "}, "a/ground"),
        ({"amount": -1}, "a/amount"),
        ({"exempt_percent": 101, "exempt_ground": "x"}, "a/exempt"),
        ({"exempt_amount": 9000, "exempt_ground": "x"}, "a/exempt"),
        ({"exempt_percent": 50}, "a/exempt_ground"),
        ({"exempt_percent": 50, "exempt_amount": 1, "exempt_ground": "x"}, "a/exempt"),
        ({"name": ""}, "a/name"),
        ({"per": "kenh"}, "a/per"),
        ({"tests": {"tuoi": '"x"'}}, "a/tuoi"),
        ({"tests": {"tuoi": "trẻ em"}}, "a/tuoi"),
        ({"tests": {"la": "1"}}, "a"),
        ({"valid_from": TODAY, "valid_to": TODAY}, "a/valid_to"),
    ],
)
def test_what_is_wrong_with_a_row_is_said_at_its_cell(changed: dict[str, Any], where: str) -> None:
    table = FeeTable(hit_policy=HitPolicy.FIRST, inputs=(AGE, WAY), rows=(row("a", **changed),))
    assert where in told(table)
    assert "fee_table" in contradictions(content(fee_table=table))


def test_a_row_reads_as_a_sentence() -> None:
    assert api.fee_sentence(TABLE, CHILD) == (
        "Tuổi của con dưới 18, Cách nộp là trực tuyến: Lệ phí 8.000 đồng, miễn toàn bộ theo 97/2015/QH13."
    )


def test_a_version_of_before_still_reads_and_a_table_keeps_its_shape() -> None:
    old = encode(CONTENT)
    del old["fee_table"]
    for paper in old["papers"]:
        for name in ("when", "reuse", "ecopy", "ground"):
            del paper[name]
    assert decode(old) == CONTENT
    new = content(fee_table=TABLE)
    assert decode(encode(new)) == new


def test_papers_follow_the_answers() -> None:
    listed = content(
        papers=(
            CONTENT.papers[0],
            api.PaperAsked(
                code="lien-ke", name="Cam kết", case="Sát nhà", when={"==": [{"var": "sat"}, True]}
            ),
        )
    )
    assert [paper.code for paper in api.papers_asked(listed, {}, on=TODAY)] == ["giay-chung-sinh"]
    asked = api.papers_asked(listed, {"sat": True}, on=TODAY)[1]
    assert (asked.always, asked.case, listed.papers[1].always) == (True, "", False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("hit_policy",), "priority"),
        (("rows",), []),
        (("rows", 0, "amount"), -1),
        (("rows", 0, "kind"), "tip"),
        (("rows", 0, "ground"), " "),
        (("rows", 0, "fee"), ""),
        (("rows", 0, "exempt_percent"), 101),
        (("rows", 0, "exempt_ground"), ""),
        (("rows", 1, "code"), "tre"),
        (("rows", 1, "valid_from"), "2030-01-01"),
    ],
)
def test_the_database_refuses_a_table_that_is_not_sound(path: tuple[Any, ...], value: Any) -> None:
    version = api.draft(code="T.9", content=content(fee_table=TABLE), by=SYSTEM, at=AT)
    kept = ProcedureVersion.objects.get(id=version).content
    assert decode(kept).fee_table == TABLE
    place = kept["fee_table"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(IntegrityError, match="version_content_sound"), transaction.atomic():
        ProcedureVersion.objects.filter(id=version).update(content=kept)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "value"), [("ecopy", "fax"), ("when", "luôn")])
def test_the_database_refuses_a_paper_that_is_not_sound(name: str, value: str) -> None:
    version = api.draft(code="T.9", content=CONTENT, by=SYSTEM, at=AT)
    kept = ProcedureVersion.objects.get(id=version).content
    kept["papers"][0][name] = value
    with pytest.raises(IntegrityError, match="version_content_sound"), transaction.atomic():
        ProcedureVersion.objects.filter(id=version).update(content=kept)
