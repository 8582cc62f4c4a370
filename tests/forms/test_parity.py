"""Server and browser give the same answer: any rule of the language, any shipped form, any answers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.parity import Twin, parity
from tinhso.forms.contracts import Field, Kind
from tinhso.forms.engine import browser, plan, rules
from tinhso.forms.engine.form import decode, make
from tinhso.forms.engine.leaves import Leaf
from tinhso.forms.engine.plan import Step, StepKind
from tinhso.forms.shipped import shipped

TODAY = date(2026, 11, 24)
LAW = {"tuoi_nam": 20, "tuoi_nu": 18}
EASY = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
numbers = st.one_of(
    st.integers(-(10**15), 10**15),
    st.floats(-1e15, 1e15, allow_nan=False).map(
        lambda number: int(number) if number == int(number) else number
    ),
    st.sampled_from([0, 1, -1, 0.1, 0.2, 2.5, -2.5, 10**15]),
)
days = st.one_of(
    st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat),
    st.sampled_from(["1990", "1990-02", "2024-02-29", "2026-11-24", "0001", "2026-1-1"]),
)
texts = st.one_of(
    st.text(max_size=6), st.sampled_from(["", "nam", "0", "Nguyễn Ẫm", "😀", "__proto__", "length"])
)
values = st.one_of(st.none(), st.booleans(), numbers, days, texts, st.lists(texts, max_size=3))
tables = st.lists(st.dictionaries(st.sampled_from(["so", "chu", "ngay"]), values, max_size=3), max_size=3)
NAMES = ["a", "b.c", "b.d", "e", "constructor", "today", "law.tuoi_nam", "bang"]
literals = st.one_of(st.none(), st.booleans(), numbers, days, texts)
atoms = st.one_of(literals, st.sampled_from(NAMES).map(lambda name: {"var": name}))


def _calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def call(names: list[str], least: int, most: int) -> st.SearchStrategy[Any]:
        return st.tuples(st.sampled_from(names), st.lists(inner, min_size=least, max_size=most)).map(
            lambda made: {made[0]: made[1]}
        )

    return st.one_of(
        call(["==", "!=", "<", "<=", ">", ">=", "-", "/", "years", "days"], 2, 2),
        call(["+", "*", "and", "or"], 2, 4),
        call(["min", "max"], 1, 3),
        call(["!", "round", "count", "empty"], 1, 1),
        st.lists(inner, min_size=3, max_size=3).map(lambda parts: {"if": parts}),
        st.tuples(inner, st.lists(literals, max_size=3)).map(lambda parts: {"in": list(parts)}),
        st.tuples(inner, st.sampled_from(NAMES)).map(lambda parts: {"in": [parts[0], {"var": parts[1]}]}),
        st.sampled_from(["so", "chu"]).map(lambda column: {"sum": [{"var": "bang"}, column]}),
    )


any_rule = st.recursive(atoms, _calls, max_leaves=12).filter(lambda rule: isinstance(rule, dict))
any_answers = st.fixed_dictionaries(
    {},
    optional={
        "a": values,
        "b": st.one_of(values, st.dictionaries(st.sampled_from(["c", "d"]), values)),
        "e": values,
        "bang": st.one_of(tables, values),
    },
)


near = st.sampled_from([0, 1, 2, 3, 0.1, 0.2, 0.5, 1.5, 2.5, -0.5, -1.5, -3, 1e-9, 3.0000000001])
typed_numbers = st.one_of(near, numbers)
typed_days = st.one_of(
    st.dates(date(2019, 12, 30), date(2021, 3, 2)).map(date.isoformat),
    st.sampled_from(
        ["2020-02-29", "2021-02-28", "2000-02-29", "1900-03-01", "2020", "2020-02", "2026-11-24"]
    ),
    days,
)


def _typed() -> dict[str, st.SearchStrategy[Any]]:
    """Rules as they can be published: every operator over arguments of its types."""

    def call(name: str, *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.tuples(*parts).map(lambda made: {name: list(made)})

    def read(*names: str) -> st.SearchStrategy[Any]:
        return st.sampled_from(names).map(lambda name: {"var": name})

    made: dict[str, st.SearchStrategy[Any]] = {}
    number, day, truth = (st.deferred(lambda key=key: made[key]) for key in ("number", "day", "truth"))
    text = st.one_of(read("chu", "loai"), texts)
    column = st.sampled_from(["so", "chu"]).map(lambda name: {"sum": [{"var": "bang"}, name]})
    counted = st.sampled_from(["bang", "nhieu"]).map(lambda name: {"count": [{"var": name}]})
    made["day"] = st.one_of(read("sinh", "hon.ngay", "today"), typed_days, call("if", truth, day, day))
    made["number"] = st.one_of(
        read("so", "hon.tuoi", "law.tuoi_nam"),
        typed_numbers,
        *(call(name, number, number) for name in ("+", "-", "*", "/", "min", "max")),
        *(call(name, day, day) for name in ("years", "days")),
        call("round", number),
        call("round", call("/", number, st.just(2))),
        call("+", number, number, number),
        call("if", truth, number, number),
        column,
        counted,
    )
    made["truth"] = st.one_of(
        read("co", "hon.co"),
        *(call(name, number, number) for name in ("==", "!=", "<", "<=", ">", ">=")),
        *(call(name, day, day) for name in ("==", "!=", "<", "<=", ">", ">=")),
        *(call(name, text, text) for name in ("==", "!=")),
        call("in", text, read("nhieu")),
        call("in", text, st.lists(texts, max_size=3)),
        *(call(name, truth, truth) for name in ("and", "or")),
        call("!", truth),
        st.sampled_from(["so", "sinh", "bang", "nhieu", "hon.ngay"]).map(
            lambda name: {"empty": [{"var": name}]}
        ),
    )
    return made


TYPED = _typed()
typed_answers = st.fixed_dictionaries(
    {},
    optional={
        "so": typed_numbers,
        "sinh": typed_days,
        "chu": texts,
        "loai": st.sampled_from(["nam", "nu", ""]),
        "co": st.booleans(),
        "nhieu": st.lists(texts, max_size=3),
        "hon": st.fixed_dictionaries(
            {}, optional={"ngay": typed_days, "tuoi": typed_numbers, "co": st.booleans()}
        ),
        "bang": st.lists(st.fixed_dictionaries({}, optional={"so": typed_numbers, "chu": texts}), max_size=4),
    },
)


def _leaf(path: str) -> Leaf:
    field = Field(name=path, kind=Kind.TEXT, label=path)
    return Leaf(path, field, "trang", "", tuple(path.split(".")), path, path, False)


def _alike(browser_rules: Twin, kind: StepKind, rule: Any, answers: dict[str, Any]) -> None:
    target = _leaf("b.c")
    reads = tuple(dict.fromkeys(rules.reads(rule)))
    step = Step(kind, "x", (target.path,), rule, reads, rules.parse(rule), note="sai")
    here = plan.run([step], {target.path: target}, answers, today=TODAY, law=LAW)
    wire = {"kind": kind.value, "to": ["b.c"], "rule": rule, "reads": list(reads), "table": "", "note": "sai"}
    there = browser_rules.run([wire], answers, TODAY.isoformat(), LAW)

    assert there["answers"] == here.answers
    assert there["hidden"] == sorted(here.hidden)
    assert there["broken"] == [list(one) for one in here.broken]


@settings(EASY, max_examples=1500)
@given(rule=any_rule, answers=any_answers, kind=st.sampled_from(list(StepKind)))
def test_any_rule_gives_the_same_in_both(
    browser_rules: Twin, rule: Any, answers: dict[str, Any], kind: StepKind
) -> None:
    _alike(browser_rules, kind, rule, answers)


@settings(EASY, max_examples=3000)
@given(rule=st.one_of(TYPED["number"], TYPED["day"]), answers=typed_answers)
def test_what_is_computed_is_the_same_in_both(
    browser_rules: Twin, rule: Any, answers: dict[str, Any]
) -> None:
    if isinstance(rule, dict):
        _alike(browser_rules, StepKind.VALUE, rule, answers)


@settings(EASY, max_examples=2000)
@given(rule=TYPED["truth"], answers=typed_answers, kind=st.sampled_from([StepKind.SHOW, StepKind.CHECK]))
def test_what_is_shown_and_checked_is_the_same_in_both(
    browser_rules: Twin, rule: Any, answers: dict[str, Any], kind: StepKind
) -> None:
    _alike(browser_rules, kind, rule, {**answers, "b": {"c": 1}})


BOUNDS = {"south": 6.4, "north": 23.5, "west": 102.0, "east": 118.0}
EVERY_KIND: dict[str, Any] = {
    "title": "Mọi kiểu",
    "pages": [
        {
            "name": "a",
            "question": "Gì?",
            "fields": [
                {"name": "vi_tri", "kind": "map_point", "label": "Vị trí"},
                {"name": "ky", "kind": "signature", "label": "Ký"},
                {
                    "name": "dao",
                    "kind": "yes_no",
                    "label": "Đảo",
                    "show_if": {"<": [{"var": "vi_tri.kinh_do"}, 104.5]},
                },
                {
                    "name": "xa",
                    "kind": "yes_no",
                    "label": "Xa",
                    "show_if": {"!": [{"empty": [{"var": "vi_tri"}]}]},
                },
                {"name": "ro", "kind": "text", "label": "Rõ", "show_if": {"!": [{"empty": [{"var": "ky"}]}]}},
                {
                    "name": "lech",
                    "kind": "computed",
                    "label": "Lệch",
                    "value": {"round": [{"*": [{"-": [{"var": "vi_tri.vi_do"}, 10]}, 111.2]}]},
                },
                {
                    "name": "cot",
                    "kind": "table",
                    "label": "Cột",
                    "fields": [
                        {"name": "noi", "kind": "map_point", "label": "Nơi"},
                        {"name": "cao", "kind": "number", "label": "Cao", "maximum": 50},
                    ],
                },
            ],
        }
    ],
    "checks": [
        {
            "name": "k",
            "at": "cot.cao",
            "holds": {"<": [{"var": "row.noi.vi_do"}, {"var": "vi_tri.vi_do"}]},
            "fault": "S",
        },
        {"name": "t", "at": "cot", "holds": {"<": [{"sum": [{"var": "cot"}, "cao"]}, 60]}, "fault": "S"},
    ],
}
FORMS = {**shipped(), "moi-kieu": EVERY_KIND}


@pytest.mark.parametrize("code", sorted(FORMS))
def test_a_form_runs_the_same_in_both(browser_rules: Twin, code: str) -> None:
    law = {**LAW, "country_bounds": BOUNDS}
    assert parity(FORMS[code], browser_rules, count=2000, today=TODAY, law=law) == []


def test_a_difference_is_noticed(browser_rules: Twin) -> None:
    assert len(parity(EVERY_KIND, browser_rules, count=50, today=TODAY, law={"country_bounds": 1})) == 0
    moved = {**EVERY_KIND, "checks": []}

    class Wrong(Twin):
        def __init__(self) -> None:
            self.process, self._plans = browser_rules.process, 10**6

        def each(self, wire: Any, answers: Any, today: str, law: Any) -> Any:
            return super().each(wire[1:], answers, today, law)

    assert parity(moved, Wrong(), count=200, today=TODAY, law={"country_bounds": BOUNDS})


def test_rules_see_no_answer_of_a_hidden_question(browser_rules: Twin) -> None:
    form = make(decode(_chain()))
    answers = {"a": False, "b": True, "c": "x"}
    here = plan.run(form.plan, form.leaves, answers, today=TODAY, law={})
    there = browser_rules.run(browser.plan_of(form), answers, TODAY.isoformat(), {})

    assert here.answers == there["answers"] == {"a": False}
    assert here.hidden == {"b", "c"} == set(there["hidden"])


def _chain() -> dict[str, Any]:
    def ask(name: str, kind: str, after: str = "") -> dict[str, Any]:
        field: dict[str, Any] = {"name": name, "kind": kind, "label": name.upper()}
        page = {"name": f"trang-{name}", "question": name, "fields": [field]}
        return {**page, "show_if": {"var": after}} if after else page

    return {"title": "Chuỗi", "pages": [ask("a", "yes_no"), ask("b", "yes_no", "a"), ask("c", "text", "b")]}
