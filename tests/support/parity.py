"""The browser's evaluator of rules run by Node beside the server's: both the same on thousands of answers.

For tests and benches; what runs in production has no Node.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.support.browser import web_parts
from tinhso.forms.contracts import Kind
from tinhso.forms.engine import browser, cleaning, places, plan
from tinhso.forms.engine.form import Form, decode, make
from tinhso.forms.engine.leaves import Leaf

ROOT = Path(__file__).resolve().parents[2]
AHEAD = 32
BUNDLE = """
import { build } from "vite";
const lib = { entry: "src/forms/rules.ts", formats: ["es"], fileName: () => "rules.mjs" };
const target = ["es2019", "chrome75", "safari13"];
const into = { outDir: process.argv[2], emptyOutDir: false, copyPublicDir: false };
await build({ configFile: false, logLevel: "error", build: { ...into, lib, target, minify: true } });
"""
DAYS = ("1990", "1990-02", "2024-02-29", "2026-11-24", "0001", "2026-1-1", "9999-12-31")
ODD = (None, True, False, 0, -1, 2.5, 10**15, "", "nam", "😀", "__proto__", [], ["x"], {}, {"xa": "X"})


class Twin:
    """The evaluator that pages load, run by Node. A plan is sent once and kept under a key."""

    def __init__(self, bundle: Path) -> None:
        node = Path(sys.executable).parent / "node"
        self.process = subprocess.Popen(
            [str(node), str(ROOT / "tests/forms/parity.mjs"), bundle.as_uri()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._plans = 0

    def run(self, wire: list[Any], answers: Any, today: str, law: dict[str, Any]) -> dict[str, Any]:
        """What the rules make of answers; `took` in milliseconds."""
        return next(self.each(wire, [answers], today, law))

    def each(
        self, wire: list[Any], answers: Iterable[Any], today: str, law: dict[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """One plan over many answers, some of them under way while the first come back."""
        assert self.process.stdin
        assert self.process.stdout
        self._plans += 1
        line: dict[str, Any] = {"key": self._plans, "plan": wire, "today": today, "law": law}
        waiting = 0
        for one in answers:
            self.process.stdin.write(json.dumps({**line, "answers": one}) + "\n")
            line.pop("plan", None)
            waiting += 1
            if waiting == AHEAD:
                self.process.stdin.flush()
                for _sent in range(waiting):
                    yield json.loads(self.process.stdout.readline())
                waiting = 0
        self.process.stdin.flush()
        for _sent in range(waiting):
            yield json.loads(self.process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@contextmanager
def twin(folder: Path) -> Iterator[Twin]:
    """The browser's evaluator, bundled into a folder as the build does, run by this environment's Node."""
    web_parts()
    subprocess.run(
        [str(Path(sys.executable).parent / "node"), "--input-type=module", "-", str(folder)],
        input=BUNDLE,
        text=True,
        cwd=ROOT / "web",
        check=True,
        capture_output=True,
        env={**os.environ, "NODE_ENV": "production"},
    )
    made = Twin(folder / "rules.mjs")
    try:
        yield made
    finally:
        made.close()


@dataclass(frozen=True, slots=True)
class Difference:
    """Answers on which the two do not agree, and what each made of them."""

    answers: dict[str, Any]
    here: dict[str, Any]
    there: dict[str, Any]


def guesses(form: Form, count: int, *, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Answers of a form at random, the same for a seed: mostly such as people give, some of no sense."""
    dice = random.Random(seed)
    for _number in range(count):
        yield _answers(form.top, dice)


def _answers(leaves: tuple[Leaf, ...], dice: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for leaf in leaves:
        if leaf.kind is not Kind.COMPUTED and dice.random() < 0.85:
            places.put(made, leaf.keys, _value(leaf, dice))
    return made


def _value(leaf: Leaf, dice: random.Random) -> Any:
    field = leaf.field
    if dice.random() < 0.04:
        return dice.choice(ODD)
    if leaf.kind in (Kind.YES_NO, Kind.CONSENT):
        return dice.random() < 0.5
    if leaf.kind is Kind.CHOICE:
        return dice.choice(field.options).value
    if leaf.kind is Kind.CHOICES:
        return [option.value for option in field.options if dice.random() < 0.5]
    if leaf.kind is Kind.DATE:
        return dice.choice(DAYS) if dice.random() < 0.1 else _day(dice)
    if leaf.kind in (Kind.NUMBER, Kind.MONEY):
        low, high = field.minimum or 0, field.maximum if field.maximum is not None else 10**6
        return dice.choice((low, high, round(dice.uniform(low, high), field.decimals), dice.randint(0, 200)))
    if leaf.kind is Kind.TABLE:
        return [_answers(leaf.columns, dice) for _row in range(dice.randint(0, 3))]
    if leaf.kind is Kind.MAP_POINT:
        return {"vi_do": round(dice.uniform(5, 25), 6), "kinh_do": round(dice.uniform(100, 120), 6)}
    if leaf.kind is Kind.SIGNATURE:
        return dice.choice(({"ten": "Trần Thị Lan"}, {"net": "M1 1L2 2"}))
    if leaf.kind is Kind.ADDRESS:
        return dice.choice(({"xa": "Rạch Giá", "ma_xa": "30760"}, {"xa": "X", "ghi_tay": True}))
    return dice.choice(("Lan", "Nguyễn Ẫm", "12", "x" * 30))


def _day(dice: random.Random) -> str:
    return (date(1940, 1, 1) + timedelta(dice.randrange(32_000))).isoformat()


def parity(
    definition: dict[str, Any], other: Twin, *, count: int, today: date, law: dict[str, Any], seed: int = 1
) -> list[Difference]:
    """Where server and browser differ on `count` random answers of a form; empty when they are the same."""
    form = make(decode(definition))
    tidied = [cleaning.tidy(form.top, one)[0] for one in guesses(form, count, seed=seed)]
    found = []
    for answers, there in zip(
        tidied, other.each(browser.plan_of(form), tidied, today.isoformat(), law), strict=True
    ):
        outcome = plan.run(form.plan, form.leaves, answers, today=today, law=law)
        here = {
            "answers": outcome.answers,
            "hidden": sorted(outcome.hidden),
            "broken": [list(one) for one in outcome.broken],
        }
        told = {**there, "hidden": sorted(there["hidden"])}
        told.pop("took")
        if here != told:
            found.append(Difference(answers, here, told))
    return found
