"""Figures of forms for `bench/studio.py`: the form of 95 questions and 100 rules, on the server and in Node.

rows = studio_forms.measured()          # [Row(name, p95_ms, limit_ms, rounds), …]
differences = studio_forms.differences(definition, twin, count=5000)
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.parity import Difference, Twin, guesses, parity, twin

from tinhso.forms.engine import browser, cleaning, validation
from tinhso.forms.engine.form import decode, make
from tinhso.forms.engine.lint import problems

TODAY = date(2026, 11, 24)
LAW: dict[str, Any] = {"country_bounds": {"south": 6.4, "north": 23.5, "west": 102.0, "east": 118.0}}
QUESTIONS, RULES = 95, 100
ROUNDS = 400
KINDS = (
    "number",
    "yes_no",
    "choice",
    "date",
    "text",
    "money",
    "choices",
    "address",
    "long_text",
    "map_point",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: the 95th percentile, what it must stay below, how many times it was taken."""

    name: str
    p95_ms: float
    limit_ms: float
    rounds: int


def large_form() -> dict[str, Any]:
    """A form of 95 questions on ten pages with 100 rules that hang together; always the same."""
    rules = 0
    pages: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    for number in range(QUESTIONS - 5):
        if number % 9 == 0:
            pages.append(
                {"name": f"trang-{number // 9}", "question": f"Phần {number // 9 + 1}?", "fields": []}
            )
        field = _question(number)
        if number >= 9 and rules < 60:
            field |= {"show_if": _condition(asked, number), "show_note": "Chỉ điền khi cần."}
            rules += 1
        pages[-1]["fields"].append(field)
        asked.append(field)
    table = [
        {"name": f"c{column}", "kind": "number", "label": f"Cột {column}", "decimals": 2}
        for column in range(3)
    ]
    table[2] |= {"show_if": {">": [{"var": "row.c0"}, {"var": "row.c1"}]}}
    rows = {"name": "bang", "kind": "table", "label": "Bảng", "rows_max": 20, "fields": table}
    last = [
        rows,
        {"name": "tong", "kind": "computed", "label": "Tổng", "value": {"sum": [{"var": "bang"}, "c0"]}},
    ]
    pages.append({"name": "bang", "question": "Bảng?", "fields": last})
    numbers = [field["name"] for field in asked if field["kind"] in ("number", "money")]
    checks = [
        {
            "name": f"k{number}",
            "at": numbers[number % len(numbers)],
            "holds": {
                "or": [
                    {
                        "<=": [
                            {"var": numbers[number % len(numbers)]},
                            {"*": [{"var": numbers[(number + 3) % len(numbers)]}, 4]},
                        ]
                    },
                    {">": [{"max": [{"var": "tong"}, {"count": [{"var": "bang"}]}]}, number]},
                ]
            },
            "fault": "Hãy xem lại hai số này.",
        }
        for number in range(RULES - rules - 2)
    ]
    return {"title": "Tờ khai lớn", "pages": pages, "checks": checks}


def _question(number: int) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    field: dict[str, Any] = {"name": f"q{number}", "kind": kind, "label": f"Câu {number}"}
    if kind in ("choice", "choices"):
        field["options"] = [{"value": f"y{option}", "label": f"Ý {option}"} for option in range(5)]
    if kind == "number":
        field |= {"minimum": 0, "maximum": 1000}
    return field


def _condition(asked: list[dict[str, Any]], number: int) -> Any:
    """A condition over three questions asked earlier on, of the kinds that conditions look at."""
    start = len(asked) - len(asked) % 10
    parts = [_test(asked[place % len(asked)], number) for place in (start - 10, start - 9, number * 7)]
    return {"or": [{"and": parts[:2]}, parts[2], {"!": [parts[0]]}]}


def _test(field: dict[str, Any], number: int) -> Any:
    read = {"var": field["name"]}
    tests: dict[str, Any] = {
        "number": {">": [read, number]},
        "money": {">=": [read, number * 1000]},
        "yes_no": read,
        "choice": {"==": [read, "y1"]},
        "choices": {"in": ["y2", read]},
        "date": {"<": [{"years": [read, {"var": "today"}]}, 60]},
        "map_point": {"<": [{"var": f"{field['name']}.kinh_do"}, 106]},
    }
    return tests.get(field["kind"], {"empty": [read]})


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=100)[94]


def _timed(act: Callable[[Any], object], given: list[Any]) -> list[float]:
    times = []
    for one in given:
        begun = time.perf_counter()
        act(one)
        times.append((time.perf_counter() - begun) * 1000)
    return times


def measured(rounds: int = ROUNDS, other: Twin | None = None) -> list[Row]:
    """The large form run on the server and in Node (`other`, or one of its own); its definition judged."""
    form = make(decode(large_form()))
    answers = list(guesses(form, rounds))
    here = _timed(lambda one: validation.judge(form, one, today=TODAY, law=LAW), answers)
    tidied = [cleaning.tidy(form.top, one)[0] for one in answers]
    with ExitStack() as stack:
        if other is None:
            other = stack.enter_context(twin(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        ran = other.each(browser.plan_of(form), tidied, TODAY.isoformat(), LAW)
        there = [one["took"] for one in ran]
    lint = _timed(lambda one: problems(decode(one)), [large_form() for _round in range(max(2, rounds // 20))])
    return [
        Row("95 questions, 100 rules: judged on the server", _p95(here), 20, rounds),
        Row("95 questions, 100 rules: run in Node", _p95(there), 50, rounds),
        Row("95 questions, 100 rules: definition judged on saving", max(lint), 1000, len(lint)),
    ]


def differences(definition: dict[str, Any], other: Twin, *, count: int) -> list[Difference]:
    """Where server and browser differ on `count` random answers of a published form's definition."""
    return parity(definition, other, count=count, today=TODAY, law=LAW)
